//! What it means that SES did not send an email: above all, whether it may have.

use std::error::Error;

use aws_sdk_sesv2::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use hyper_util::client::legacy;

use crate::aws::{AwsFault, code_of};
use crate::deliver::email::EmailError;

/// What the error means. What SES says besides its code is dropped: it may quote addresses.
pub(super) fn meaning<E>(error: &SdkError<E, HttpResponse>) -> EmailError
where
    E: ProvideErrorMetadata + Error + 'static,
{
    match error {
        SdkError::ConstructionFailure(_) => unbuildable(),
        SdkError::TimeoutError(_) => EmailError::Unanswered { how: "timeout" },
        SdkError::DispatchFailure(failure) => {
            let cause = failure.as_connector_error().and_then(Error::source);
            match cause {
                Some(cause) if never_connected(cause) => later("unreachable", None),
                Some(_) | None if failure.is_timeout() => EmailError::Unanswered { how: "timeout" },
                Some(_) | None => EmailError::Unanswered { how: "connection" },
            }
        }
        SdkError::ResponseError(unreadable) => by_answer("", unreadable.raw()),
        SdkError::ServiceError(refused) => {
            let (error, answer) = (refused.err(), refused.raw());
            match error.code() {
                // Of whom emails come from, or of an account that may write to few: a deployment may put
                // that right. There is no code of its own for it.
                Some(code @ "MessageRejected")
                    if error.message().is_some_and(|it| it.contains("not verified")) =>
                {
                    later(code, None)
                }
                code => by_answer(code.unwrap_or_default(), answer),
            }
        }
        // The SDK may add kinds; what they are is not known, so neither is that it was not sent.
        _ => EmailError::Unanswered { how: "unknown" },
    }
}

/// The request could not even be put together, and will not be the next time.
pub(super) fn unbuildable() -> EmailError {
    EmailError::Refused { code: "ConstructionFailure".to_owned() }
}

/// Whether there was no connection to send the request over: no address, nobody who listens, no
/// handshake, or not in time.
fn never_connected(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.downcast_ref::<legacy::Error>().is_some_and(legacy::Error::is_connect) {
            return true;
        }
        cause = error.source();
    }
    false
}

/// What an answer says with that code, if it has one, and with its status.
fn by_answer(code: &str, answer: &HttpResponse) -> EmailError {
    let status = answer.status().as_u16();
    let is_busy = matches!(
        code,
        "LimitExceededException"
            | "Throttling"
            | "ThrottlingException"
            | "TooManyRequestsException"
    );
    // Of the account, of the identity that emails come from, and of the configuration set.
    let is_of_the_deployment = AwsFault::is_of_the_deployment(code)
        || matches!(
            code,
            "AccountSuspendedException"
                | "MailFromDomainNotVerifiedException"
                | "NotFoundException"
                | "SendingPausedException"
        );
    // What has no code is no answer of SES's, but of something on the way, such as a proxy.
    let code = if code.is_empty() { format!("HTTP {status}") } else { code_of(code).to_owned() };
    match status {
        // It was taken, as it seems, and the rest cannot be read.
        ..300 => EmailError::Unanswered { how: "response" },
        429 | 500.. => later(&code, retry_after(answer)),
        _ if is_busy => later(&code, retry_after(answer)),
        _ if is_of_the_deployment => later(&code, None),
        _ => EmailError::Refused { code },
    }
}

fn later(code: &str, retry_after: Option<u32>) -> EmailError {
    EmailError::Later { code: code.to_owned(), retry_after }
}

/// In seconds, as RFC 9110 (section 10.2.3) has them; its other form, a date, is passed over.
fn retry_after(answer: &HttpResponse) -> Option<u32> {
    answer.headers().get("retry-after")?.trim().parse().ok()
}

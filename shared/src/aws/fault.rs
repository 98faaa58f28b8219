//! What it means that a service of AWS did not do as it was asked.

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Why a call came to nothing, after its retries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AwsFault {
    /// The service takes no more for now.
    Throttled,
    /// No answer came, or none that is one.
    Unreachable {
        /// In what way.
        how: &'static str,
    },
    /// Someone else held what was asked for.
    Conflict,
    /// The service refused the request: a mistake of ours, or of the deployment.
    Rejected {
        /// The error code of the service. Its message may quote values, and is dropped.
        code: String,
    },
}

impl<E: ProvideErrorMetadata> From<&SdkError<E, HttpResponse>> for AwsFault {
    fn from(error: &SdkError<E, HttpResponse>) -> Self {
        match error {
            SdkError::TimeoutError(_) => Self::Unreachable { how: "timeout" },
            SdkError::DispatchFailure(failure) if failure.is_timeout() => {
                Self::Unreachable { how: "timeout" }
            }
            SdkError::DispatchFailure(failure) if failure.is_io() => {
                Self::Unreachable { how: "connection" }
            }
            SdkError::DispatchFailure(_) => Self::Unreachable { how: "dispatch" },
            SdkError::ResponseError(_) => Self::Unreachable { how: "response" },
            SdkError::ServiceError(refused) => Self::by_code(
                refused.err().code().unwrap_or_default(),
                refused.raw().status().as_u16(),
            ),
            SdkError::ConstructionFailure(_) => Self::unbuildable(),
            // The SDK may add kinds; what they are is not known, so neither is that they pass.
            _ => Self::Rejected { code: "Unknown".to_owned() },
        }
    }
}

impl AwsFault {
    /// The request could not even be put together.
    pub(crate) fn unbuildable() -> Self {
        Self::Rejected { code: "ConstructionFailure".to_owned() }
    }

    /// Whether a service refused because of how we are deployed, such as a right that is missing:
    /// the next deployment may put that right.
    pub(crate) fn is_of_the_deployment(code: &str) -> bool {
        matches!(
            code,
            "AWS.SimpleQueueService.NonExistentQueue"
                | "AccessDenied"
                | "AccessDeniedException"
                | "ExpiredToken"
                | "ExpiredTokenException"
                | "IncompleteSignature"
                | "InvalidClientTokenId"
                | "InvalidSignatureException"
                | "KmsAccessDenied"
                | "MissingAuthenticationToken"
                | "QueueDoesNotExist"
                | "ResourceNotFoundException"
                | "SignatureDoesNotMatch"
                | "UnrecognizedClientException"
        )
    }

    /// What the service says, by its code where we know it and by its status where we do not.
    pub(crate) fn by_code(code: &str, status: u16) -> Self {
        match (code, status) {
            (
                "LimitExceededException"
                | "OverLimit"
                | "ProvisionedThroughputExceededException"
                | "RequestLimitExceeded"
                | "RequestThrottled"
                | "SlowDown"
                | "Throttling"
                | "ThrottlingError"
                | "ThrottlingException",
                _,
            )
            | (_, 429) => Self::Throttled,
            (
                "ReplicatedWriteConflictException"
                | "TransactionConflictException"
                | "TransactionInProgressException",
                _,
            ) => Self::Conflict,
            ("RequestTimeout" | "RequestTimeoutException", _) => {
                Self::Unreachable { how: "timeout" }
            }
            (_, 500..) => Self::Unreachable { how: "server_error" },
            ("", _) => Self::Unreachable { how: "error_without_code" },
            (code, _) => Self::rejected(code),
        }
    }

    /// What the service says, by a code that says no more than that it refused.
    pub(crate) fn rejected(code: &str) -> Self {
        Self::Rejected { code: code_of(code).to_owned() }
    }
}

/// An error code as AWS has them: words without spaces, such as `AWS.SimpleQueueService.NonExistentQueue`. What
/// is none may quote, and is not repeated.
pub(crate) fn code_of(code: &str) -> &str {
    let is_fine = |byte: u8| byte.is_ascii_alphabetic() || byte == b'.';
    let is_code = (1..=64).contains(&code.len()) && code.bytes().all(is_fine);
    if is_code { code } else { "unknown" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_a_word_and_what_is_none_is_not_repeated() {
        for code in ["ValidationException", "AWS.SimpleQueueService.NonExistentQueue"] {
            assert_eq!(code_of(code), code);
        }
        let long = "A".repeat(65);
        for quoted in ["", "U012AB3CD", "jane@mail.example", "Jane Doe", "a#b", "xoxb-a", &long] {
            assert_eq!(code_of(quoted), "unknown", "{quoted}");
        }
        let rejected = AwsFault::Rejected { code: "unknown".to_owned() };
        assert_eq!(AwsFault::by_code("no item jane", 400), rejected);
    }
}

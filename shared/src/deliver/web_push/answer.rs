//! What the answer of a push service means (RFC 8030, sections 5, 7.3 and 8.4).

use http::{HeaderMap, StatusCode, header};

use crate::deliver::push::PushError;

/// What an answer with that status and those headers means. What its body says is nobody's business: it may
/// quote the endpoint.
pub(super) fn meaning(status: StatusCode, headers: &HeaderMap) -> Result<(), PushError> {
    let code = format!("HTTP {}", status.as_u16());
    match status.as_u16() {
        200..300 => Ok(()),
        404 | 410 => Err(PushError::Gone),
        413 => Err(PushError::TooLarge),
        429 | 500..600 => Err(PushError::Later { code, retry_after: retry_after(headers) }),
        // Redirects among them: where one leads, nobody has checked.
        300..500 => Err(PushError::Refused { code }),
        // No answer that there is.
        _ => Err(PushError::Unanswered { how: "response" }),
    }
}

/// There was no connection to say anything over.
pub(super) fn out_of_reach() -> PushError {
    PushError::Later { code: "unreachable".to_owned(), retry_after: None }
}

/// In seconds, as RFC 9110 (section 10.2.3) has them; its other form, a date, is passed over.
fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(header::RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

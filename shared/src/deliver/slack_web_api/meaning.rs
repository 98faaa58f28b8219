//! What an answer of Slack's means: above all, whether it may have done what it was asked.

use http::HeaderMap;
use http::header::RETRY_AFTER;
use hyper::body::Bytes;

use super::wire::{Envelope, envelope};
use crate::deliver::slack::SlackError;
use crate::web::{Answer, NoAnswer};

/// What Slack was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// Who is in a workspace.
    Users,
    /// To send a message.
    Message,
    /// Whether a token is good.
    Token,
}

impl Asked {
    /// It was handed over, and nobody knows whether it was done. Of what changes nothing it does not
    /// matter: it is asked again.
    pub(super) fn unanswered(self, how: &'static str) -> SlackError {
        match self {
            Self::Message => SlackError::Unanswered { how },
            Self::Users | Self::Token => later(how, None),
        }
    }
}

/// The body of an answer that says that it was done.
pub(super) fn read(answer: Result<Answer, NoAnswer>, asked: Asked) -> Result<Bytes, SlackError> {
    let Answer { status, headers, body } = match answer {
        Ok(answer) => answer,
        Err(NoAnswer::Unreachable(_)) => return Err(later("unreachable", None)),
        Err(NoAnswer::Broken(_)) => return Err(asked.unanswered("connection")),
        Err(NoAnswer::Late) => return Err(asked.unanswered("timeout")),
    };
    let said = body.as_ref().ok().and_then(|body| envelope(body));
    let code = said.as_ref().filter(|said| !said.ok).map(code);
    // What has no code is no answer of Slack's, but of something on the way, such as a proxy.
    let by_status = || format!("HTTP {}", status.as_u16());
    match (status.as_u16(), body, said, code) {
        (429 | 500.., _, _, code) => {
            Err(later(&code.unwrap_or_else(by_status), retry_after(&headers)))
        }
        (..500, _, _, Some(code)) => Err(refused(code, &headers, asked)),
        (200..300, Ok(body), Some(_), None) => Ok(body),
        // It was taken, as it seems, and the rest cannot be read.
        (..300, _, _, None) => Err(asked.unanswered("response")),
        (300..500, _, _, None) => Err(SlackError::Refused { code: by_status() }),
    }
}

/// Slack's error code. What Slack says besides is dropped: it may quote.
fn code(Envelope { error, .. }: &Envelope) -> String {
    let is_fine = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    let code = error.as_deref().filter(|code| (1..=64).contains(&code.len()));
    code.filter(|code| code.bytes().all(is_fine)).unwrap_or("unknown").to_owned()
}

/// What it means that Slack says no, with that code.
fn refused(code: String, headers: &HeaderMap, asked: Asked) -> SlackError {
    match (code.as_str(), asked) {
        // Slack is busy, is out of order, or did not get all of the request; or the workspace is being
        // moved.
        (
            "message_limit_exceeded"
            | "org_login_required"
            | "rate_limited"
            | "ratelimited"
            | "request_timeout"
            | "service_unavailable"
            | "team_added_to_org",
            _,
        ) => later(&code, retry_after(headers)),
        // A part of it may have been done, as Slack documents these.
        ("fatal_error", asked) => asked.unanswered("fatal_error"),
        ("internal_error", asked) => asked.unanswered("internal_error"),
        // Of the token, of the app that it is of, or of what the workspace lets that app do.
        (
            "access_denied"
            | "accesslimited"
            | "ekm_access_denied"
            | "enterprise_is_restricted"
            | "invalid_auth"
            | "messages_tab_disabled"
            | "missing_scope"
            | "no_permission"
            | "not_allowed_token_type"
            | "not_authed"
            | "team_access_not_granted"
            | "token_expired"
            | "token_revoked"
            | "two_factor_setup_required",
            _,
        )
        | ("account_inactive", Asked::Users | Asked::Token) => SlackError::TokenRefused { code },
        (
            "account_inactive" | "cannot_dm_bot" | "channel_not_found" | "user_disabled"
            | "user_not_found" | "user_not_visible",
            Asked::Message,
        ) => SlackError::UserGone { code },
        ("invalid_cursor", Asked::Users) => SlackError::CursorGone,
        (_, Asked::Users | Asked::Message | Asked::Token) => SlackError::Refused { code },
    }
}

fn later(code: &str, retry_after: Option<u32>) -> SlackError {
    SlackError::Later { code: code.to_owned(), retry_after }
}

/// In seconds, as RFC 9110 (section 10.2.3) has them; its other form, a date, is passed over.
fn retry_after(headers: &HeaderMap) -> Option<u32> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()
}

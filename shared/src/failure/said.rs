//! What a caller may know of a failure.

use crate::auth::Refusal;
use crate::deliver::slack::SlackError;
use crate::http::body::BodyFault;
use crate::http::query::QueryFault;

/// A failure as far as a caller may know it.
#[derive(Debug)]
pub enum Said<'a> {
    /// Whose fault it is and what would be right are in the refusal.
    Refused(&'a Refusal),
    /// What is wrong with the body, and where.
    Body(&'a BodyFault),
    /// What is wrong with the query.
    Query(&'a QueryFault),
    /// What the path names does not exist, as far as this caller may know.
    NotFound,
    /// The same request, by its key, is being carried out.
    InFlight,
    /// Nothing is wrong with the request, and the same one may succeed in a moment.
    Unavailable {
        /// In how many seconds.
        retry_after: u32,
    },
    /// What the request is about was not set up for the org unit.
    NotSetUp,
    /// Whom the request needs for it refused, with that code.
    PeerRefused(&'a str),
    /// Nothing is wrong with the request, and nothing more is said.
    Internal,
}

impl Said<'_> {
    /// Something here is busy for a moment.
    pub(super) const BUSY: Self = Self::Unavailable { retry_after: 2 };
}

pub(super) fn said_of_slack(error: &SlackError) -> Said<'_> {
    match error {
        SlackError::NotConfigured => Said::NotSetUp,
        SlackError::TokenRefused { code }
        | SlackError::UserGone { code }
        | SlackError::Refused { code } => Said::PeerRefused(code),
        SlackError::NoToken => Said::PeerRefused("invalid_auth"),
        SlackError::Later { retry_after, .. } => {
            retry_after.map_or(Said::BUSY, |retry_after| Said::Unavailable { retry_after })
        }
        SlackError::Unanswered { .. } | SlackError::CursorGone => Said::BUSY,
        SlackError::Secret(error) if error.is_transient() => Said::BUSY,
        SlackError::Secret(_) | SlackError::NotNamed => Said::Internal,
    }
}

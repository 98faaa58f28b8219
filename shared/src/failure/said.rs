//! What a caller may know of a failure.

use super::Failure;
use crate::auth::Refusal;
use crate::deliver::push::PushError;
use crate::deliver::slack::SlackError;
use crate::http::body::BodyFault;
use crate::http::query::QueryFault;
use crate::identities::SyncUnfinished;

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
    /// There are as many as there may be of what was to be made; what to do about it.
    Full(&'static str),
    /// What the request is about was not set up; in words.
    NotSetUp(&'static str),
    /// Whom the request needs for it refused, with that code.
    PeerRefused(&'a str),
    /// Nothing is wrong with the request, and nothing more is said.
    Internal,
}

/// What a caller is told of [`Said::NotFound`], whatever was looked for.
pub(crate) const NOT_FOUND: &str = "there is no such thing in this organizational unit";

/// What a caller is told of [`Said::InFlight`].
pub(crate) const IN_FLIGHT: &str = "the same request is still being carried out";

/// What a caller is told who has no room for one more.
const TOO_MANY_PUSH_SUBSCRIPTIONS: &str =
    "a person has at most 10 push subscriptions; remove one first";

/// What a caller is told of [`Said::NotSetUp`], where Slack is asked for.
const NO_SLACK: &str = "Slack is not configured for this organizational unit";

/// The same, where Web Push is.
const NO_PUSH: &str = "Web Push is not set up in this deployment";

impl Failure {
    /// What a caller may know of it.
    #[must_use]
    pub fn said(&self) -> Said<'_> {
        match self {
            Self::Refused(refusal) => Said::Refused(refusal),
            Self::Body(fault) => Said::Body(fault),
            Self::Query(fault) => Said::Query(fault),
            // What the token names is not there, as far as whoever brings it may know.
            Self::NotFound | Self::UnsubscribeToken(_) => Said::NotFound,
            Self::InFlight => Said::InFlight,
            Self::Store(error) if error.is_transient() => Said::BUSY,
            Self::Queue(error) if error.is_transient() => Said::BUSY,
            Self::Secret(error) if error.is_transient() => Said::BUSY,
            Self::KeysUnavailable | Self::DeadlineExceeded => Said::BUSY,
            Self::Slack(error) => said_of_slack(error),
            Self::Push(error) => said_of_push(error),
            Self::TooManyPushSubscriptions => Said::Full(TOO_MANY_PUSH_SUBSCRIPTIONS),
            Self::SyncUnfinished(SyncUnfinished { retry_after, .. }) => {
                Said::Unavailable { retry_after: *retry_after }
            }
            Self::Store(_)
            | Self::NoEntropy(_)
            | Self::Queue(_)
            | Self::Delivery(_)
            | Self::Secret(_)
            | Self::UnsubscribeKeys(_)
            | Self::ErasureKeys(_)
            | Self::NoPublicUrl(_)
            | Self::Panicked
            | Self::NoEvent
            | Self::UnreadableMessage
            | Self::EventGone
            | Self::NewerMessage
            | Self::Unrenderable => Said::Internal,
        }
    }
}

impl Said<'_> {
    /// Something here is busy for a moment.
    const BUSY: Self = Self::Unavailable { retry_after: 2 };
}

fn said_of_slack(error: &SlackError) -> Said<'_> {
    match error {
        SlackError::NotConfigured => Said::NotSetUp(NO_SLACK),
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

fn said_of_push(error: &PushError) -> Said<'_> {
    match error {
        PushError::NotSetUp => Said::NotSetUp(NO_PUSH),
        PushError::Secret(error) if error.is_transient() => Said::BUSY,
        // Nobody who asks sends anything: what goes wrong in sending is no answer to a request.
        PushError::Secret(_)
        | PushError::Later { .. }
        | PushError::Gone
        | PushError::TooLarge
        | PushError::Refused { .. }
        | PushError::Unanswered { .. }
        | PushError::BlockedHost
        | PushError::BlockedAddress
        | PushError::NoKey
        | PushError::InvalidKeys
        | PushError::NotNamed => Said::Internal,
    }
}

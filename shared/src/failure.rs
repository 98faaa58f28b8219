//! Everything that can go wrong in a request or a piece of work, before any surface has put it into
//! words.
//!
//! Nothing here knows a status or an envelope. Each surface (`http::surface`) renders a [`Failure`] once, variant by
//! variant, in its own envelope; what the log says of it comes from [`Failure::kind`].

mod passing;
mod said;

pub use said::Said;
pub(crate) use said::{IN_FLIGHT, NOT_FOUND};

use crate::auth::Refusal;
use crate::deliver::push::PushError;
use crate::deliver::queue::QueueError;
use crate::deliver::secrets::SecretError;
use crate::deliver::slack::SlackError;
use crate::delivery::DeliveryFault;
use crate::erasures::InvalidErasureKeys;
use crate::http::body::BodyFault;
use crate::http::query::QueryFault;
use crate::identities::SyncUnfinished;
use crate::store::StoreError;
use crate::unsubscribe::{InvalidToken, InvalidUnsubscribeKeys};

/// Why a request was not answered as asked, or a piece of work not done.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The caller is not let in, or not this far.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The request's body is not what the endpoint takes.
    #[error(transparent)]
    Body(#[from] BodyFault),
    /// The request's query is not what the endpoint takes.
    #[error(transparent)]
    Query(#[from] QueryFault),
    /// What the path names does not exist, or not for this caller: the two are not told apart.
    #[error("{NOT_FOUND}")]
    NotFound,
    /// The same request is being carried out.
    #[error("{IN_FLIGHT}")]
    InFlight,
    /// The store could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The queue did not take a message.
    #[error(transparent)]
    Queue(#[from] QueueError),
    /// A notification was not delivered, or may not have been.
    #[error(transparent)]
    Delivery(#[from] DeliveryFault),
    /// Slack did not say who is in a workspace.
    #[error(transparent)]
    Slack(#[from] SlackError),
    /// What Web Push takes is not at hand.
    #[error(transparent)]
    Push(#[from] PushError),
    /// A person has as many push subscriptions as they may.
    #[error("the person has as many push subscriptions as they may")]
    TooManyPushSubscriptions,
    /// A sync of Slack users has not come to its end, and goes on when it is asked for again.
    #[error(transparent)]
    SyncUnfinished(#[from] SyncUnfinished),
    /// A secret could not be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A link that turns email off leads nowhere.
    #[error(transparent)]
    UnsubscribeToken(#[from] InvalidToken),
    /// The keys that such links are signed with are not what they have to be.
    #[error(transparent)]
    UnsubscribeKeys(#[from] InvalidUnsubscribeKeys),
    /// The keys of the marks of erased people are not what they have to be.
    #[error(transparent)]
    ErasureKeys(#[from] InvalidErasureKeys),
    /// A link was to be made, and the deployment does not say where it is reached.
    #[error(transparent)]
    NoPublicUrl(#[from] NoPublicUrl),
    /// The keys that tokens are signed with could not be fetched, and none are held.
    #[error("no signing keys are at hand")]
    KeysUnavailable,
    /// A secret was needed, and there was no randomness to make it of.
    #[error(transparent)]
    NoEntropy(#[from] NoEntropy),
    /// The invocation was about to outlive its deadline.
    #[error("the deadline was too near")]
    DeadlineExceeded,
    /// The handler panicked.
    #[error("the handler panicked")]
    Panicked,
    /// The invocation brought something else than the gateway's event.
    #[error("this is no event of the gateway")]
    NoEvent,
    /// Nobody can read a message.
    #[error("nobody can read the message")]
    UnreadableMessage,
    /// A message names an event that is gone, or never was.
    #[error("the event is not there any more")]
    EventGone,
    /// A message is of a later version than this function.
    #[error("the message is of a later version")]
    NewerMessage,
    /// The answer could not be written as JSON.
    #[error("the answer cannot be rendered")]
    Unrenderable,
}

/// There is no randomness to be had.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no randomness")]
pub struct NoEntropy;

/// The deployment does not say where people reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable PUBLIC_URL is not set")]
pub struct NoPublicUrl;

impl Failure {
    /// What the log calls it: fixed words, nothing that came in with the request.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.kind(),
            Self::Body(fault) => fault.kind(),
            Self::Query(_) => "invalid_query",
            Self::NotFound => "not_found",
            Self::InFlight => "in_flight",
            Self::Store(error) => error.kind(),
            Self::Queue(error) => error.kind(),
            Self::Delivery(fault) => fault.kind(),
            Self::Slack(error) => error.kind(),
            Self::Push(error) => error.kind(),
            Self::TooManyPushSubscriptions => "too_many_push_subscriptions",
            Self::SyncUnfinished(unfinished) => unfinished.kind(),
            Self::Secret(error) => error.kind(),
            Self::UnsubscribeToken(InvalidToken) => "invalid_unsubscribe_token",
            Self::UnsubscribeKeys(InvalidUnsubscribeKeys) => "invalid_unsubscribe_keys",
            Self::ErasureKeys(InvalidErasureKeys) => "invalid_erasure_keys",
            Self::NoPublicUrl(NoPublicUrl) => "no_public_url",
            Self::KeysUnavailable => "keys_unavailable",
            Self::NoEntropy(NoEntropy) => "no_entropy",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::Panicked => "panicked",
            Self::NoEvent => "no_event",
            Self::UnreadableMessage => "unreadable_message",
            Self::EventGone => "event_gone",
            Self::NewerMessage => "newer_message",
            Self::Unrenderable => "unrenderable",
        }
    }

    /// What the log adds to the kind, if there is more: again fixed words.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Store(error) => error.code(),
            Self::Queue(error) => error.code(),
            Self::Delivery(fault) => fault.code(),
            Self::Slack(error) => error.code(),
            Self::Push(error) => error.code(),
            Self::SyncUnfinished(unfinished) => unfinished.code(),
            Self::Secret(error) => error.code(),
            Self::Refused(_)
            | Self::Body(_)
            | Self::Query(_)
            | Self::NotFound
            | Self::InFlight
            | Self::TooManyPushSubscriptions
            | Self::UnsubscribeToken(_)
            | Self::UnsubscribeKeys(_)
            | Self::ErasureKeys(_)
            | Self::NoPublicUrl(_)
            | Self::KeysUnavailable
            | Self::NoEntropy(_)
            | Self::DeadlineExceeded
            | Self::Panicked
            | Self::NoEvent
            | Self::UnreadableMessage
            | Self::EventGone
            | Self::NewerMessage
            | Self::Unrenderable => None,
        }
    }
}

#[cfg(test)]
mod tests;

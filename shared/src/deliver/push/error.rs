//! What goes wrong with a push message: above all, whether it may have arrived.

use crate::aws::AwsFault;
use crate::deliver::secrets::SecretError;

/// Why a message was not sent, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PushError {
    /// It was not sent, and may be later: the push service was busy, out of order or out of reach.
    #[error("the push message was not sent ({code})")]
    Later {
        /// The answer's status, or how the push service cannot be reached.
        code: String,
        /// For how long it asks to be left alone, in seconds.
        retry_after: Option<u32>,
    },
    /// The subscription is no more: nothing will ever arrive over it.
    #[error("the push subscription is gone")]
    Gone,
    /// The message is larger than the push service takes, or than any has to.
    #[error("the push message is too large")]
    TooLarge,
    /// It was not sent and never will be.
    #[error("the push message was refused ({code})")]
    Refused {
        /// The answer's status, or what is wrong with what was to be sent.
        code: String,
    },
    /// It was handed over and no answer came: it may have been sent.
    #[error("no answer came about the push message ({how})")]
    Unanswered {
        /// In what way.
        how: &'static str,
    },
    /// The endpoint's host is none of those that messages may be sent to.
    #[error("the endpoint is none of a push service")]
    BlockedHost,
    /// The endpoint's host leads somewhere that is not the public Internet.
    #[error("the endpoint leads to an address that is not public")]
    BlockedAddress,
    /// No key is kept with which the subscription was made: it was taken out of the secret, or one that was
    /// put there is not at hand yet.
    #[error("the key that the push subscription was made with is not at hand")]
    NoKey,
    /// The secret that should hold the keys holds something else.
    #[error("what is kept as keys of Web Push is none")]
    InvalidKeys,
    /// The deployment has no keys of Web Push, and so sends no push messages.
    #[error("Web Push is not set up")]
    NotSetUp,
    /// The keys could not be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The function names no sender of push messages: a mistake of ours.
    #[error("this function was booted without a sender of push messages")]
    NotNamed,
}

impl PushError {
    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Later { .. } => "push.later",
            Self::Gone => "push.gone",
            Self::TooLarge => "push.too_large",
            Self::Refused { .. } => "push.refused",
            Self::Unanswered { .. } => "push.unanswered",
            Self::BlockedHost => "push.blocked_host",
            Self::BlockedAddress => "push.blocked_address",
            Self::NoKey => "push.no_key",
            Self::InvalidKeys => "push.invalid_keys",
            Self::NotSetUp => "push.not_set_up",
            Self::Secret(error) => error.kind(),
            Self::NotNamed => "push.not_named",
        }
    }

    /// Whether the same may be done in minutes or hours, if nobody but the operators does anything about
    /// it.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Later { .. } | Self::NoKey | Self::InvalidKeys | Self::NotSetUp => true,
            Self::Secret(SecretError::Rejected { code }) => AwsFault::is_of_the_deployment(code),
            Self::Secret(error) => error.is_transient(),
            Self::Gone
            | Self::TooLarge
            | Self::Refused { .. }
            // Whoever was not told may have been: a second copy is worse than a dead letter.
            | Self::Unanswered { .. }
            | Self::BlockedHost
            | Self::BlockedAddress
            | Self::NotNamed => false,
        }
    }

    /// What the log adds: the answer's status, or how the push service cannot be reached.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Later { code, .. } | Self::Refused { code } => Some(code),
            Self::Unanswered { how } => Some(how),
            Self::Secret(error) => error.code(),
            Self::Gone
            | Self::TooLarge
            | Self::BlockedHost
            | Self::BlockedAddress
            | Self::NoKey
            | Self::InvalidKeys
            | Self::NotSetUp
            | Self::NotNamed => None,
        }
    }
}

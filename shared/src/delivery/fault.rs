//! Why a notification was not delivered, or may not have been.

use std::time::Duration;

use crate::deliver::email::EmailError;
use crate::deliver::push::PushError;
use crate::deliver::slack::SlackError;

/// Why a notification was not delivered, or may not have been.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryFault {
    /// Someone else is at it.
    #[error("someone else is at it")]
    Held {
        /// For how long yet, at the most.
        left: Duration,
    },
    /// It failed before, for good.
    #[error("it failed before ({reason})")]
    FailedBefore {
        /// Why.
        reason: String,
    },
    /// What the peer said could not be written down: nobody knows any more.
    #[error("what the peer said could not be written down")]
    Unrecorded,
    /// The email was not sent, or may not have been.
    #[error(transparent)]
    Email(#[from] EmailError),
    /// A push message was not sent, and may be later.
    #[error(transparent)]
    Push(#[from] PushError),
    /// None of a person's browsers was told, and none will be.
    #[error("none of the person's browsers was told ({reason})")]
    NoBrowser {
        /// Why: fixed words, and the codes of peers.
        reason: String,
    },
    /// The Slack message was not sent, or may not have been.
    #[error(transparent)]
    Slack(#[from] SlackError),
}

impl DeliveryFault {
    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Held { .. } => "delivery.held",
            Self::FailedBefore { .. } => "delivery.failed_before",
            Self::Unrecorded => "delivery.unrecorded",
            Self::Email(EmailError::Later { .. }) => "email.later",
            Self::Email(EmailError::Refused { .. }) => "email.refused",
            Self::Email(EmailError::Unanswered { .. }) => "email.unanswered",
            Self::Email(EmailError::NotNamed) => "email.not_named",
            Self::Push(error) => error.kind(),
            Self::NoBrowser { .. } => "push.no_browser",
            Self::Slack(error) => error.kind(),
        }
    }

    /// What the log adds: a peer's error code, or how it cannot be reached.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Held { .. } | Self::Unrecorded | Self::Email(EmailError::NotNamed) => None,
            Self::FailedBefore { reason } | Self::NoBrowser { reason } => Some(reason),
            Self::Email(EmailError::Later { code, .. } | EmailError::Refused { code }) => {
                Some(code)
            }
            Self::Email(EmailError::Unanswered { how }) => Some(how),
            Self::Push(error) => error.code(),
            Self::Slack(error) => error.code(),
        }
    }

    /// Whether another attempt may be made.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Held { .. } | Self::Email(EmailError::Later { .. }) => true,
            Self::Push(error) => error.may_pass(),
            Self::Slack(error) => error.may_pass(),
            // Whoever was not told may have been: a second copy is worse than a dead letter.
            Self::Email(EmailError::Unanswered { .. })
            | Self::Email(EmailError::Refused { .. } | EmailError::NotNamed)
            | Self::NoBrowser { .. }
            | Self::FailedBefore { .. }
            | Self::Unrecorded => false,
        }
    }

    /// Whether another attempt would be wrong whatever happens meanwhile: the peer refused it, or may
    /// have it.
    #[must_use]
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Email(EmailError::Refused { .. } | EmailError::Unanswered { .. })
            | Self::NoBrowser { .. }
            | Self::Slack(
                SlackError::Refused { .. }
                | SlackError::UserGone { .. }
                | SlackError::Unanswered { .. },
            ) => true,
            Self::Slack(
                SlackError::Later { .. }
                | SlackError::TokenRefused { .. }
                | SlackError::CursorGone
                | SlackError::NotConfigured
                | SlackError::NoToken
                | SlackError::Secret(_)
                | SlackError::NotNamed,
            )
            | Self::Email(EmailError::Later { .. } | EmailError::NotNamed)
            // What is final with one browser is settled with it, and nothing of the delivery.
            | Self::Push(_)
            | Self::Held { .. }
            | Self::FailedBefore { .. }
            | Self::Unrecorded => false,
        }
    }

    /// Why, for whoever asks: fixed words, and the codes of peers.
    pub(super) fn reason(&self) -> String {
        if let Self::NoBrowser { reason } = self {
            return reason.clone();
        }
        let code = self.code().map(|code| format!(" {code}")).unwrap_or_default();
        format!("{}{code}", self.kind())
    }

    /// How long another attempt has to wait at the least.
    #[must_use]
    pub fn retry_after(&self) -> Duration {
        match self {
            Self::Held { left } => *left,
            Self::Email(EmailError::Later { retry_after, .. })
            | Self::Push(PushError::Later { retry_after, .. })
            | Self::Slack(SlackError::Later { retry_after, .. }) => {
                Duration::from_secs(retry_after.map_or(0, u64::from))
            }
            Self::Email(
                EmailError::Unanswered { .. } | EmailError::Refused { .. } | EmailError::NotNamed,
            )
            | Self::Push(_)
            | Self::NoBrowser { .. }
            | Self::Slack(_)
            | Self::FailedBefore { .. }
            | Self::Unrecorded => Duration::ZERO,
        }
    }
}

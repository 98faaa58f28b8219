//! What becomes of a notification that is delivered outside an inbox.

mod settled;

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use settled::{Settled, Told};

use super::decision::Channel;
use super::id::UserId;

/// A channel that something has to be delivered over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryChannel {
    /// An email.
    Email,
    /// Messages to a person's browsers.
    Push,
    /// A direct message at Slack.
    Slack,
}

impl DeliveryChannel {
    /// Every one.
    pub const ALL: [Self; 3] = [Self::Email, Self::Push, Self::Slack];

    /// The name on the wire and in keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Push => "push",
            Self::Slack => "slack",
        }
    }

    /// The channel that it is decided about.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
            Self::Push => Channel::Push,
            Self::Slack => Channel::Slack,
        }
    }
}

/// How far a delivery is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeliveryStatus {
    /// Someone is at it, or died of it.
    Sending,
    /// It is tried again later.
    Waiting,
    /// The peer took it.
    Sent,
    /// It was decided against it in the last moment.
    Denied,
    /// It is not tried again.
    Failed,
}

/// The text is none of a delivery's states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be sending, waiting, sent, denied or failed")]
pub struct NoStatus;

impl DeliveryStatus {
    const ALL: [Self; 5] = [Self::Sending, Self::Waiting, Self::Sent, Self::Denied, Self::Failed];

    /// The name on the wire, and as it is stored.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sending => "sending",
            Self::Waiting => "waiting",
            Self::Sent => "sent",
            Self::Denied => "denied",
            Self::Failed => "failed",
        }
    }
}

impl FromStr for DeliveryStatus {
    type Err = NoStatus;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|status| status.name() == text).ok_or(NoStatus)
    }
}

/// What came of one attempt at a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The peer took it.
    Sent,
    /// It was decided against it in the last moment, for this reason.
    Denied(&'static str),
    /// It was not sent, and is tried again later.
    Waiting {
        /// Why.
        reason: String,
        /// Not before then.
        until: Timestamp,
    },
    /// It was not sent, for this reason, as often as it is tried; whoever looks after the dead letters
    /// may have it tried again.
    GivenUp(String),
    /// It was not sent, or may not have been, for this reason, and never will be.
    Failed(String),
}

impl Ending {
    /// How far the delivery is with that.
    #[must_use]
    pub const fn status(&self) -> DeliveryStatus {
        match self {
            Self::Sent => DeliveryStatus::Sent,
            Self::Denied(_) => DeliveryStatus::Denied,
            Self::Waiting { .. } => DeliveryStatus::Waiting,
            Self::GivenUp(_) | Self::Failed(_) => DeliveryStatus::Failed,
        }
    }

    /// Why it was not sent: fixed words, and codes of peers.
    #[must_use]
    pub fn reason(&self) -> Option<&str> {
        match self {
            Self::Sent => None,
            Self::Denied(reason) => Some(reason),
            Self::Waiting { reason, .. } | Self::GivenUp(reason) | Self::Failed(reason) => {
                Some(reason)
            }
        }
    }
}

/// A delivery as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryLine {
    /// Who is to be told.
    pub recipient: UserId,
    /// Over which channel.
    pub channel: DeliveryChannel,
    /// How far it is.
    pub status: DeliveryStatus,
    /// How often it was tried.
    pub attempts: u32,
    /// Why it was not sent, the last time.
    pub reason: Option<String>,
    /// Since when it is like this.
    pub at: Timestamp,
}

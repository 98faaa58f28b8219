//! What becomes of a notification that is delivered outside an inbox.

use serde::{Deserialize, Serialize};

use super::decision::Channel;

/// A channel that something has to be delivered over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeliveryChannel {
    /// An email.
    Email,
}

impl DeliveryChannel {
    /// Every one.
    pub const ALL: [Self; 1] = [Self::Email];

    /// The name on the wire and in keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
        }
    }

    /// The channel that it is decided about.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::Email => Channel::Email,
        }
    }
}

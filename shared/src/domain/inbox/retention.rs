//! How long an inbox keeps what is in it.

use std::str::FromStr;

use jiff::{SignedDuration, Timestamp};

use super::NotificationId;

/// For how many whole days a notification is there, from when its event was accepted: 1 to 3650.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboxRetention(i64);

/// The text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a number from 1 to 3650")]
pub struct InvalidInboxRetention;

/// 90 days.
impl Default for InboxRetention {
    fn default() -> Self {
        Self(90)
    }
}

impl FromStr for InboxRetention {
    type Err = InvalidInboxRetention;

    fn from_str(days: &str) -> Result<Self, Self::Err> {
        let days: i64 = days.parse().map_err(|_no_number| InvalidInboxRetention)?;
        if (1..=3650).contains(&days) { Ok(Self(days)) } else { Err(InvalidInboxRetention) }
    }
}

impl InboxRetention {
    fn duration(self) -> SignedDuration {
        SignedDuration::from_hours(self.0 * 24)
    }

    /// When the notification of an event is gone that was accepted then.
    #[must_use]
    pub fn expiry(self, accepted_at: Timestamp) -> Timestamp {
        accepted_at.saturating_add(self.duration()).unwrap_or(Timestamp::MAX)
    }

    /// The smallest id of a notification that is still there: what has a smaller one is gone, also
    /// while it is stored.
    #[must_use]
    pub fn cut_off(self, now: Timestamp) -> NotificationId {
        // What was accepted exactly that long ago is gone.
        let expired = now.saturating_sub(self.duration()).unwrap_or(Timestamp::MIN);
        let oldest = expired.saturating_add(SignedDuration::from_millis(1)).unwrap_or(expired);
        NotificationId::first_accepted_at(oldest)
    }
}

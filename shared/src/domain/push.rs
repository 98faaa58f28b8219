//! Web Push: where a person's browsers are told something while no page of ours is open (RFC 8030).

mod curve;
mod endpoint;
mod keys;

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use ring::digest::{SHA256, digest};
use ulid::Ulid;

pub use endpoint::{
    AllowedHosts, DEFAULT_ALLOWED_HOSTS, InvalidAllowedHosts, InvalidPushEndpoint, PushEndpoint,
};
pub use keys::{ApplicationServerKey, AuthSecret, BrowserKey, InvalidPushKey, PushKeys};

use super::form::{read_from_text, stored_as_text};

/// How many subscriptions a person may have.
pub const MOST_PUSH_SUBSCRIPTIONS: usize = 10;

/// A subscription as a browser gave it. What it says of its expiry is passed over: the push service says
/// so when it is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPushSubscription {
    /// Where messages go.
    pub endpoint: PushEndpoint,
    /// What they are encrypted for.
    pub keys: PushKeys,
}

/// A person's subscription: one of their browsers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushSubscription {
    /// Which one it is.
    pub id: PushSubscriptionId,
    /// Where messages go.
    pub endpoint: PushEndpoint,
    /// What they are encrypted for.
    pub keys: PushKeys,
    /// The key of ours that it was made with: the push service takes messages signed with no other one.
    pub made_with: ApplicationServerKey,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Which subscription it is: `psub_` and 26 characters in the manner of a ULID, the first 128 bits of the
/// SHA-256 of its endpoint. So the same endpoint has the same id, and no id tells an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PushSubscriptionId(Ulid);

/// The text is no id of a push subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be psub_ and 26 of 0-9 and A-Z without I, L, O and U")]
pub struct InvalidPushSubscriptionId;

const ID_PREFIX: &str = "psub_";

impl PushSubscriptionId {
    /// The id of the subscription with that endpoint.
    #[must_use]
    pub fn of(endpoint: &PushEndpoint) -> Self {
        let digest = digest(&SHA256, endpoint.as_str().as_bytes());
        let first = digest.as_ref().iter().take(16);
        Self(Ulid(first.fold(0, |bits, byte| bits << 8 | u128::from(*byte))))
    }

    /// The id as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for PushSubscriptionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{ID_PREFIX}{}", self.0)
    }
}

impl FromStr for PushSubscriptionId {
    type Err = InvalidPushSubscriptionId;

    fn from_str(text: &str) -> Result<Self, InvalidPushSubscriptionId> {
        let bits = text.strip_prefix(ID_PREFIX).ok_or(InvalidPushSubscriptionId)?;
        let bits = Ulid::from_string(bits).map_err(|_no_ulid| InvalidPushSubscriptionId)?;
        // What reads a ULID also takes lower case; an id has one text.
        Some(Self(bits)).filter(|id| id.to_text() == text).ok_or(InvalidPushSubscriptionId)
    }
}

stored_as_text!(PushSubscriptionId, to_text);
read_from_text!(PushSubscriptionId);

#[cfg(test)]
mod tests {
    use super::*;

    fn id_of(endpoint: &str) -> PushSubscriptionId {
        PushSubscriptionId::of(&endpoint.parse().unwrap())
    }

    #[test]
    fn the_same_endpoint_has_the_same_id_and_another_one_another() {
        let id = id_of("https://fcm.googleapis.com/fcm/send/a");
        // The first 128 bits of `printf … | sha256sum`, in Crockford's base 32.
        assert_eq!(id.to_text(), "psub_0PHK9DB7BQ421SC0J236KDKYH5");
        assert_eq!(id_of("https://fcm.googleapis.com:443/fcm/send/a"), id);
        assert_ne!(id_of("https://fcm.googleapis.com/fcm/send/b"), id);
        assert_eq!(id.to_text().parse(), Ok(id));
    }

    #[test]
    fn an_id_has_one_text() {
        let id = id_of("https://fcm.googleapis.com/fcm/send/a").to_text();
        let too_large = format!("psub_8{}", &id[6..]);
        for text in ["", "psub_", &id[5..], &id[..30], &id.to_lowercase(), &too_large] {
            assert_eq!(
                text.parse::<PushSubscriptionId>(),
                Err(InvalidPushSubscriptionId),
                "{text}"
            );
        }
    }
}

//! Web Push: one message to one browser of a person, once (RFC 8030).

mod error;

use std::fmt;
use std::pin::Pin;
use std::str::FromStr;

pub use error::PushError;

use crate::domain::push::{PushEndpoint, PushKeys};

/// The most bytes that a message may have before it is encrypted: what every push service takes
/// (RFC 8291, section 4).
pub const LARGEST_PAYLOAD: usize = 3_993;

/// A message, ready to be encrypted and sent.
#[derive(Clone, PartialEq, Eq)]
pub struct PushMessage {
    /// Where it goes.
    pub endpoint: PushEndpoint,
    /// What it is encrypted for.
    pub keys: PushKeys,
    /// What it says: [`LARGEST_PAYLOAD`] bytes at most.
    pub payload: Vec<u8>,
    /// For how long the push service keeps it while the browser cannot be reached, in seconds.
    pub ttl: u32,
    /// Whether it is worth waking a device for.
    pub urgency: Urgency,
    /// Which message that still waits it takes the place of, if any.
    pub topic: Option<Topic>,
    /// Who sends it.
    pub authorization: Authorization,
}

/// What it says and where it goes is not for a log.
impl fmt::Debug for PushMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PushMessage").finish_non_exhaustive()
    }
}

/// Whether a message is worth waking a device for (RFC 8030, section 5.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Only on power and Wi-Fi.
    VeryLow,
    /// On either.
    Low,
    /// On neither.
    Normal,
    /// Even on low battery.
    High,
}

impl Urgency {
    /// Its name in the header.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::VeryLow => "very-low",
            Self::Low => "low",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// What a message is about, in 1 to 32 characters of base64url (RFC 8030, section 5.4): it takes the place
/// of one about the same that was not fetched yet. The push service reads it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic(Box<str>);

/// The text is no topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 32 of A-Z, a-z, 0-9, - and _")]
pub struct InvalidTopic;

impl FromStr for Topic {
    type Err = InvalidTopic;

    fn from_str(text: &str) -> Result<Self, InvalidTopic> {
        let is_fine = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_valid = (1..=32).contains(&text.len()) && text.bytes().all(is_fine);
        if is_valid { Ok(Self(text.into())) } else { Err(InvalidTopic) }
    }
}

impl Topic {
    /// The topic's text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What says to a push service who sends: the text of an `Authorization` header (RFC 8292, section 3).
/// Whoever has it may send in our name to that push service, until it expires.
#[derive(Clone, PartialEq, Eq)]
pub struct Authorization(String);

impl Authorization {
    /// The header with that token, and the public key that verifies it.
    #[must_use]
    pub(crate) fn vapid(token: &str, public_key: &str) -> Self {
        Self(format!("vapid t={token}, k={public_key}"))
    }

    /// The header's text: for the push service alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A stray `{:?}` must not print one.
impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization(…)")
    }
}

/// What a call of the port gives: boxed, since ports are held as trait objects.
pub type Pushing<'a> = Pin<Box<dyn Future<Output = Result<(), PushError>> + Send + 'a>>;

/// What push messages are sent with.
pub trait PushSender: Send + Sync {
    /// Sends one message, with one attempt: whoever asks knows whether another one may be made.
    fn send(&self, message: PushMessage) -> Pushing<'_>;
}

/// The sender of a function that names none.
pub(crate) struct NoPushSender;

impl PushSender for NoPushSender {
    fn send(&self, _: PushMessage) -> Pushing<'_> {
        Box::pin(std::future::ready(Err(PushError::NotNamed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_is_1_to_32_characters_that_the_header_may_hold() {
        for good in ["a", "A-z_09", &"a".repeat(32)] {
            assert_eq!(good.parse::<Topic>().unwrap().as_str(), good);
        }
        for bad in ["", "a b", "a=", "a/b", "a+b", "ä", "a\r\nb", &"a".repeat(33)] {
            assert_eq!(bad.parse::<Topic>(), Err(InvalidTopic), "{bad}");
        }
    }
}

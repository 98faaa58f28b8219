//! Requests that may be sent again, and are carried out once.

use std::str::FromStr;

/// The most characters a key may have.
const MAX_LENGTH: usize = 255;

/// What a client calls one request of theirs, so that it means the same one when they send it again.
#[derive(Clone, PartialEq, Eq)]
pub struct IdempotencyKey(Box<str>);

/// The text is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 1 to 255 printable ASCII characters")]
pub struct InvalidIdempotencyKey;

impl IdempotencyKey {
    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = InvalidIdempotencyKey;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let is_printable = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        if text.is_empty() || text.len() > MAX_LENGTH || !is_printable {
            return Err(InvalidIdempotencyKey);
        }
        Ok(Self(text.into()))
    }
}

/// A key may say anything: a stray `{:?}` in a log line must not.
impl std::fmt::Debug for IdempotencyKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdempotencyKey(…)")
    }
}

/// A request that may be sent again: with the same key it is the same one if verb and path are, and has
/// to have the same body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatableRequest {
    /// What the client calls it.
    pub key: IdempotencyKey,
    /// The verb.
    pub verb: String,
    /// The path as it was asked for.
    pub path: String,
    /// The body.
    pub body: Vec<u8>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_1_to_255_printable_ascii_characters() {
        for text in ["k", "2f0c7d1a-6c1c", "with a space", "!\"~", &"k".repeat(255)] {
            let key = text.parse::<IdempotencyKey>().unwrap();
            assert_eq!(key.as_str(), text);
            assert_eq!(format!("{key:?}"), "IdempotencyKey(…)");
        }
        for text in ["", "tab\t", "line\n", "\u{7f}", "schlüssel", &"k".repeat(256)] {
            assert_eq!(text.parse::<IdempotencyKey>(), Err(InvalidIdempotencyKey), "{text}");
        }
    }
}

//! What an event is called in keys and messages.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{Context, SHA256, SHA256_OUTPUT_LEN};

/// The SHA-256 of an event's source and id, each with its length so that no two events share it, in
/// base 64 for URLs: 43 characters, none of which separates the parts of a key.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventDigest(String);

impl EventDigest {
    /// The digest of the event that has this id at this source.
    #[must_use]
    pub fn of(source: &str, id: &str) -> Self {
        Self(digest_of([source.as_bytes(), id.as_bytes()]))
    }

    /// A digest that was written down before.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        (bytes.len() == SHA256_OUTPUT_LEN).then(|| Self(text.to_owned()))
    }

    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EventDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an event's deliveries are listed by: the SHA-256 of its source and id as one text, with a colon
/// between them. Both may hold colons, so two events may share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldDigest(String);

impl ToldDigest {
    /// The digest of that event.
    #[must_use]
    pub fn of(source: &str, id: &str) -> Self {
        Self::of_text(&format!("{source}:{id}"))
    }

    /// The digest of the events whose source and id are that text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        Self(digest_of([text.as_bytes()]))
    }
}

impl fmt::Display for ToldDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The SHA-256 of these parts, each with its length so that no others share it, in base 64 for URLs.
pub(super) fn digest_of<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut context = Context::new(&SHA256);
    for part in parts {
        context.update(&u64::try_from(part.len()).unwrap_or(u64::MAX).to_be_bytes());
        context.update(part);
    }
    URL_SAFE_NO_PAD.encode(context.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_events_share_a_digest_and_one_keeps_its_own() {
        let digest = EventDigest::of("/tracker", "e-41");
        assert_eq!(digest.as_str(), "twwUUBLxXFsKJucHuQ7pxkCj6dFRHvhjDuCRHhsmk0I");
        assert_eq!(EventDigest::parse(digest.as_str()), Some(digest.clone()));
        for (source, id) in [("/tracker", "e-42"), ("/tracke", "re-41"), ("/trackere-41", "")] {
            assert_ne!(EventDigest::of(source, id), digest);
        }
    }

    #[test]
    fn anything_else_is_no_digest() {
        for text in ["", "e-41", "#", &"A".repeat(42), &"A".repeat(44), &"#".repeat(43)] {
            assert_eq!(EventDigest::parse(text), None, "{text}");
        }
    }
}

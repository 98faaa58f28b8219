//! What an email address is known by, where the address itself is not to be kept.

use super::event_digest::digest_of;

/// The SHA-256 of an address in small letters, with its length, in base 64 for URLs: 43 characters.
///
/// Mail servers hardly ever tell large letters from small ones, and what comes back of an email may
/// have other ones than were written to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AddressDigest(String);

impl AddressDigest {
    /// The digest of that address.
    #[must_use]
    pub fn of(address: &str) -> Self {
        Self(digest_of([address.to_lowercase().as_bytes()]))
    }

    /// A digest that was written down before.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        super::EventDigest::parse(text).map(|digest| Self(digest.as_str().to_owned()))
    }

    /// The digest as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_keeps_its_digest_whatever_the_size_of_its_letters() {
        let digest = AddressDigest::of("jane@example.com");
        assert_eq!(digest.as_str(), "NOo5aX7xvwHIgX_qZMO8jT6LoDdtI6Ssc8OLSYUPdgY");
        assert_eq!(AddressDigest::of("Jane@EXAMPLE.com"), digest);
        assert_eq!(AddressDigest::parse(digest.as_str()), Some(digest.clone()));
        for other in ["john@example.com", "jane@example.org", "jane@example.com ", ""] {
            assert_ne!(AddressDigest::of(other), digest);
        }
    }

    #[test]
    fn anything_else_is_no_digest() {
        for text in ["", "jane@example.com", &"A".repeat(42), &"#".repeat(43)] {
            assert_eq!(AddressDigest::parse(text), None, "{text}");
        }
    }
}

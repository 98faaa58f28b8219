//! The text of an API key: `npk_`, 256 random bits in 43 characters, a checksum in 6.
//!
//! The checksum tells a typo or an invented key without asking the store; scanners that look for
//! leaked secrets know a key by it too.

use std::fmt;

use super::digest::Digest;
use crate::domain::api_key::ApiKeyId;

/// What every API key begins with.
pub(super) const PREFIX: &str = "npk_";

/// The characters that 256 bits take in base 62, leading zeros included.
const RANDOM_LENGTH: usize = 43;

/// The characters that 32 bits take.
const CHECKSUM_LENGTH: usize = 6;

/// The digits of base 62, in the order of their bytes: texts of one length sort as their numbers.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The largest number of 256 bits; 43 characters have room for a little more.
const LARGEST: &str = "yhjskwdA6OZ1AL1YmHWZWm8LLG7HjnuCA2j5rOw8Xp1";

/// An API key that is what it says: a secret. Whoever has it is its machine.
#[derive(Clone, PartialEq, Eq)]
pub struct ApiKeySecret(String);

/// The text is no API key that was ever made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an API key")]
pub struct MalformedApiKey;

impl ApiKeySecret {
    /// The key of those random bytes.
    #[must_use]
    pub fn from_random(bytes: [u8; 32]) -> Self {
        Self::with_checksum(format!("{PREFIX}{}", base62::<RANDOM_LENGTH>(bytes)))
    }

    /// A key that somebody presents. Its shape and its checksum are right, and no more is known.
    ///
    /// # Errors
    ///
    /// [`MalformedApiKey`] for any text that [`ApiKeySecret::from_random`] never makes.
    pub fn parse(text: &str) -> Result<Self, MalformedApiKey> {
        let (random, _checksum) = text
            .strip_prefix(PREFIX)
            .filter(|rest| rest.bytes().all(|byte| DIGITS.contains(&byte)))
            .and_then(|rest| rest.split_at_checked(RANDOM_LENGTH))
            .filter(|(random, _)| *random <= LARGEST)
            .ok_or(MalformedApiKey)?;
        let key = Self::with_checksum(format!("{PREFIX}{random}"));
        if key.0 == text { Ok(key) } else { Err(MalformedApiKey) }
    }

    fn with_checksum(mut text: String) -> Self {
        let checksum = crc32fast::hash(text.as_bytes()).to_be_bytes();
        text.push_str(&base62::<CHECKSUM_LENGTH>(checksum));
        Self(text)
    }

    /// The secret itself, for the one answer that shows it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// What the store knows it by.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::of(&self.0)
    }
}

/// The secret stays unsaid.
impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiKeySecret(…)")
    }
}

impl Digest {
    /// The id of the API key with this digest: its first 128 bits.
    #[must_use]
    pub fn api_key_id(&self) -> ApiKeyId {
        ApiKeyId::from_bits(self.first_128_bits())
    }
}

/// A big-endian number in so many digits, of which the number has to have no more.
fn base62<const LENGTH: usize>(mut number: impl AsMut<[u8]>) -> String {
    let mut digits = [b'0'; LENGTH];
    for digit in digits.iter_mut().rev() {
        let mut remainder = 0;
        for byte in number.as_mut() {
            let dividend = remainder * 256 + u32::from(*byte);
            // Below 256, since the remainder is below 62.
            *byte = (dividend / 62) as u8;
            remainder = dividend % 62;
        }
        *digit = DIGITS.get(remainder as usize).copied().unwrap_or_default();
    }
    digits.into_iter().map(char::from).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_53_characters_of_known_text() {
        let zero = ApiKeySecret::from_random([0; 32]);
        assert_eq!(zero.reveal().len(), 53);
        assert!(zero.reveal().starts_with(&format!("npk_{}", "0".repeat(43))));
        let largest = ApiKeySecret::from_random([0xff; 32]);
        assert!(largest.reveal().starts_with(&format!("npk_{LARGEST}")));
        assert_eq!(ApiKeySecret::parse(largest.reveal()), Ok(largest));
    }

    #[test]
    fn numbers_have_their_digits() {
        assert_eq!(base62::<3>([0, 61]), "00z");
        assert_eq!(base62::<3>([0, 62]), "010");
        assert_eq!(base62::<3>([0xff, 0xff]), "H31");
        assert_eq!(base62::<6>([0xff; 4]), "4gfFC3");
    }

    #[test]
    fn what_was_never_made_is_no_key_even_with_its_checksum() {
        let beyond = LARGEST.replacen('y', "z", 1);
        let short = format!("npk_{}", "0".repeat(42));
        for text in [format!("npk_{beyond}"), short, format!("npx_{}", "0".repeat(43))] {
            let text = ApiKeySecret::with_checksum(text);
            assert_eq!(ApiKeySecret::parse(text.reveal()), Err(MalformedApiKey), "{text:?}");
        }
        let good = ApiKeySecret::from_random([7; 32]);
        for text in ["", "npk_", "npk_nonsense", &good.reveal()[..52], &good.reveal()[4..]] {
            assert_eq!(ApiKeySecret::parse(text), Err(MalformedApiKey), "{text}");
        }
        let longer = format!("{}0", good.reveal());
        assert_eq!(ApiKeySecret::parse(&longer), Err(MalformedApiKey));
    }

    #[test]
    fn debug_output_does_not_say_the_secret() {
        let key = ApiKeySecret::from_random([7; 32]);
        assert_eq!(format!("{key:?}"), "ApiKeySecret(…)");
    }
}

//! API keys: what an admin says of one, and what is known of it later. The secret itself is the
//! business of `auth`.

use std::fmt;

use jiff::Timestamp;

use super::permission::Permissions;
use super::text::Line;

/// Which key it is: 128 bits as 32 lowercase hexadecimal digits. It says nothing of the secret
/// that anyone could use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ApiKeyId(u128);

/// The text is no id of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be 32 lowercase hexadecimal digits")]
pub struct InvalidApiKeyId;

impl ApiKeyId {
    /// The id of those bits: the first 128 of the key's digest.
    #[must_use]
    pub(crate) fn from_bits(bits: u128) -> Self {
        Self(bits)
    }

    /// An id from outside, such as from a path.
    ///
    /// # Errors
    ///
    /// [`InvalidApiKeyId`], unless it is 32 lowercase hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, InvalidApiKeyId> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if text.len() != 32 || !text.bytes().all(is_digit) {
            return Err(InvalidApiKeyId);
        }
        u128::from_str_radix(text, 16).map(Self).map_err(|_not_hexadecimal| InvalidApiKeyId)
    }
}

impl fmt::Display for ApiKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// A key to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// What people call it.
    pub name: Line,
    /// What it may do.
    pub permissions: Permissions,
    /// The instant from which it is good no more, if there is one.
    pub expires_at: Option<Timestamp>,
}

/// A key that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Which one it is.
    pub id: ApiKeyId,
    /// What people call it.
    pub name: Line,
    /// What it may do.
    pub permissions: Permissions,
    /// The instant from which it is good no more, if there is one.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_32_lowercase_hexadecimal_digits() {
        for text in ["00000000000000000000000000000000", "0123456789abcdef0123456789abcdef"] {
            assert_eq!(ApiKeyId::parse(text).unwrap().to_string(), text);
        }
        let long = "0".repeat(33);
        for text in ["", "0", "+123456789abcdef0123456789abcdef", &long, &"A".repeat(32)] {
            assert_eq!(ApiKeyId::parse(text), Err(InvalidApiKeyId), "{text}");
        }
    }
}

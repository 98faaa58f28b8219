//! Identifiers of people and of the organizational units they sign in to.

use std::fmt;

/// The most characters a user id or an org unit id may have.
const MAX_LENGTH: usize = 128;

/// An organizational unit: the tenant. Nothing crosses from one to another.
///
/// Only this crate makes one, and only from a verified credential, or from what was stored for one:
/// whoever holds an `OrgUnitId` was let in.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrgUnitId(Box<str>);

/// A person within an org unit, as the identity provider calls them.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct UserId(Box<str>);

/// The text is no id: 1 to 128 of `A–Z a–z 0–9 . _ : @ | -`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -")]
pub struct InvalidId;

impl OrgUnitId {
    /// The org unit named by a verified credential.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        parse(text).map(Self)
    }

    /// The id as text. Holds no character that separates the parts of a storage key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl UserId {
    /// A user id from outside: a claim, an event, a request.
    ///
    /// # Errors
    ///
    /// [`InvalidId`] if the text is empty, too long, or holds another character.
    pub fn parse(text: &str) -> Result<Self, InvalidId> {
        parse(text).map(Self)
    }

    /// The id as text. Holds no character that separates the parts of a storage key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The id as a number, if it is a decimal without leading zeros that every JSON reader can
    /// hold: below 2^53 (RFC 8259, section 6).
    #[must_use]
    pub fn as_integer(&self) -> Option<u64> {
        let number: u64 = self.0.parse().ok()?;
        (number < 1 << 53 && number.to_string() == *self.0).then_some(number)
    }
}

fn parse(text: &str) -> Result<Box<str>, InvalidId> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:@|-".contains(&byte);
    if text.is_empty() || text.len() > MAX_LENGTH || !text.bytes().all(allowed) {
        return Err(InvalidId);
    }
    Ok(text.into())
}

/// Ids name people and customers: a stray `{:?}` in a log line must not.
impl fmt::Debug for OrgUnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrgUnitId(…)")
    }
}

/// See [`OrgUnitId`]'s.
impl fmt::Debug for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserId(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_of_an_identity_provider_is_accepted() {
        for id in ["7", "auth0|5f7c", "user_2abc", "jane.doe@example.com", "eu-west-1:0b1c-22"] {
            assert_eq!(UserId::parse(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn an_id_with_another_character_or_length_is_refused() {
        for id in ["", "a b", "a#b", "a/b", "ä", "a\0", "７", &"x".repeat(129)] {
            assert_eq!(UserId::parse(id), Err(InvalidId), "{id:?}");
            assert_eq!(OrgUnitId::parse(id), Err(InvalidId), "{id:?}");
        }
        assert!(UserId::parse(&"x".repeat(128)).is_ok());
    }

    #[test]
    fn only_a_canonical_decimal_below_2_to_the_53_is_a_number() {
        let number = |id: &str| UserId::parse(id).unwrap().as_integer();
        assert_eq!(number("0"), Some(0));
        assert_eq!(number("7"), Some(7));
        assert_eq!(number("9007199254740991"), Some((1 << 53) - 1));
        for text in ["9007199254740992", "07", "00", "-7", "7.0", "1e3", "auth0|7"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn debug_output_does_not_name_the_person() {
        let user = UserId::parse("jane.doe@example.com").unwrap();
        assert!(!format!("{user:?}").contains("jane"));
    }

    #[test]
    fn no_id_holds_the_separator_of_keys() {
        let allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:@|-";
        for byte in 0..=u8::MAX {
            let character = char::from(byte);
            let id = UserId::parse(&format!("a{character}b"));
            assert_eq!(id.is_ok(), allowed.contains(character), "{character:?}");
        }
        assert!(!allowed.contains('#'));
    }
}

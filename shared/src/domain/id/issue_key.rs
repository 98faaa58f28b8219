//! The key that people know an issue by.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use crate::domain::form::{read_from_text, stored_as_text};

/// The most characters before the hyphen.
const LONGEST_PREFIX: usize = 32;

/// The most digits after it, so that they are a number below 2^63 for everyone.
const MOST_DIGITS: usize = 18;

/// An issue's key, such as `KD-0042`. Zeros that pad the number say nothing: `KD-42` is the same.
#[derive(Clone)]
pub struct IssueKey {
    given: Box<str>,
    unpadded: Box<str>,
}

/// The text is no issue's key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be a prefix of 1 to 32 of A-Z, a-z, 0-9 and _ that starts with a letter, a hyphen, and \
     1 to 18 digits, such as KD-0042"
)]
pub struct InvalidIssueKey;

impl IssueKey {
    /// The key as it was given, which is how people see it: `KD-0042`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.given
    }

    /// The key without padding, which is how it is stored: `KD-42`. Holds no character that
    /// separates the parts of a storage key.
    #[must_use]
    pub fn unpadded(&self) -> &str {
        &self.unpadded
    }
}

impl FromStr for IssueKey {
    type Err = InvalidIssueKey;

    fn from_str(key: &str) -> Result<Self, Self::Err> {
        let (prefix, digits) = key.split_once('-').ok_or(InvalidIssueKey)?;
        let is_word = prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let is_prefix = prefix.len() <= LONGEST_PREFIX
            && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
            && is_word;
        let is_number = digits.len() <= MOST_DIGITS && digits.bytes().all(|b| b.is_ascii_digit());
        if !is_prefix || !is_number {
            return Err(InvalidIssueKey);
        }
        let number: u64 = digits.parse().map_err(|_no_digits| InvalidIssueKey)?;
        Ok(Self { given: key.into(), unpadded: format!("{prefix}-{number}").into() })
    }
}

impl PartialEq for IssueKey {
    fn eq(&self, other: &Self) -> bool {
        self.unpadded == other.unpadded
    }
}

impl Eq for IssueKey {}

impl Hash for IssueKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.unpadded.hash(state);
    }
}

/// A key names a customer's project: a stray `{:?}` in a log line must not.
impl fmt::Debug for IssueKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IssueKey(…)")
    }
}

stored_as_text!(IssueKey, as_str);
read_from_text!(IssueKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_shown_as_given_and_stored_without_padding() {
        for (given, unpadded) in [
            ("KD-0042", "KD-42"),
            ("KD-42", "KD-42"),
            ("k_9-000", "k_9-0"),
            ("A-999999999999999999", "A-999999999999999999"),
        ] {
            let key: IssueKey = given.parse().unwrap();
            assert_eq!(key.as_str(), given);
            assert_eq!(key.unpadded(), unpadded);
            let stored = serde_json::to_string(&key).unwrap();
            assert_eq!(serde_json::from_str::<IssueKey>(&stored).unwrap().as_str(), given);
        }
    }

    #[test]
    fn a_padded_key_is_the_same_key() {
        let key = |text: &str| text.parse::<IssueKey>().unwrap();
        assert_eq!(key("KD-0042"), key("KD-42"));
        assert_ne!(key("KD-42"), key("KD-420"));
        assert_ne!(key("KD-42"), key("kd-42"));
    }

    #[test]
    fn what_is_no_key_is_refused() {
        let long = |prefix: usize, digits: usize| format!("{:a<prefix$}-{:1<digits$}", "", "");
        assert!(long(32, 18).parse::<IssueKey>().is_ok());
        let bad = ["", "KD", "KD-", "-42", "KD42", "4D-1", "_D-1", "KD-4-2", "KD--42", "KD-+42"];
        for key in bad.map(str::to_owned).into_iter().chain([
            "KD-4a".to_owned(),
            "K D-4".to_owned(),
            "KÄ-4".to_owned(),
            "KD-４".to_owned(),
            " KD-4".to_owned(),
            long(33, 1),
            long(1, 19),
        ]) {
            assert_eq!(key.parse::<IssueKey>(), Err(InvalidIssueKey), "{key}");
        }
    }
}

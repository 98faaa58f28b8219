//! The keys that unsubscribe links are signed with: one that signs, and the one before, which still
//! verifies while it is being replaced.

use std::fmt;

use ring::hmac::{HMAC_SHA256, Key};
use serde::Deserialize;

/// The fewest characters of a key: 32 letters and digits are 190 random bits.
const SHORTEST_KEY: usize = 32;

/// The most characters of a key's id.
const LONGEST_ID: usize = 32;

/// The keys of a deployment.
#[derive(Clone)]
pub struct UnsubscribeKeys {
    current: UnsubscribeKey,
    previous: Option<UnsubscribeKey>,
}

/// A key, and what it is called.
#[derive(Clone)]
pub(super) struct UnsubscribeKey {
    pub(super) id: String,
    pub(super) key: Key,
}

/// The secret does not hold the keys. What it holds stays unsaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret must be a JSON object of key_id and key, and both or neither of previous_key_id \
     and previous_key; ids are two of 1 to 32 of A-Z, a-z, 0-9, _ and -, and keys have 32 \
     characters or more"
)]
pub struct InvalidUnsubscribeKeys;

/// The secret, as Secrets Manager makes and keeps it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    key_id: String,
    key: String,
    previous_key_id: Option<String>,
    previous_key: Option<String>,
}

impl UnsubscribeKeys {
    /// Reads the secret's text.
    ///
    /// # Errors
    ///
    /// [`InvalidUnsubscribeKeys`], whatever is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidUnsubscribeKeys> {
        // The error may quote.
        let secret = serde_json::from_str(text).map_err(|_it_may_quote| InvalidUnsubscribeKeys)?;
        let Secret { key_id, key, previous_key_id, previous_key } = secret;
        let current = UnsubscribeKey::new(key_id, &key)?;
        let previous = match (previous_key_id, previous_key) {
            (None, None) => None,
            (Some(id), Some(key)) => Some(UnsubscribeKey::new(id, &key)?),
            (Some(_), None) | (None, Some(_)) => return Err(InvalidUnsubscribeKeys),
        };
        if previous.as_ref().is_some_and(|previous| previous.id == current.id) {
            return Err(InvalidUnsubscribeKeys);
        }
        Ok(Self { current, previous })
    }

    /// The key that signs.
    pub(super) fn current(&self) -> &UnsubscribeKey {
        &self.current
    }

    /// The key of that id, to verify with.
    pub(super) fn find(&self, id: &str) -> Option<&UnsubscribeKey> {
        [Some(&self.current), self.previous.as_ref()].into_iter().flatten().find(|key| key.id == id)
    }
}

impl UnsubscribeKey {
    fn new(id: String, key: &str) -> Result<Self, InvalidUnsubscribeKeys> {
        if !is_key_id(&id) || key.chars().count() < SHORTEST_KEY {
            return Err(InvalidUnsubscribeKeys);
        }
        Ok(Self { id, key: Key::new(HMAC_SHA256, key.as_bytes()) })
    }
}

/// Whether a key may be called that.
pub(super) fn is_key_id(id: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(allowed)
}

/// Which keys there are is for no log either.
impl fmt::Debug for UnsubscribeKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnsubscribeKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn parse(secret: &Value) -> Result<UnsubscribeKeys, InvalidUnsubscribeKeys> {
        UnsubscribeKeys::parse(&secret.to_string())
    }

    #[test]
    fn the_current_key_signs_and_both_are_found() {
        let long = "k".repeat(32);
        let alone = parse(&json!({ "key_id": "1", "key": long })).unwrap();
        assert_eq!(alone.current().id, "1");
        assert!(alone.find("1").is_some() && alone.find("0").is_none());
        let both = json!({
            "key_id": "2026-03", "key": long, "previous_key_id": "1", "previous_key": long,
        });
        let both = parse(&both).unwrap();
        assert_eq!(both.current().id, "2026-03");
        assert!(both.find("2026-03").is_some() && both.find("1").is_some());
        assert!(both.find("").is_none());
    }

    #[test]
    fn what_secrets_manager_generates_is_read() {
        // `SecretStringTemplate` with a key of 43 characters added to it.
        let generated = format!(r#"{{"key_id":"1","key":"{}"}}"#, "aB3".repeat(14) + "x");
        assert!(UnsubscribeKeys::parse(&generated).is_ok());
    }

    #[test]
    fn a_secret_that_breaks_a_rule_is_refused_and_not_quoted() {
        let long = "k".repeat(32);
        let with = |changes: Value| {
            let mut secret = json!({
                "key_id": "2", "key": long, "previous_key_id": "1", "previous_key": long,
            });
            for (name, value) in changes.as_object().unwrap() {
                secret[name] = value.clone();
            }
            secret
        };
        for changes in [
            json!({ "key": "k".repeat(31) }),
            json!({ "previous_key": "k".repeat(31) }),
            json!({ "previous_key": null }),
            json!({ "previous_key_id": null }),
            json!({ "previous_key_id": "2" }),
            json!({ "key_id": "" }),
            json!({ "key_id": "a.b" }),
            json!({ "key_id": "ä" }),
            json!({ "key_id": "k".repeat(33) }),
            json!({ "key_id": 2 }),
            json!({ "another": "field" }),
        ] {
            assert_eq!(
                parse(&with(changes.clone())).err(),
                Some(InvalidUnsubscribeKeys),
                "{changes}"
            );
        }
        for text in ["", "[]", "hush", r#"{"key_id":"1"}"#] {
            assert_eq!(UnsubscribeKeys::parse(text).err(), Some(InvalidUnsubscribeKeys), "{text}");
        }
        assert!(parse(&with(json!({}))).is_ok());
    }

    #[test]
    fn debug_output_says_no_key() {
        let keys = parse(&json!({ "key_id": "hush", "key": "hush".repeat(8) })).unwrap();
        assert_eq!(format!("{keys:?}"), "UnsubscribeKeys(…)");
    }
}

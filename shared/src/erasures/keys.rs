//! The keys of the marks of those who were erased: the newest one, and the one before, whose marks are known
//! still. Who is erased is marked with both: whoever has not fetched the newest yet knows them by the other.

use std::fmt;

use ring::hmac::{HMAC_SHA256, Key, sign};
use serde::Deserialize;

use crate::domain::id::{OrgUnitId, UserId};
use crate::store::{ErasureMark, ErasureMarks};

/// The fewest characters of a key: 32 letters and digits are 190 random bits.
const SHORTEST_KEY: usize = 32;

/// The keys of a deployment.
#[derive(Clone)]
pub struct ErasureKeys {
    current: Key,
    previous: Option<Key>,
}

/// The secret does not hold the keys. What it holds stays unsaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the secret must be a JSON object of key, and previous_key while that one's marks count; keys \
     have 32 characters or more"
)]
pub struct InvalidErasureKeys;

/// The secret, as Secrets Manager makes and keeps it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Secret {
    key: String,
    previous_key: Option<String>,
}

impl ErasureKeys {
    /// Reads the secret's text.
    ///
    /// # Errors
    ///
    /// [`InvalidErasureKeys`], whatever is wrong with it.
    pub fn parse(text: &str) -> Result<Self, InvalidErasureKeys> {
        // The error may quote.
        let secret = serde_json::from_str(text).map_err(|_it_may_quote| InvalidErasureKeys)?;
        let Secret { key, previous_key } = secret;
        let read = |key: String| {
            let is_long_enough = key.chars().count() >= SHORTEST_KEY;
            let key = is_long_enough.then(|| Key::new(HMAC_SHA256, key.as_bytes()));
            key.ok_or(InvalidErasureKeys)
        };
        Ok(Self { current: read(key)?, previous: previous_key.map(read).transpose()? })
    }

    /// The marks that a person has or may have.
    pub(super) fn marks(&self, org_unit: &OrgUnitId, user: &UserId) -> ErasureMarks {
        let mark = |key| mark(key, org_unit, user);
        ErasureMarks { newest: mark(&self.current), before: self.previous.as_ref().map(mark) }
    }
}

/// No id holds what separates the two.
fn mark(key: &Key, org_unit: &OrgUnitId, user: &UserId) -> ErasureMark {
    let named = format!("{}#{}", org_unit.as_str(), user.as_str());
    ErasureMark::from_digest(sign(key, named.as_bytes()).as_ref())
}

/// Nothing of a key is for a log.
impl fmt::Debug for ErasureKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ErasureKeys(…)")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(org_unit: &str, user: &str) -> (OrgUnitId, UserId) {
        (OrgUnitId::parse(org_unit).unwrap(), UserId::parse(user).unwrap())
    }

    #[test]
    fn a_mark_is_of_one_person_and_one_key() {
        let keys = |key: &str| ErasureKeys::parse(&json!({ "key": key }).to_string()).unwrap();
        let (one, other) = (keys(&"a".repeat(32)), keys(&"b".repeat(32)));
        let (org_unit, user) = ids("acme", "7");
        let mark = one.marks(&org_unit, &user).newest;
        assert_eq!(mark.to_string().len(), 43);
        assert_eq!(one.marks(&org_unit, &user).newest, mark);
        assert_ne!(other.marks(&org_unit, &user).newest, mark);
        for (org_unit, user) in [ids("acme", "8"), ids("acme2", "7"), ids("other", "7")] {
            assert_ne!(one.marks(&org_unit, &user).newest, mark);
        }
    }

    #[test]
    fn marks_of_the_key_before_are_known_still() {
        let (old, new) = ("a".repeat(32), "b".repeat(32));
        let before = ErasureKeys::parse(&json!({ "key": old }).to_string()).unwrap();
        let rotated = json!({ "key": new, "previous_key": old }).to_string();
        let rotated = ErasureKeys::parse(&rotated).unwrap();
        let (org_unit, user) = ids("acme", "7");
        let (known, before) = (rotated.marks(&org_unit, &user), before.marks(&org_unit, &user));
        assert_eq!(known.before, Some(before.newest));
        assert_eq!(before.before, None);
        assert_ne!(Some(known.newest), known.before);
    }

    #[test]
    fn anything_else_is_no_secret_of_keys() {
        for secret in [
            "",
            "null",
            "{}",
            r#"{"key":"short"}"#,
            &json!({ "key": "k".repeat(31) }).to_string(),
            &json!({ "key": "k".repeat(32), "previous_key": "short" }).to_string(),
            &json!({ "key": "k".repeat(32), "key_id": "1" }).to_string(),
        ] {
            assert_eq!(ErasureKeys::parse(secret).err(), Some(InvalidErasureKeys), "{secret}");
        }
        let keys = ErasureKeys::parse(&json!({ "key": "k".repeat(32) }).to_string()).unwrap();
        assert_eq!(format!("{keys:?}"), "ErasureKeys(…)");
    }
}

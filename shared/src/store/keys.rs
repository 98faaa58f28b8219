//! The text of every key: this file alone knows it.
//!
//! | item | `pk` | `sk` | in `gsi1` as |
//! |---|---|---|---|
//! | what a person chose, and what is known of them | `OU#<org unit>#USER#<user>` | `PREFS` | |
//! | API key | `KEY#<id>` | `KEY` | `OU#<org unit>#KEYS`, `<created at, µs, 16 digits>#<id>` |
//!
//! Ids hold no `#` (`domain::id`), so no id can reach into another's key.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::StoreError;
use crate::auth::Person;
use crate::domain::api_key::ApiKeyId;
use crate::domain::id::OrgUnitId;

/// The primary key of one item.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pk: String,
    sk: String,
}

impl Key {
    /// The one item of a person.
    pub(super) fn of_person(person: &Person) -> Self {
        let (org_unit, user) = (person.org_unit().as_str(), person.user().as_str());
        Self { pk: format!("OU#{org_unit}#USER#{user}"), sk: "PREFS".to_owned() }
    }

    /// An API key, whoever it belongs to: who presents one has not said yet.
    pub(super) fn of_api_key(id: ApiKeyId) -> Self {
        Self { pk: format!("KEY#{id}"), sk: "KEY".to_owned() }
    }

    /// The key of an item that was read, from the table or from an index.
    pub(super) fn of_item(item: &HashMap<String, AttributeValue>) -> Result<Self, StoreError> {
        let part = |name: &'static str| {
            let part = item.get(name).and_then(|part| part.as_s().ok());
            part.cloned().ok_or(StoreError::Corrupt { leaf: name })
        };
        Ok(Self { pk: part("pk")?, sk: part("sk")? })
    }

    /// The key as the SDK takes it.
    pub(super) fn into_attributes(self) -> HashMap<String, AttributeValue> {
        let Self { pk, sk } = self;
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(pk)),
            ("sk".to_owned(), AttributeValue::S(sk)),
        ])
    }
}

/// Where an item stands in the global index `gsi1`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct IndexKey {
    pk: String,
    sk: String,
}

impl IndexKey {
    /// The name of the index.
    pub(super) const INDEX: &str = "gsi1";

    /// An API key among those of its org unit, by age.
    pub(super) fn of_api_key(org_unit: &OrgUnitId, created_at: Timestamp, id: ApiKeyId) -> Self {
        let created_at = created_at.as_microsecond();
        Self { pk: Self::of_api_keys(org_unit), sk: format!("{created_at:016}#{id}") }
    }

    /// The part of the index that holds the API keys of an org unit.
    pub(super) fn of_api_keys(org_unit: &OrgUnitId) -> String {
        format!("OU#{}#KEYS", org_unit.as_str())
    }

    /// The place as attributes of the item.
    pub(super) fn into_attributes(self) -> HashMap<String, AttributeValue> {
        let Self { pk, sk } = self;
        HashMap::from([
            ("gsi1pk".to_owned(), AttributeValue::S(pk)),
            ("gsi1sk".to_owned(), AttributeValue::S(sk)),
        ])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_has_its_text() {
        let person = Person::for_test("acme", "auth0|7");
        let key = Key::of_person(&person);
        assert_eq!((key.pk.as_str(), key.sk.as_str()), ("OU#acme#USER#auth0|7", "PREFS"));

        let id = ApiKeyId::parse("0123456789abcdef0123456789abcdef").unwrap();
        let key = Key::of_api_key(id);
        let expected = ("KEY#0123456789abcdef0123456789abcdef", "KEY");
        assert_eq!((key.pk.as_str(), key.sk.as_str()), expected);
        let created_at = "2026-03-13T14:00:00.000001Z".parse().unwrap();
        let place = IndexKey::of_api_key(person.org_unit(), created_at, id);
        let expected = "1773410400000001#0123456789abcdef0123456789abcdef";
        assert_eq!((place.pk.as_str(), place.sk.as_str()), ("OU#acme#KEYS", expected));
    }

    #[test]
    fn an_item_tells_its_key() {
        let key = Key::of_person(&Person::for_test("acme", "7"));
        assert_eq!(Key::of_item(&key.clone().into_attributes()), Ok(key));
        let nothing = StoreError::Corrupt { leaf: "pk" };
        assert_eq!(Key::of_item(&HashMap::new()), Err(nothing));
    }
}

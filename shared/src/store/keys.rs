//! The text of every key: this file alone knows it.
//!
//! | item | `pk` | `sk` |
//! |---|---|---|
//! | what a person chose, and what is known of them | `OU#<org unit>#USER#<user>` | `PREFS` |
//!
//! Ids hold no `#` (`domain::id`), so no id can reach into another's key.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use crate::auth::Person;

/// The primary key of one item.
#[derive(Debug, Clone, PartialEq, Eq)]
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

    /// The key as the SDK takes it.
    pub(super) fn into_attributes(self) -> HashMap<String, AttributeValue> {
        let Self { pk, sk } = self;
        HashMap::from([
            ("pk".to_owned(), AttributeValue::S(pk)),
            ("sk".to_owned(), AttributeValue::S(sk)),
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
    }
}

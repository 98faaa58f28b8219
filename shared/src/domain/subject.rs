//! Whom an operator asks about, when a person asks for what is stored of them, or to be erased.

use std::fmt;

use serde::de::Error;
use serde::{Deserialize, Deserializer};

use super::id::{OrgUnitId, UserId};

/// A person in an organizational unit. Operators name them: whoever may invoke a function that takes one was
/// let in by the AWS account.
#[derive(Clone, PartialEq, Eq)]
pub struct Subject {
    /// Where they are.
    pub org_unit: OrgUnitId,
    /// Who they are there.
    pub user: UserId,
}

impl Subject {
    /// The person whom these texts name.
    ///
    /// # Errors
    ///
    /// What an id may hold, if one of them is none.
    pub(crate) fn parse(org_unit: &str, user: &str) -> Result<Self, super::id::InvalidId> {
        Ok(Self { org_unit: OrgUnitId::parse(org_unit)?, user: UserId::parse(user)? })
    }
}

/// `{"org_unit": "…", "user": "…"}`. Any other field is a mistake, and such a mistake is one about people.
impl<'de> Deserialize<'de> for Subject {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Texts {
            org_unit: String,
            user: String,
        }
        let Texts { org_unit, user } = Texts::deserialize(from)?;
        Self::parse(&org_unit, &user).map_err(D::Error::custom)
    }
}

/// See [`OrgUnitId`]'s.
impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subject_is_two_ids_and_nothing_else() {
        let read = serde_json::from_str::<Subject>;
        let subject = read(r#"{"org_unit":"acme","user":"auth0|7"}"#).unwrap();
        assert_eq!(subject, Subject::parse("acme", "auth0|7").unwrap());
        for wrong in [
            r#"{"org_unit":"acme"}"#,
            r#"{"org_unit":"acme","user":"a#b"}"#,
            r#"{"org_unit":"","user":"7"}"#,
            r#"{"org_unit":"acme","user":7}"#,
            r#"{"org_unit":"acme","user":"7","users":"8"}"#,
            "null",
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}

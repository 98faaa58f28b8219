//! Whom an event is for, and whom it mentions.

use std::collections::HashSet;

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Deserialize, Serialize};

use crate::domain::form::refused;
use crate::domain::id::UserId;

/// The list of people is too short or too long. The text is the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InvalidPeople(&'static str);

macro_rules! people {
    ($(#[$doc:meta])* $name:ident, $count:expr, $rule:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(try_from = "Vec<UserId>")]
        pub struct $name(Vec<UserId>);

        impl $name {
            /// Each of them, once, in the order in which they first came.
            pub fn iter(&self) -> impl Iterator<Item = &UserId> {
                self.0.iter()
            }

            /// The others, without that person; nothing, if there have to be some and are none.
            pub(super) fn without(&self, person: &UserId) -> Option<Self> {
                let others = self.iter().filter(|one| *one != person).cloned();
                Self::try_from(others.collect::<Vec<_>>()).ok()
            }

            /// Whether that person is one of them.
            #[must_use]
            pub fn contains(&self, person: &UserId) -> bool {
                self.0.contains(person)
            }
        }

        impl TryFrom<Vec<UserId>> for $name {
            type Error = InvalidPeople;

            fn try_from(people: Vec<UserId>) -> Result<Self, Self::Error> {
                if !$count.contains(&people.len()) {
                    return Err(InvalidPeople($rule));
                }
                Ok(Self(each_once(people)))
            }
        }

        impl<E: DeserializeError> Deserr<E> for $name {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, E> {
                let people = Vec::<UserId>::deserialize_from_value(value, location)?;
                Self::try_from(people).map_err(|rule| refused::<V, E>(&rule, location))
            }
        }
    };
}

people!(
    /// Whom something is for: 1 to 1,000 people. Who is listed twice counts twice, and is one.
    Recipients,
    (1..=1_000),
    "must list 1 to 1,000 user ids"
);

people!(
    /// Whom something mentions: at most 100 people. Who is listed twice counts twice, and is one.
    Mentions,
    (0..=100),
    "must list at most 100 user ids"
);

fn each_once(mut people: Vec<UserId>) -> Vec<UserId> {
    let mut seen = HashSet::new();
    people.retain(|person| seen.insert(person.clone()));
    people
}

//! What is said to the owners of leads.

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::domain::form::refused;
use crate::domain::id::{LeadId, UserId};
use crate::domain::text::Line;

/// `milestone.entered`, `milestone.exited`, `sequence.completed`, `surge.fired`: something happened
/// to a lead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct LeadAlert {
    /// The lead.
    pub lead: LeadRef,
    /// Who owns it, unless nobody does. On input the field is required and may be `null`.
    pub owner: Option<UserId>,
    /// What told of it.
    pub trigger: Trigger,
    /// What the lead is rated with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub score: Option<Score>,
}

/// A lead, as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct LeadRef {
    /// Which it is.
    pub id: LeadId,
    /// What people call it.
    pub name: Line,
}

/// A milestone, a sequence or a surge trigger that someone configured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct Trigger {
    /// What people call it.
    pub name: Line,
}

/// A lead's score: a finite number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score(f64);

impl Score {
    /// A score, unless the number is infinite or none at all.
    #[must_use]
    pub fn new(number: f64) -> Option<Self> {
        number.is_finite().then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub fn get(self) -> f64 {
        self.0
    }
}

/// A finite number equals itself.
impl Eq for Score {}

/// Stored as text: as it is built here, `serde_json` reads some numbers back as their neighbour.
impl Serialize for Score {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Score {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let number = String::deserialize(from)?.parse().ok();
        number.and_then(Self::new).ok_or_else(|| serde::de::Error::custom("is not a finite number"))
    }
}

impl<E: DeserializeError> Deserr<E> for Score {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        let number = match value {
            Value::Integer(number) => Some(number as f64),
            Value::NegativeInteger(number) => Some(number as f64),
            Value::Float(number) => Some(number),
            Value::Null
            | Value::Boolean(_)
            | Value::String(_)
            | Value::Sequence(_)
            | Value::Map(_) => None,
        };
        number
            .and_then(Self::new)
            .ok_or_else(|| refused::<V, E>(&"must be a finite number", location))
    }
}

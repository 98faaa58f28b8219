//! What is wrong with a body, and where: the caller is told every fault at once, each with its path.

use std::fmt;
use std::ops::ControlFlow;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, MergeWithError, Value, ValueKind,
    ValuePointerRef,
};

use super::path::Path;

/// More faults than this are counted by the caller's own fixing; the answer stays short.
const MOST_REPORTED: usize = 100;

/// One thing that is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where it is.
    pub path: Path,
    /// What it is.
    pub kind: ViolationKind,
}

/// The ways in which a field can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViolationKind {
    /// The field is required and not there.
    Missing,
    /// No field of that name exists.
    Unknown {
        /// The fields that exist, separated by commas.
        known: String,
    },
    /// The value is `null`, or of another type.
    WrongType {
        /// What it has to be, as in "a boolean".
        expected: String,
    },
    /// The value's type is right, the value is not.
    NotAllowed {
        /// What it has to be, as in "must be one of …".
        rule: String,
    },
    /// The field is there, but nobody may set it.
    Immutable,
    /// The field comes more than once.
    Repeated,
}

/// What is wrong and what would be right, for a person.
impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is required"),
            Self::Unknown { known } => write!(f, "is not a known field; the fields are {known}"),
            Self::WrongType { expected } => write!(f, "must be {expected}"),
            Self::NotAllowed { rule } => f.write_str(rule),
            Self::Immutable => f.write_str("cannot be changed"),
            Self::Repeated => f.write_str("must not be given more than once"),
        }
    }
}

/// Everything that is wrong with a body, in the order of the body's fields; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }

    /// The first one.
    #[must_use]
    pub fn first(&self) -> Option<&Violation> {
        self.0.first()
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
    }
}

#[cfg(test)]
impl FromIterator<Violation> for Violations {
    fn from_iter<I: IntoIterator<Item = Violation>>(violations: I) -> Self {
        Self(violations.into_iter().collect())
    }
}

impl MergeWithError<Self> for Violations {
    fn merge(this: Option<Self>, other: Self, _: ValuePointerRef<'_>) -> ControlFlow<Self, Self> {
        let Some(Self(mut all)) = this else { return ControlFlow::Continue(other) };
        all.extend(other.0);
        all.truncate(MOST_REPORTED);
        if all.len() == MOST_REPORTED {
            return ControlFlow::Break(Self(all));
        }
        ControlFlow::Continue(Self(all))
    }
}

/// A value of the right type that is not an allowed one; the error's text is the rule.
impl<E: std::error::Error> MergeWithError<Refused<E>> for Violations {
    fn merge(
        this: Option<Self>,
        Refused(error): Refused<E>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let kind = ViolationKind::NotAllowed { rule: error.to_string() };
        Self::merge(this, Self::from(Violation { path: location.into(), kind }), location)
    }
}

impl DeserializeError for Violations {
    fn error<V: IntoValue>(
        this: Option<Self>,
        error: ErrorKind<'_, V>,
        location: ValuePointerRef<'_>,
    ) -> ControlFlow<Self, Self> {
        let path = Path::from(location);
        let violation = match error {
            ErrorKind::IncorrectValueKind { actual: _, accepted } => Violation {
                path,
                kind: ViolationKind::WrongType { expected: name_kinds(accepted) },
            },
            ErrorKind::MissingField { field } => {
                Violation { path: path.field(field), kind: ViolationKind::Missing }
            }
            ErrorKind::UnknownKey { key, accepted } => Violation {
                path: path.field(key),
                kind: ViolationKind::Unknown { known: accepted.join(", ") },
            },
            ErrorKind::UnknownValue { value: _, accepted } => {
                let rule = format!("must be one of {}", accepted.join(", "));
                Violation { path, kind: ViolationKind::NotAllowed { rule } }
            }
            ErrorKind::BadSequenceLen { actual: _, expected } => {
                let rule = format!("must hold exactly {expected} elements");
                Violation { path, kind: ViolationKind::NotAllowed { rule } }
            }
            ErrorKind::Unexpected { msg } => {
                Violation { path, kind: ViolationKind::NotAllowed { rule: msg } }
            }
        };
        Self::merge(this, Self::from(violation), location)
    }
}

fn name_kinds(kinds: &[ValueKind]) -> String {
    let names: Vec<&str> = kinds
        .iter()
        .map(|kind| match kind {
            ValueKind::Null => "null",
            ValueKind::Boolean => "a boolean (true or false)",
            ValueKind::Integer => "a whole number from 0",
            ValueKind::NegativeInteger => "a negative whole number",
            ValueKind::Float => "a number",
            ValueKind::String => "a string",
            ValueKind::Sequence => "an array",
            ValueKind::Map => "an object",
        })
        .collect();
    names.join(" or ")
}

/// The error of a `try_from` in a body's type.
#[derive(Debug)]
pub struct Refused<E>(pub E);

/// A field that may be left out but, unlike an `Option`, not be `null`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfGiven<T>(pub Option<T>);

/// Left out.
impl<T> Default for IfGiven<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T: Deserr<Violations>> Deserr<Violations> for IfGiven<T> {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, Violations> {
        T::deserialize_from_value(value, location).map(|value| Self(Some(value)))
    }
}

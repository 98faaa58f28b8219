//! What is wrong with a body, and where: all of it, so that a surface may tell every fault at once.

mod kind;

use std::fmt;
use std::ops::ControlFlow;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, MergeWithError, Value, ValueKind,
    ValuePointerRef,
};

pub use kind::{Instead, ViolationKind};

use super::path::Path;

/// The most faults that are told at once, so that the answer stays short.
pub(super) const MOST_REPORTED: usize = 100;

/// One thing that is wrong with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where it is.
    pub path: Path,
    /// What it is.
    pub kind: ViolationKind,
}

/// Everything that is wrong with a body, in the order of the body's fields; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violations(Vec<Violation>);

impl Violations {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &Violation> {
        self.0.iter()
    }

    /// All of them, unless there are none.
    #[must_use]
    pub fn all(violations: Vec<Violation>) -> Option<Self> {
        if violations.is_empty() { None } else { Some(Self(violations)) }
    }

    /// These, and one more.
    #[must_use]
    pub fn and(mut self, violation: Violation) -> Self {
        self.0.push(violation);
        self
    }

    /// These, in the order in which the body has the fields; what the body lacks comes last.
    #[must_use]
    pub fn in_order_of(mut self, fields: &[String]) -> Self {
        let order: Vec<Path> = fields.iter().map(|field| Path::ROOT.field(field)).collect();
        self.0.sort_by_cached_key(|violation| {
            let first = violation.path.steps().first();
            order.iter().position(|field| field.steps().first() == first).unwrap_or(usize::MAX)
        });
        self.0.truncate(MOST_REPORTED);
        self
    }

    /// These, where what they are about is one element of the body.
    #[must_use]
    pub fn in_element(self, index: usize) -> Self {
        self.within(&Path::ROOT.element(index))
    }

    /// These, where what they are about is one field of the body.
    #[must_use]
    pub fn in_field(self, name: &str) -> Self {
        self.within(&Path::ROOT.field(name))
    }

    fn within(mut self, path: &Path) -> Self {
        for violation in &mut self.0 {
            violation.path = path.clone().then(&violation.path);
        }
        self
    }

    /// The first one.
    #[must_use]
    pub fn first(&self) -> Option<&Violation> {
        self.0.first()
    }
}

/// As in `prefs[1].muted is required; …`.
impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, Violation { path, kind }) in self.0.iter().enumerate() {
            f.write_str(if position == 0 { "" } else { "; " })?;
            if !path.is_root() {
                write!(f, "{path} ")?;
            }
            write!(f, "{kind}")?;
        }
        Ok(())
    }
}

impl IntoIterator for Violations {
    type Item = Violation;
    type IntoIter = std::vec::IntoIter<Violation>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl From<Violation> for Violations {
    fn from(violation: Violation) -> Self {
        Self(vec![violation])
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
                kind: ViolationKind::Unknown {
                    instead: Instead::of(key, accepted.iter().copied()),
                },
            },
            ErrorKind::UnknownValue { value, accepted } => {
                let kind = ViolationKind::not_one_of(value, accepted.iter().copied());
                Violation { path, kind }
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

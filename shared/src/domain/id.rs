//! Identifiers: of people, of the organizational units they sign in to, of what events are about.

mod issue_key;

use std::fmt;
use std::str::FromStr;

use deserr::{DeserializeError, IntoValue, Value, ValuePointerRef};

pub use issue_key::{InvalidIssueKey, IssueKey};

use super::form::{refused, stored_as_text};

/// The most characters an id may have.
const MAX_LENGTH: usize = 128;

/// The first whole number that not every JSON reader can hold (RFC 8259, section 6).
pub(super) const INTEGERS_END: u64 = 1 << 53;

/// An organizational unit: the tenant. Nothing crosses from one to another.
///
/// Only this crate makes one: from a verified credential, from the signed token of an unsubscribe
/// link, from what was stored for one, from what an operator asks about, or from what comes over the
/// queue and the bus, onto which nobody puts anything whom the deployment did not grant it. Whoever holds an `OrgUnitId` was let
/// in.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct OrgUnitId(Box<str>);

/// The text is no id: 1 to 128 of `A–Z a–z 0–9 . _ : @ | -`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -")]
pub struct InvalidId;

impl OrgUnitId {
    /// The org unit named by a verified credential or token, or by an event on the bus.
    pub(crate) fn parse(text: &str) -> Result<Self, InvalidId> {
        parse(text).map(Self)
    }

    /// The id as text. Holds no character that separates the parts of a storage key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Ids name people and customers: a stray `{:?}` in a log line must not.
impl fmt::Debug for OrgUnitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OrgUnitId(…)")
    }
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        ///
        /// On input a string or a whole number below 2^53: `7` and `"7"` are one id.
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// An id from outside: a claim, an event, a request.
            ///
            /// # Errors
            ///
            /// [`InvalidId`] if the text is empty, too long, or holds another character.
            pub fn parse(text: &str) -> Result<Self, InvalidId> {
                parse(text).map(Self)
            }

            /// The id as text. Holds no character that separates the parts of a storage key.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The id as a number, if it is a decimal without leading zeros that every JSON reader
            /// can hold: below 2^53 (RFC 8259, section 6).
            #[must_use]
            pub fn as_integer(&self) -> Option<u64> {
                as_integer(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Self::parse(text)
            }
        }

        /// See [`OrgUnitId`]'s.
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }

        stored_as_text!($name, as_str);

        impl<E: DeserializeError> deserr::Deserr<E> for $name {
            fn deserialize_from_value<V: IntoValue>(
                value: Value<V>,
                location: ValuePointerRef<'_>,
            ) -> Result<Self, E> {
                read(value, location).map(Self)
            }
        }
    };
}

id!(
    /// A person within an org unit, as the identity provider calls them.
    UserId
);

/// Whom an event names in the place of someone who was erased.
const NOBODY: &str = "::erased::";

impl UserId {
    /// Nobody: who stands in an event in the place of someone who was erased. Nobody did anything, is told
    /// of nothing, watches nothing, and has no token.
    #[must_use]
    pub fn nobody() -> Self {
        Self(NOBODY.into())
    }

    /// Whether it is nobody's.
    #[must_use]
    pub fn is_nobody(&self) -> bool {
        &*self.0 == NOBODY
    }
}

id!(
    /// A member of an org unit: the directory's entry, which is about a [`UserId`].
    OrgMemberId
);
id!(
    /// A project.
    ProjectId
);
id!(
    /// An issue, by its number. People know it by its [`IssueKey`].
    IssueId
);
id!(
    /// A comment on an issue.
    CommentId
);
id!(
    /// A team.
    TeamId
);
id!(
    /// A report.
    ReportId
);
id!(
    /// A lead.
    LeadId
);

fn parse(text: &str) -> Result<Box<str>, InvalidId> {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._:@|-".contains(&byte);
    if text.is_empty() || text.len() > MAX_LENGTH || !text.bytes().all(allowed) {
        return Err(InvalidId);
    }
    Ok(text.into())
}

fn as_integer(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number < INTEGERS_END && number.to_string() == text).then_some(number)
}

fn read<V: IntoValue, E: DeserializeError>(
    value: Value<V>,
    location: ValuePointerRef<'_>,
) -> Result<Box<str>, E> {
    match value {
        Value::String(text) => parse(&text).map_err(|rule| refused::<V, E>(&rule, location)),
        Value::Integer(number) if number < INTEGERS_END => Ok(number.to_string().into()),
        Value::Null
        | Value::Boolean(_)
        | Value::Integer(_)
        | Value::NegativeInteger(_)
        | Value::Float(_)
        | Value::Sequence(_)
        | Value::Map(_) => {
            Err(refused::<V, E>(&"must be a string or a whole number below 2^53", location))
        }
    }
}

#[cfg(test)]
mod tests;

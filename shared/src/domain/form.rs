//! How a value that has a text is stored and read: as that text, and by the one constructor there is.
//!
//! What comes in is read with `deserr`, so that every fault is told at once; what error that makes is
//! the reader's business. What was stored is read with `serde`, where the first fault is one of ours.

use std::fmt::Display;

use deserr::{
    DeserializeError, Deserr, ErrorKind, IntoValue, Value, ValuePointerRef, take_cf_content,
};

/// Serializes a type as its text, which a method of it gives, and reads it back with `FromStr`.
macro_rules! stored_as_text {
    ($name:ident, $text:ident) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.$text().as_ref())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

/// Reads a type out of a JSON string with `FromStr`, whose error's text is the rule.
macro_rules! read_from_text {
    ($name:ident) => {
        impl<E: deserr::DeserializeError> deserr::Deserr<E> for $name {
            fn deserialize_from_value<V: deserr::IntoValue>(
                value: deserr::Value<V>,
                location: deserr::ValuePointerRef<'_>,
            ) -> Result<Self, E> {
                let text = <String as deserr::Deserr<E>>::deserialize_from_value(value, location)?;
                text.parse().map_err(|rule| crate::domain::form::refused::<V, E>(&rule, location))
            }
        }
    };
}

pub(super) use {read_from_text, stored_as_text};

/// A value that breaks a rule, which says what it has to be.
pub(super) fn refused<V: IntoValue, E: DeserializeError>(
    rule: &dyn Display,
    location: ValuePointerRef<'_>,
) -> E {
    let error = ErrorKind::Unexpected { msg: rule.to_string() };
    take_cf_content(E::error::<V>(None, error, location))
}

/// Reads one of a few names.
pub(super) fn read_name<T: Copy, V: IntoValue, E: DeserializeError, const N: usize>(
    all: [T; N],
    name: impl Fn(T) -> &'static str,
    value: Value<V>,
    location: ValuePointerRef<'_>,
) -> Result<T, E> {
    let given = String::deserialize_from_value(value, location)?;
    all.into_iter().find(|one| name(*one) == given).ok_or_else(|| {
        let accepted = &all.map(name);
        let error = ErrorKind::UnknownValue { value: &given, accepted };
        take_cf_content(E::error::<V>(None, error, location))
    })
}

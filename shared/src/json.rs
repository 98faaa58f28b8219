//! JSON as it came in: fields in their order, none of them twice.
//!
//! `serde_json::Value` silently keeps the last of two equal keys, so a reader upstream and this one
//! could disagree on what was asked. [`Json`] keeps both, so that bodies and the claims of tokens
//! that repeat a field can be refused.

use std::collections::HashSet;
use std::fmt;

use deserr::IntoValue;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

/// A JSON value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A whole number from 0 to 2^64 − 1.
    Integer(u64),
    /// A whole number from −2^63 to −1.
    NegativeInteger(i64),
    /// Any other number.
    Float(f64),
    /// A string
    String(String),
    /// An array
    Array(Vec<Json>),
    /// An object
    Object(Object),
}

/// A JSON object: its fields in the order in which they came, repeated ones too.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Object(Vec<(String, Json)>);

/// How many repeated fields are told of.
const MOST_REPEATED: usize = 100;

/// One step from a value to a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into the field of that name.
    Field(&'a str),
    /// Into the element at that index, from 0.
    Element(usize),
}

impl Json {
    /// The value that an RFC 6901 JSON Pointer leads to: `""` is the whole, `"/o/id"` a field of a
    /// field. Array elements are not reached; no one asks for them.
    #[must_use]
    pub fn pointer(&self, pointer: &str) -> Option<&Self> {
        if pointer.is_empty() {
            return Some(self);
        }
        let tokens = pointer.strip_prefix('/')?.split('/');
        tokens
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .try_fold(self, |value, name| value.field(&name))
    }

    /// The field of that name, if this is an object that has it.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Self> {
        self.as_object()?.0.iter().find(|(field, _)| field == name).map(|(_, value)| value)
    }

    /// Takes the field of that name out, if this is an object that has it; of several, the first.
    pub fn take_field(&mut self, name: &str) -> Option<Self> {
        if let Self::Object(object) = self { deserr::Map::remove(object, name) } else { None }
    }

    /// Where a field stands whose name came before in the same object: the first hundred such
    /// places, in their order.
    #[must_use]
    pub fn repeated_fields(&self) -> Vec<Vec<Step<'_>>> {
        let mut found = Vec::new();
        self.find_repeated(&mut Vec::new(), &mut found);
        found
    }

    fn find_repeated<'a>(&'a self, path: &mut Vec<Step<'a>>, found: &mut Vec<Vec<Step<'a>>>) {
        let mut names = HashSet::new();
        let fields = self.as_object().map(|object| object.0.as_slice()).unwrap_or_default();
        for (name, value) in fields {
            path.push(Step::Field(name));
            if !names.insert(name) && found.len() < MOST_REPEATED {
                found.push(path.clone());
            }
            value.find_repeated(path, found);
            path.pop();
        }
        for (index, element) in self.as_array().unwrap_or_default().iter().enumerate() {
            path.push(Step::Element(index));
            element.find_repeated(path, found);
            path.pop();
        }
    }

    /// The names of the fields in their order, if this is an object.
    #[must_use]
    pub fn field_names(&self) -> Vec<String> {
        let fields = self.as_object().map(|object| object.0.as_slice()).unwrap_or_default();
        fields.iter().map(|(name, _)| name.clone()).collect()
    }

    /// The text, if this is a string.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The elements, if this is an array.
    #[must_use]
    pub fn as_array(&self) -> Option<&[Self]> {
        if let Self::Array(elements) = self { Some(elements) } else { None }
    }

    fn as_object(&self) -> Option<&Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Integer(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(u64::try_from(value).map_or(Json::NegativeInteger(value), Json::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Float(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::String(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Json, E> {
        Ok(Json::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut elements = Vec::new();
        while let Some(element) = access.next_element()? {
            elements.push(element);
        }
        Ok(Json::Array(elements))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Json, A::Error> {
        let mut fields = Vec::new();
        while let Some(field) = access.next_entry()? {
            fields.push(field);
        }
        Ok(Json::Object(Object(fields)))
    }
}

impl FromIterator<(String, Json)> for Object {
    fn from_iter<I: IntoIterator<Item = (String, Json)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl IntoValue for Json {
    type Sequence = Vec<Self>;
    type Map = Object;

    fn into_value(self) -> deserr::Value<Self> {
        match self {
            Self::Null => deserr::Value::Null,
            Self::Bool(value) => deserr::Value::Boolean(value),
            Self::Integer(value) => deserr::Value::Integer(value),
            Self::NegativeInteger(value) => deserr::Value::NegativeInteger(value),
            Self::Float(value) => deserr::Value::Float(value),
            Self::String(text) => deserr::Value::String(text),
            Self::Array(elements) => deserr::Value::Sequence(elements),
            Self::Object(object) => deserr::Value::Map(object),
        }
    }

    fn kind(&self) -> deserr::ValueKind {
        match self {
            Self::Null => deserr::ValueKind::Null,
            Self::Bool(_) => deserr::ValueKind::Boolean,
            Self::Integer(_) => deserr::ValueKind::Integer,
            Self::NegativeInteger(_) => deserr::ValueKind::NegativeInteger,
            Self::Float(_) => deserr::ValueKind::Float,
            Self::String(_) => deserr::ValueKind::String,
            Self::Array(_) => deserr::ValueKind::Sequence,
            Self::Object(_) => deserr::ValueKind::Map,
        }
    }
}

impl deserr::Map for Object {
    type Value = Json;
    type Iter = std::vec::IntoIter<(String, Json)>;

    fn len(&self) -> usize {
        self.0.len()
    }

    fn remove(&mut self, key: &str) -> Option<Json> {
        let index = self.0.iter().position(|(name, _)| name == key)?;
        Some(self.0.remove(index).1)
    }

    fn into_iter(self) -> Self::Iter {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests;

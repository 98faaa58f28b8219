//! Reading a body: its size, its media type, its JSON, then its meaning.

use serde_path_to_error::Segment;

use super::path::Path;
use super::violation::{Violation, ViolationKind, Violations};
use crate::json::{Json, Step};

/// The largest body an endpoint reads, in bytes.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// Why a body cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyFault {
    /// It has more than [`MAX_BODY_BYTES`].
    #[error("the body must not exceed 256 KiB")]
    TooLarge,
    /// Its `Content-Type` is not JSON.
    #[error("the Content-Type must be JSON, such as application/json")]
    UnsupportedMediaType,
    /// It does not parse as JSON.
    #[error("the body is not valid JSON ({0})")]
    Malformed(Malformed),
    /// It is JSON, but not of the outermost type that the endpoint takes.
    #[error("the body must be {expected}")]
    WrongShape {
        /// What it has to be, as in "an object".
        expected: String,
    },
    /// Fields of it are wrong.
    #[error("the body has fields that are wrong")]
    Invalid(Violations),
}

/// Where JSON stopped making sense.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}{}", self.at())]
pub struct Malformed {
    /// From 1.
    pub line: usize,
    /// From 1; 0 before the first character.
    pub column: usize,
    /// The value that was being read.
    pub path: Path,
}

impl Malformed {
    fn at(&self) -> String {
        if self.path.is_root() { String::new() } else { format!(", in `{}`", self.path) }
    }
}

impl BodyFault {
    /// Nothing of the body could be read at all.
    pub(crate) const UNDECODABLE: Self =
        Self::Malformed(Malformed { line: 1, column: 0, path: Path::ROOT });

    /// What is wrong, all of it, with its places.
    #[must_use]
    pub fn in_full(&self) -> String {
        match self {
            Self::Invalid(violations) => violations.to_string(),
            Self::TooLarge
            | Self::UnsupportedMediaType
            | Self::Malformed(_)
            | Self::WrongShape { .. } => self.to_string(),
        }
    }

    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::TooLarge => "body_too_large",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::Malformed(_) => "malformed_json",
            Self::WrongShape { .. } => "wrong_shape",
            Self::Invalid(_) => "invalid_body",
        }
    }
}

/// A body whose meaning depends on the deployment or on the time.
pub trait InContext<C>: Sized {
    /// Reads it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it, in any order.
    fn read(json: Json, context: &C) -> Result<Self, Violations>;
}

/// Reads a body. A field that comes twice, anywhere, is a fault like any other.
///
/// # Errors
///
/// The first [`BodyFault`] that applies, in the order in which they are declared.
pub(crate) fn parse<T>(
    content_type: Option<&[u8]>,
    body: &[u8],
    read: impl FnOnce(Json) -> Result<T, Violations>,
) -> Result<T, BodyFault> {
    let json = parse_json(content_type, body)?;
    let fields = json.field_names();
    let repeated = repeated_fields(&json);
    match read(json) {
        Ok(value) => match Violations::all(repeated) {
            None => Ok(value),
            Some(violations) => Err(BodyFault::Invalid(violations)),
        },
        Err(violations) => match violations.first() {
            Some(Violation { path, kind: ViolationKind::WrongType { expected } })
                if path.is_root() =>
            {
                Err(BodyFault::WrongShape { expected: expected.clone() })
            }
            Some(_) | None => {
                // A part that is read like a body of its own has told of some already.
                let untold: Vec<Violation> = repeated
                    .into_iter()
                    .filter(|fault| violations.iter().all(|told| told != fault))
                    .collect();
                let all = untold.into_iter().fold(violations, Violations::and);
                Err(BodyFault::Invalid(all.in_order_of(&fields)))
            }
        },
    }
}

/// Reads a body as JSON and nothing more.
///
/// # Errors
///
/// [`BodyFault::TooLarge`], [`BodyFault::UnsupportedMediaType`] or [`BodyFault::Malformed`], the
/// first that applies.
pub(super) fn parse_json(content_type: Option<&[u8]>, body: &[u8]) -> Result<Json, BodyFault> {
    if body.len() > MAX_BODY_BYTES {
        return Err(BodyFault::TooLarge);
    }
    if content_type.is_some_and(|value| !is_json(value)) {
        return Err(BodyFault::UnsupportedMediaType);
    }
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    let json: Json = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().iter().fold(Path::ROOT, extend);
        malformed(&error.into_inner(), path)
    })?;
    deserializer.end().map_err(|error| malformed(&error, Path::ROOT))?;
    Ok(json)
}

/// A fault for every field whose name came before in the same object.
pub(super) fn repeated_fields(json: &Json) -> Vec<Violation> {
    let path = |at: Vec<Step<'_>>| {
        at.iter().fold(Path::ROOT, |path, step| match step {
            Step::Field(name) => path.field(name),
            Step::Element(index) => path.element(*index),
        })
    };
    let fault = |at| Violation { path: path(at), kind: ViolationKind::Repeated };
    json.repeated_fields().into_iter().map(fault).collect()
}

fn malformed(error: &serde_json::Error, path: Path) -> BodyFault {
    BodyFault::Malformed(Malformed { line: error.line(), column: error.column(), path })
}

fn extend(path: Path, segment: &Segment) -> Path {
    match segment {
        Segment::Map { key } => path.field(key),
        Segment::Seq { index } => path.element(*index),
        Segment::Enum { .. } | Segment::Unknown => path,
    }
}

/// `application/json` or a `+json` type, whatever its parameters (RFC 6838, RFC 6839).
pub(super) fn is_json(content_type: &[u8]) -> bool {
    let essence = essence(content_type);
    let Some((kind, subtype)) = essence.split_once('/') else { return false };
    (kind == "application" && subtype == "json")
        || (!kind.is_empty() && subtype.len() > "+json".len() && subtype.ends_with("+json"))
}

/// The media type without its parameters, in lower case; empty if it is no text.
pub(super) fn essence(content_type: &[u8]) -> String {
    let value = std::str::from_utf8(content_type).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

#[cfg(test)]
mod tests;

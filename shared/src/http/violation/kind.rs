//! The ways in which a field can be wrong, in words that say what would be right.

use std::fmt;

/// The ways in which a field can be wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ViolationKind {
    /// The field is required and not there.
    Missing,
    /// No field of that name exists.
    Unknown {
        /// What to do instead: the field that was meant, or all that there are.
        instead: Instead,
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

/// What someone may have meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Instead {
    /// A name that differs in a letter or two.
    Close(String),
    /// Every name there is, separated by commas.
    Any(String),
}

/// How many letters a name may differ in and still be taken for a slip.
const CLOSE: usize = 2;

impl Instead {
    /// The name nearest to the one that was given, if one is near.
    #[must_use]
    pub fn of<'a>(given: &str, known: impl Iterator<Item = &'a str> + Clone) -> Self {
        // Names far apart in length are no slip, and the distance of long ones is dear.
        let near = known.clone().filter(|name| name.len().abs_diff(given.len()) <= 2 * CLOSE);
        let distances = near.map(|name| (strsim::osa_distance(given, name), name));
        match distances.min() {
            // Of a name of three letters, two others are no slip.
            Some((distance, name)) if distance <= CLOSE.min(name.len() / 3) => {
                Self::Close(name.to_owned())
            }
            Some(_) | None => Self::Any(known.collect::<Vec<_>>().join(", ")),
        }
    }
}

impl fmt::Display for Instead {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Close(name) => write!(f, "did you mean {name}?"),
            Self::Any(names) => write!(f, "the fields are {names}"),
        }
    }
}

impl ViolationKind {
    /// A value that is none of those allowed, with the one that was meant if one is near.
    #[must_use]
    pub fn not_one_of<'a>(
        given: &str,
        allowed: impl IntoIterator<Item = &'a str, IntoIter: Clone>,
    ) -> Self {
        let allowed = allowed.into_iter();
        let rule = match Instead::of(given, allowed.clone()) {
            Instead::Close(name) => format!("is not one of those allowed; did you mean {name}?"),
            Instead::Any(names) => format!("must be one of {names}"),
        };
        Self::NotAllowed { rule }
    }
}

/// What is wrong and what would be right, for a person.
impl fmt::Display for ViolationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => f.write_str("is required"),
            Self::Unknown { instead } => write!(f, "is not a known field; {instead}"),
            Self::WrongType { expected } => write!(f, "must be {expected}"),
            Self::NotAllowed { rule } => f.write_str(rule),
            Self::Immutable => f.write_str("cannot be changed"),
            Self::Repeated => f.write_str("must not be given more than once"),
        }
    }
}

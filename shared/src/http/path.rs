//! Where in a body something is.

use std::fmt::{self, Write as _};

use deserr::ValuePointerRef;

/// Longest field name that an answer repeats to the caller, in characters.
const LONGEST_ECHO: usize = 100;

/// How many steps of a path an answer repeats: no body here means anything deeper.
const DEEPEST_ECHO: usize = 8;

/// Longest path that an answer repeats, in characters: it may tell of a hundred.
const LONGEST_PATH: usize = 200;

/// Where in a body a fault is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Path(Vec<Step>);

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Into the field of that name.
    Field(String),
    /// Into the element at that index, from 0.
    Element(usize),
}

impl Path {
    /// The body itself.
    pub const ROOT: Self = Self(Vec::new());

    /// The steps from the body's root.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the body itself.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The path one field further.
    #[must_use]
    pub fn field(mut self, name: &str) -> Self {
        self.0.push(Step::Field(shortened(name, LONGEST_ECHO)));
        self
    }

    /// The path one element further.
    #[must_use]
    pub fn element(mut self, index: usize) -> Self {
        self.0.push(Step::Element(index));
        self
    }

    /// The path as many steps further as the other one has.
    #[must_use]
    pub fn then(mut self, further: &Self) -> Self {
        self.0.extend_from_slice(&further.0);
        self
    }

    /// The steps joined by dots, as in `notification_ids.3`.
    #[must_use]
    pub fn dotted(&self) -> String {
        let mut text = String::new();
        for step in self.0.iter().take(DEEPEST_ECHO) {
            if !text.is_empty() {
                text.push('.');
            }
            match step {
                Step::Field(name) => text.push_str(name),
                // Writing to a string cannot fail.
                Step::Element(index) => write!(text, "{index}").unwrap_or_default(),
            }
        }
        shortened(&text, LONGEST_PATH)
    }
}

/// As in `prefs[1].event_type`; the body itself is the empty string. Of a path that is very deep or long
/// only the beginning is told.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::new();
        for (position, step) in self.0.iter().enumerate() {
            if position == DEEPEST_ECHO {
                text.push('…');
                break;
            }
            match step {
                Step::Field(name) if position == 0 => text.push_str(name),
                Step::Field(name) => write!(text, ".{name}")?,
                Step::Element(index) => write!(text, "[{index}]")?,
            }
        }
        f.write_str(&shortened(&text, LONGEST_PATH))
    }
}

/// The text, or so many characters of it.
fn shortened(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

impl From<ValuePointerRef<'_>> for Path {
    fn from(pointer: ValuePointerRef<'_>) -> Self {
        match pointer {
            ValuePointerRef::Origin => Self::default(),
            ValuePointerRef::Key { key, prev } => Self::from(*prev).field(key),
            ValuePointerRef::Index { index, prev } => Self::from(*prev).element(index),
        }
    }
}

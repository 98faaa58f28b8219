//! What keeps the local system from starting, in words for the developer in front of it.

use std::fmt::Display;

/// Something that went wrong, and what might help.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Problem(pub String);

impl Problem {
    /// What could not be done, and why.
    pub fn new(what: impl Display, why: impl Display) -> Self {
        Self(format!("{what}: {why}"))
    }
}

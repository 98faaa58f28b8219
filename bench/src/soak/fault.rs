//! What may go wrong with a request.

use std::fmt;

use http::StatusCode;

/// Why a request counts as an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// It was answered, and not with 2xx: with that status and text.
    Status(StatusCode, String),
    /// It was not answered: a connection broke, or nothing came in time.
    Socket(String),
    /// It was answered, and does not show that.
    Stale(String),
}

/// How often each was met.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Faults {
    /// Answers that are not 2xx.
    pub(super) statuses: u64,
    /// Requests without an answer.
    pub(super) sockets: u64,
    /// Reads that did not show what was written.
    pub(super) stale: u64,
}

impl Faults {
    /// One more.
    pub(super) fn add(&mut self, fault: &Fault) {
        match fault {
            Fault::Status(..) => self.statuses += 1,
            Fault::Socket(_) => self.sockets += 1,
            Fault::Stale(_) => self.stale += 1,
        }
    }

    /// How many there were.
    pub(super) fn all(&self) -> u64 {
        self.statuses + self.sockets + self.stale
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status, text) => write!(f, "{status}: {text}"),
            Self::Socket(why) => write!(f, "no answer: {why}"),
            Self::Stale(shown) => write!(f, "an answer that does not show {shown}"),
        }
    }
}

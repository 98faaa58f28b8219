//! The attributes that every event has, besides its type (CloudEvents 1.0, section 3.1).

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use crate::domain::form::{read_from_text, stored_as_text};
use crate::domain::text::{has_at_most, is_uri_text, text};
use crate::domain::timestamp::{InvalidTimestamp, parse_rfc3339, to_exact_rfc3339};

text!(
    /// The system that an event comes from: a URI or a reference to one, of 1 to 256 characters
    /// (RFC 3986). It is compared as text: `/tracker` and `/tracker/` are two sources.
    EventSource,
    |text| (1..=256).contains(&text.len()) && is_uri_text(text),
    "must be a URI or a reference to one, of 1 to 256 characters, such as /tracker or \
     https://tracker.example/kendo"
);

text!(
    /// An event's id: 1 to 256 characters, unique within the event's source.
    EventId,
    |text| !text.is_empty() && has_at_most(256, text) && !text.chars().any(char::is_control),
    "must have 1 to 256 characters and no control characters"
);

/// When an event happened: an instant from 1970 on, to the nanosecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventTime(Timestamp);

/// The text is no time of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidEventTime {
    /// It is no time at all.
    #[error(transparent)]
    Form(#[from] InvalidTimestamp),
    /// It is too long ago.
    #[error("must not be before 1970")]
    BeforeThen,
}

impl EventTime {
    /// The time of an event.
    ///
    /// # Errors
    ///
    /// [`InvalidEventTime::BeforeThen`] before 1970.
    pub fn new(instant: Timestamp) -> Result<Self, InvalidEventTime> {
        if instant < Timestamp::UNIX_EPOCH {
            return Err(InvalidEventTime::BeforeThen);
        }
        Ok(Self(instant))
    }

    /// The instant.
    #[must_use]
    pub fn instant(self) -> Timestamp {
        self.0
    }
}

/// RFC 3339, with seconds, `T`, and `Z` or an offset.
impl FromStr for EventTime {
    type Err = InvalidEventTime;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::new(parse_rfc3339(text)?)
    }
}

/// All of it: RFC 3339, UTC, nine fraction digits. Texts sort as times do.
impl fmt::Display for EventTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&to_exact_rfc3339(self.0))
    }
}

stored_as_text!(EventTime, to_string);
read_from_text!(EventTime);

//! The order of events about the same thing.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;

use super::{EventId, EventSource, EventTime};
use crate::domain::form::stored_as_text;

/// Where an event stands among those about the same directory entry: by its time; events of one
/// instant by their id, then by their source, byte by byte. An older one never overwrites a newer.
///
/// As text, stamps sort byte by byte as they do here: the time in UTC with nine fraction digits, a
/// tab, the id, a tab, the source. Neither of these holds a tab, and no character of theirs sorts
/// before one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(Box<str>);

/// The text is no stamp: something else than this service wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a time with nine fraction digits, an id and a source, with tabs between them")]
pub struct InvalidStamp;

impl Stamp {
    pub(super) fn new(time: EventTime, id: &EventId, source: &EventSource) -> Self {
        Self(format!("{time}\t{}\t{}", id.as_str(), source.as_str()).into())
    }

    /// When the event happened, by the clock of whoever sent it.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        self.0.split('\t').next().and_then(|time| time.parse().ok())
    }

    /// The stamp as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Stamp {
    type Err = InvalidStamp;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut parts = text.splitn(3, '\t');
        let mut part = || parts.next().ok_or(InvalidStamp);
        let time = part()?.parse().map_err(|_no_time| InvalidStamp)?;
        let id = part()?.parse().map_err(|_no_id| InvalidStamp)?;
        let source = part()?.parse().map_err(|_no_source| InvalidStamp)?;
        let stamp = Self::new(time, &id, &source);
        if *stamp.0 == *text { Ok(stamp) } else { Err(InvalidStamp) }
    }
}

/// Sources name customers: a stray `{:?}` in a log line must not.
impl fmt::Debug for Stamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stamp(…)")
    }
}

stored_as_text!(Stamp, as_str);

//! Digests: emails that wait for one another, and until when.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{SignedDuration, Timestamp};

use super::channel_preference::Digest;
use super::text::ZoneName;
use super::timestamp::parse_rfc3339;

/// The most items that a digest lists, over all categories; of the others it says how many there are.
pub const MOST_LISTED: usize = 100;

/// The zones that are built in: which ones there are must not depend on the machine.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// How often a digest leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cadence {
    /// As each hour of UTC's clock ends.
    Hourly,
    /// At each midnight where the person lives, by the directory; else at UTC's.
    Daily,
}

impl Cadence {
    /// Every one there is.
    pub const ALL: [Self; 2] = [Self::Hourly, Self::Daily];

    /// That of a row with such a digest; nothing, if its email does not wait.
    #[must_use]
    pub const fn of(digest: Digest) -> Option<Self> {
        match digest {
            Digest::Hourly => Some(Self::Hourly),
            Digest::Daily => Some(Self::Daily),
            Digest::Instant | Digest::Off => None,
        }
    }

    /// The name in keys and messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hourly => Digest::Hourly.name(),
            Self::Daily => Digest::Daily.name(),
        }
    }
}

/// The emails of one person that wait for the same moment, to leave as one.
///
/// Its text stands in keys and messages: `hourly#2026-03-13T15:00:00Z`. Of one cadence, text sorts as
/// the ends do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DigestBucket {
    cadence: Cadence,
    end: Timestamp,
}

impl DigestBucket {
    /// The one that something joins at that instant, of someone whose days end in that zone. Its end
    /// is later than the instant.
    #[must_use]
    pub fn joined_at(instant: Timestamp, cadence: Cadence, zone: Option<&ZoneName>) -> Self {
        let end = match cadence {
            Cadence::Hourly => end_of_hour(instant),
            Cadence::Daily => end_of_day(instant, zone),
        };
        Self { cadence, end }
    }

    /// The one for what comes too late for this one: of a day, the one until the next midnight in the
    /// zone that is theirs by now.
    #[must_use]
    pub fn next(self, zone: Option<&ZoneName>) -> Self {
        Self::joined_at(self.end, self.cadence, zone)
    }

    /// How often such digests leave.
    #[must_use]
    pub const fn cadence(self) -> Cadence {
        self.cadence
    }

    /// When it ends: it leaves then, and not before.
    #[must_use]
    pub const fn end(self) -> Timestamp {
        self.end
    }
}

/// What stands between cadence and end.
const BETWEEN: char = '#';

impl fmt::Display for DigestBucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cadence, end } = self;
        write!(f, "{}{BETWEEN}{end}", cadence.name())
    }
}

/// The text is none that [`DigestBucket`] writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a cadence and an end, such as hourly#2026-03-13T15:00:00Z")]
pub struct InvalidDigestBucket;

impl FromStr for DigestBucket {
    type Err = InvalidDigestBucket;

    /// Reads exactly what is written: another text for the same bucket would be another key.
    fn from_str(text: &str) -> Result<Self, InvalidDigestBucket> {
        let (name, end) = text.split_once(BETWEEN).ok_or(InvalidDigestBucket)?;
        let cadence = Cadence::ALL.into_iter().find(|cadence| cadence.name() == name);
        let end = parse_rfc3339(end).map_err(|_no_instant| InvalidDigestBucket)?;
        let bucket = Self { cadence: cadence.ok_or(InvalidDigestBucket)?, end };
        if bucket.to_string() == text { Ok(bucket) } else { Err(InvalidDigestBucket) }
    }
}

/// The zone of that name; UTC, where there is none of that name.
#[must_use]
pub fn zone_named(name: Option<&ZoneName>) -> TimeZone {
    name.and_then(|name| ZONES.get(name.as_str()).ok()).unwrap_or(TimeZone::UTC)
}

/// The end of the hour of UTC's clock.
fn end_of_hour(now: Timestamp) -> Timestamp {
    const HOUR: i64 = 60 * 60;
    let into_the_hour = now.as_nanosecond().rem_euclid(i128::from(HOUR) * 1_000_000_000);
    let left = SignedDuration::from_hours(1) - SignedDuration::from_nanos_i128(into_the_hour);
    now.saturating_add(left).unwrap_or(Timestamp::MAX)
}

/// Midnight in that zone, or in UTC where it is not known: the first instant of the next day, also
/// where clocks skip midnight or repeat it.
fn end_of_day(now: Timestamp, zone: Option<&ZoneName>) -> Timestamp {
    let zone = zone_named(zone);
    let next_day = now.to_zoned(zone.clone()).date().tomorrow();
    let midnight = next_day.and_then(|day| day.to_zoned(zone));
    // There is a day after each but the last one of year 9999.
    midnight.map_or(Timestamp::MAX, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests;

//! Whether someone watches an issue, or the reports of a project: now, and as of a moment.

mod interval;

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

pub use interval::{Interval, PastInterval};

/// How long a flip is remembered by its id: longer than anyone repeats an attempt at one.
const REMEMBERED: SignedDuration = SignedDuration::from_secs(60);

/// How many flips are remembered at most.
const MOST_REMEMBERED: usize = 200;

/// How many intervals before the last one are known: as of a moment that is longer ago, nobody watched.
const MOST_EARLIER: usize = 20;

/// The most people who may watch the reports of one project.
pub const MOST_REPORT_WATCHERS: u16 = 5_000;

/// What is known of one person's watch of one issue, or of one project's reports. Times are our own
/// clock's, in whole microseconds, as they are stored.
///
/// Whoever leaves the project, at `left_at`, watches nothing of it any more: an interval that began at
/// that moment or before is over by then at the latest. It need not have been written down that it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Watch {
    /// The intervals before the last one, the oldest first.
    pub earlier: Vec<PastInterval>,
    /// The last interval.
    pub last: Option<Interval>,
    /// When the person flipped it themselves, the last time.
    pub flipped_at: Option<Timestamp>,
    /// The flips of the last minute, the oldest first.
    pub flips: Vec<Flip>,
}

/// A flip that was carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flip {
    /// What asked for it.
    pub by: Ulid,
    /// Whether the person watched after it.
    pub is_watching: bool,
}

impl Watch {
    /// Whether the person watched at that moment, as far back as 21 intervals tell.
    #[must_use]
    pub fn watched_at(&self, moment: Timestamp, left_at: Option<Timestamp>) -> bool {
        let (moment, left_at) = (whole_micros(moment), left_at.map(whole_micros));
        let mut earlier = self.earlier.iter();
        earlier.any(|interval| interval.ended_by(left_at).held(moment))
            || self.last.is_some_and(|last| last.ended_by(left_at).holds(moment))
    }

    /// Whether the person watches now.
    #[must_use]
    pub fn is_watching(&self, left_at: Option<Timestamp>) -> bool {
        let left_at = left_at.map(whole_micros);
        self.last.is_some_and(|last| last.ended_by(left_at).until.is_none())
    }

    /// Whether the last interval was not ended: neither by a flip, nor by writing down that the
    /// person left.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.last.is_some_and(|last| last.until.is_none())
    }

    /// What came of that flip, if it was carried out within the last minute.
    #[must_use]
    pub fn after_flip(&self, by: Ulid) -> Option<bool> {
        self.flips.iter().find(|flip| flip.by == by).map(|flip| flip.is_watching)
    }

    /// On becomes off, and off on. A flip that was carried out before changes nothing.
    #[must_use]
    pub fn flip(&self, now: Timestamp, by: Ulid, left_at: Option<Timestamp>) -> Self {
        if self.after_flip(by).is_some() {
            return self.clone();
        }
        let (now, left_at) = (whole_micros(now), left_at.map(whole_micros));
        let is_watching = !self.is_watching(left_at);
        let mut flipped = if is_watching {
            // What begins as they left is over.
            let after_leaving = left_at.and_then(|left_at| left_at.checked_add(MICROSECOND).ok());
            self.begun_at(after_leaving.map_or(now, |earliest| now.max(earliest)), left_at)
        } else {
            let end = |last: Interval| Interval { until: Some(now.max(last.since)), ..last };
            Self { last: self.last.map(end), ..self.clone() }
        };
        // What it ended may have begun later than the flip was asked for: an event that attaches again
        // from then on is before the flip all the same.
        let began_at = flipped.last.map(|last| last.since);
        flipped.flipped_at = self.flipped_at.max(began_at).max(Some(now));
        flipped.flips.retain(|flip| is_remembered(flip.by, now));
        flipped.flips.push(Flip { by, is_watching });
        let too_many = flipped.flips.len().saturating_sub(MOST_REMEMBERED);
        flipped.flips.drain(..too_many);
        flipped
    }

    /// The person watches from when an event was accepted, because of that event: nothing where they
    /// did already, or flipped it themselves at that moment or after it.
    ///
    /// Of two events it does not matter which one comes first; of someone who left since they flipped
    /// it, as far as the ends of their intervals tell when.
    #[must_use]
    pub fn attach(&self, accepted_at: Timestamp, left_at: Option<Timestamp>) -> Option<Self> {
        let (from, left_at) = (whole_micros(accepted_at), left_at.map(whole_micros));
        let was_flipped_since = self.flipped_at.is_some_and(|flipped_at| flipped_at >= from);
        let ended_at_once = left_at == Some(from);
        if was_flipped_since || ended_at_once || self.watched_at(from, left_at) {
            return None;
        }
        // Nobody flipped it since, so what began later was begun by a later event.
        let Some(later) = self.last.filter(|last| last.since > from) else {
            return Some(self.begun_at(from, left_at));
        };
        // Nor did anybody but by leaving end what is over since.
        let ends = self.earlier.iter().map(|interval| interval.until).chain(left_at);
        match ends.filter(|end| from < *end && *end <= later.since).min() {
            // They left in between.
            Some(end) => {
                let mut attached = self.clone();
                attached.earlier.retain(|interval| interval.until != end);
                attached.earlier.push(PastInterval { since: from, until: end });
                attached.earlier.sort_by_key(|interval| interval.since);
                attached.forget_the_oldest();
                Some(attached)
            }
            None => {
                let last = Some(Interval { since: from, ..later });
                Some(Self { last, ..self.clone() })
            }
        }
    }

    /// It is written down that the person left: nothing where there is nothing to end.
    #[must_use]
    pub fn end(&self, left_at: Timestamp) -> Option<Self> {
        let last = self.last.filter(|last| last.until.is_none())?;
        let ended = last.ended_by(Some(whole_micros(left_at)));
        ended.until.map(|_| Self { last: Some(ended), ..self.clone() })
    }

    /// With a new interval after the last one.
    fn begun_at(&self, since: Timestamp, left_at: Option<Timestamp>) -> Self {
        let over = self.last.and_then(|last| PastInterval::of(last.ended_by(left_at)));
        let last = Some(Interval { since, until: None });
        let mut begun = Self { last, ..self.clone() };
        begun.earlier.extend(over);
        begun.forget_the_oldest();
        begun
    }

    fn forget_the_oldest(&mut self) {
        let too_many = self.earlier.len().saturating_sub(MOST_EARLIER);
        self.earlier.drain(..too_many);
    }
}

/// The least that one stored moment is after another.
const MICROSECOND: SignedDuration = SignedDuration::from_micros(1);

/// A moment as it is stored.
fn whole_micros(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}

/// Whether a flip of that id may still be asked for again.
fn is_remembered(by: Ulid, now: Timestamp) -> bool {
    let made_at = i64::try_from(by.timestamp_ms()).unwrap_or(i64::MAX);
    let until = made_at.saturating_add(i64::try_from(REMEMBERED.as_millis()).unwrap_or(i64::MAX));
    until > now.as_millisecond()
}

#[cfg(test)]
mod tests;

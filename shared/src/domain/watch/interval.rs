//! Stretches of time.

use jiff::Timestamp;

/// A stretch of time, from one moment on and until before another, or without end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// When it began.
    pub since: Timestamp,
    /// When it was over, if it is.
    pub until: Option<Timestamp>,
}

impl Interval {
    /// Whether it holds that moment.
    #[must_use]
    pub fn holds(&self, moment: Timestamp) -> bool {
        self.since <= moment && self.ends_after(moment)
    }

    /// Whether it is not over at that moment.
    pub(super) fn ends_after(&self, moment: Timestamp) -> bool {
        self.until.is_none_or(|until| moment < until)
    }

    /// What is left of it where leaving ends it.
    pub(super) fn ended_by(self, left_at: Option<Timestamp>) -> Self {
        match left_at.filter(|left_at| self.since <= *left_at && self.ends_after(*left_at)) {
            Some(left_at) => Self { until: Some(left_at), ..self },
            None => self,
        }
    }
}

/// A stretch of time that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PastInterval {
    /// When it began.
    pub since: Timestamp,
    /// When it was over.
    pub until: Timestamp,
}

impl PastInterval {
    /// Whether it held that moment.
    pub(super) fn held(&self, moment: Timestamp) -> bool {
        self.since <= moment && moment < self.until
    }

    /// That interval, if it is over and ever held anything.
    pub(super) fn of(Interval { since, until }: Interval) -> Option<Self> {
        until.filter(|until| since < *until).map(|until| Self { since, until })
    }

    /// What is left of it where leaving ended it.
    pub(super) fn ended_by(self, left_at: Option<Timestamp>) -> Self {
        match left_at.filter(|left_at| self.since <= *left_at && *left_at < self.until) {
            Some(until) => Self { until, ..self },
            None => self,
        }
    }
}

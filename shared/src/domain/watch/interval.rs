//! A stretch of time.

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

    /// Whether it holds nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.holds(self.since)
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

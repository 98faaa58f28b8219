//! The id of a notification: when its event was accepted, and a few bits to tell it from others.

use jiff::Timestamp;

use crate::domain::id::INTEGERS_END;

/// How many bits tell notifications of one millisecond apart.
const SPREAD_BITS: u32 = 12;

/// 2020-01-01T00:00:00Z in milliseconds since 1970.
const EPOCH: i64 = 1_577_836_800_000;

/// The last millisecond that has an id: 41 bits of them, until September 2089.
const LAST_MILLISECOND: u64 = (1 << 41) - 1;

/// Which of a person's notifications it is: 41 bits of the milliseconds from 2020 to when its event
/// was *accepted*, then 12 bits of a hash. So it is a whole number below 2^53, which every JSON
/// reader can hold, later events have larger ids, and an event that is dispatched again finds its
/// own.
///
/// It tells the notifications of one person apart, which is the only place where it is used. Two
/// people's may have the same id now and then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NotificationId(u64);

impl NotificationId {
    /// The most ids that notifications of one millisecond have by themselves.
    pub const SPREAD: u16 = 1 << SPREAD_BITS;

    /// The largest there is.
    pub const LAST: Self = Self(INTEGERS_END - 1);

    /// The id that the notification of an event should have; of `spread` the lowest 12 bits count.
    /// What was accepted before 2020, or after the ids end, counts as accepted right there.
    #[must_use]
    pub fn new(accepted_at: Timestamp, spread: u16) -> Self {
        let milliseconds = accepted_at.as_millisecond().saturating_sub(EPOCH).max(0);
        let milliseconds = u64::try_from(milliseconds).unwrap_or_default().min(LAST_MILLISECOND);
        Self(milliseconds << SPREAD_BITS | u64::from(spread % Self::SPREAD))
    }

    /// The smallest id that the notification of an event can have that is accepted then.
    #[must_use]
    pub(super) fn first_accepted_at(instant: Timestamp) -> Self {
        Self::new(instant, 0)
    }

    /// An id from outside; `None` if no notification can have it.
    #[must_use]
    pub fn from_number(number: u64) -> Option<Self> {
        (number < INTEGERS_END).then_some(Self(number))
    }

    /// The next larger id, unless this is the last.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        Self::from_number(self.0 + 1)
    }

    /// The next smaller id, unless this is the first.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        self.0.checked_sub(1).map(Self)
    }

    /// The id as a number, below 2^53.
    #[must_use]
    pub const fn as_u64(self) -> u64 {
        self.0
    }
}

//! A page of an inbox: which one is asked for, and what is on it.

use std::str::FromStr;

use super::{Notification, NotificationId};

/// Which notifications are asked for: the newest of them that are older than the last one seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// The last one of the page before, which this one goes on after; nothing for the first page.
    pub after: Option<NotificationId>,
    /// How many at most.
    pub limit: PageLimit,
    /// Whether only those count that were not read.
    pub only_unread: bool,
}

/// How many notifications a page has at most: 1 to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageLimit(u8);

/// The text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a whole number from 1 to 100")]
pub struct InvalidPageLimit;

/// 100.
impl Default for PageLimit {
    fn default() -> Self {
        Self(100)
    }
}

impl FromStr for PageLimit {
    type Err = InvalidPageLimit;

    /// A number is spelled in one way: without a sign, zeros before it, or space around it.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let limit: u8 = text.parse().map_err(|_no_number| InvalidPageLimit)?;
        let is_limit = (1..=100).contains(&limit) && limit.to_string() == text;
        if is_limit { Ok(Self(limit)) } else { Err(InvalidPageLimit) }
    }
}

impl PageLimit {
    /// The number.
    #[must_use]
    pub const fn as_u8(self) -> u8 {
        self.0
    }
}

/// A page, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// What is on it.
    pub notifications: Vec<Notification>,
    /// The last one on it, if there are more after it.
    pub goes_on_after: Option<NotificationId>,
    /// How many are unread, on all pages.
    pub unread: UnreadCount,
}

/// How many notifications of a person are unread: exact to 100.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnreadCount {
    /// So many.
    Exactly(u8),
    /// More than 100.
    More,
}

impl UnreadCount {
    /// How far it is worth counting: one more than is told.
    pub const COUNTED: u8 = Self::TOLD + 1;

    const TOLD: u8 = 100;

    /// The count of so many.
    #[must_use]
    pub fn of(unread: usize) -> Self {
        let told = u8::try_from(unread).ok().filter(|unread| *unread <= Self::TOLD);
        told.map_or(Self::More, Self::Exactly)
    }
}

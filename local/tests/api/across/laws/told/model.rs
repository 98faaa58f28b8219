//! A plain model of an inbox: what is in it by its text, and whether it is read.

use std::collections::BTreeMap;

use pretty_assertions::assert_eq;
use serde_json::Value;

/// What a person may do to what they see.
#[derive(Debug, Clone, Copy)]
pub(super) enum Mark {
    Read,
    Unread,
    Delete,
}

impl Mark {
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Read => "/api/notifications/bulk-read",
            Self::Unread => "/api/notifications/bulk-unread",
            Self::Delete => "/api/notifications/bulk-delete",
        }
    }
}

/// What became of something that is for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// It comes, sooner or later.
    Expected,
    Unread,
    Read,
    Deleted,
}

/// One person's inbox: what became of each text, and when it was accepted.
pub(super) struct Model(BTreeMap<String, (State, i64)>);

impl Model {
    pub(super) const fn new() -> Self {
        Self(BTreeMap::new())
    }

    /// Something was accepted at that second that is to reach them. What came before is the same.
    pub(super) fn expect(&mut self, text: &str, second: i64) {
        self.0.entry(text.to_owned()).or_insert((State::Expected, second));
    }

    /// They look. What they may see is what they did not delete; what is there is as they left it,
    /// and what was accepted last is the first.
    pub(super) fn see(&mut self, rows: &[(Value, String, bool)]) {
        let mut seconds = Vec::new();
        for (_, text, is_read) in rows {
            let known = self.0.get_mut(text);
            let (state, second) = known.unwrap_or_else(|| panic!("{text} is not for them"));
            if *state == State::Expected {
                *state = State::Unread;
            }
            let expected = if *is_read { State::Read } else { State::Unread };
            assert_eq!(*state, expected, "{text}");
            seconds.push(*second);
        }
        let missing = self.0.iter().filter(|(text, (state, _))| {
            let is_there = rows.iter().any(|(_, seen, _)| seen == *text);
            matches!(state, State::Unread | State::Read) && !is_there
        });
        assert_eq!(missing.count(), 0, "what was there is gone");
        assert!(seconds.is_sorted_by(|newer, older| newer >= older), "{rows:?} of {seconds:?}");
        assert!(rows.is_sorted_by(|(newer, ..), (older, ..)| newer.as_u64() > older.as_u64()));
    }

    pub(super) fn mark<'a>(&mut self, mark: Mark, texts: impl Iterator<Item = &'a str>) {
        for text in texts {
            let (state, _) = self.0.get_mut(text).expect("what they saw");
            *state = match mark {
                Mark::Read => State::Read,
                Mark::Unread => State::Unread,
                Mark::Delete => State::Deleted,
            };
        }
    }

    /// Everything came that was to come, once.
    pub(super) fn compare(mut self, rows: &[(Value, String, bool)]) {
        self.see(rows);
        let is_there = |state: State| matches!(state, State::Unread | State::Read);
        let there = self.0.values().filter(|(state, _)| is_there(*state)).count();
        assert_eq!(rows.len(), there, "nothing comes twice");
        let missing = self.0.iter().find(|(_, (state, _))| *state == State::Expected);
        assert_eq!(missing, None, "never came");
    }
}

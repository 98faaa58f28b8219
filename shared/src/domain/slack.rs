//! Slack users, as far as they are known here.

use std::fmt;
use std::str::FromStr;

/// A Slack user id, such as `U012AB3CD`: `U` or `W`, then 2 to 30 capital letters and digits. It
/// leaves the service only masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SlackUserId(Box<str>);

/// The text is no Slack user id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be a Slack user id: U or W, then 2 to 30 of A-Z and 0-9")]
pub struct InvalidSlackUserId;

impl FromStr for SlackUserId {
    type Err = InvalidSlackUserId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let rest = text.strip_prefix(['U', 'W']).ok_or(InvalidSlackUserId)?;
        let is_fine = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(2..=30).contains(&rest.len()) || !rest.bytes().all(is_fine) {
            return Err(InvalidSlackUserId);
        }
        Ok(Self(text.into()))
    }
}

impl SlackUserId {
    /// The id in full: for Slack, and for the store.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first and last three characters around three bullets, enough to recognize one's own id;
    /// of an id shorter than seven characters, just the bullets.
    #[must_use]
    pub fn masked(&self) -> String {
        const HIDDEN: &str = "\u{2022}\u{2022}\u{2022}";
        let (first, last) = (self.0.get(..3), self.0.get(self.0.len().saturating_sub(3)..));
        match first.zip(last) {
            Some((first, last)) if self.0.len() >= 7 => format!("{first}{HIDDEN}{last}"),
            Some(_) | None => HIDDEN.to_owned(),
        }
    }
}

/// Slack ids are personal: a stray `{:?}` must not print one.
impl fmt::Debug for SlackUserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlackUserId(…)")
    }
}

/// What a sync of Slack users came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncReport {
    /// How many confirmed members the org unit has.
    pub total: u64,
    /// How many of them are mapped to a Slack user now.
    pub mapped: u64,
    /// How many of them the sync mapped, over all its calls.
    pub newly_mapped: u64,
    /// Whom nobody at Slack matches, in order; at most [`MOST_UNMATCHED`].
    pub unmatched: Vec<super::id::OrgMemberId>,
}

/// How many members without a match a sync names.
pub const MOST_UNMATCHED: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> SlackUserId {
        text.parse().unwrap()
    }

    #[test]
    fn an_id_is_a_letter_and_2_to_30_capitals_and_digits() {
        for good in ["U12", "WAB", "U012AB3CD", &format!("U{}", "A".repeat(30))] {
            assert_eq!(id(good).as_str(), good);
        }
        let too_long = format!("U{}", "A".repeat(31));
        for bad in ["", "U", "U1", "B012AB3CD", "u012ab3cd", "U12x", "U12 ", "U12É", &too_long] {
            assert_eq!(bad.parse::<SlackUserId>(), Err(InvalidSlackUserId), "{bad}");
        }
    }

    #[test]
    fn a_slack_id_shows_three_characters_at_each_end() {
        assert_eq!(id("U12ABCXYZ").masked(), "U12•••XYZ");
        assert_eq!(id("U12AXYZ").masked(), "U12•••XYZ");
        assert_eq!(id("U12XYZ").masked(), "•••");
        assert_eq!(id("U12").masked(), "•••");
    }
}

//! Channel preferences: which channel a category of notifications takes, and how email is batched.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::form::{read_from_text, stored_as_text};

/// The categories of the product that this surface follows.
pub const DEFAULT_CATEGORIES: &str = "chat.message,chat.mention,chat.added,order.updated,\
     agent.run_completed,agent.alert,system.broadcast,customer.registered";

/// A category of notifications, such as `chat.message`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Category(Box<str>);

/// The text is no category's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("may hold only a-z, 0-9, _ and dots between them, 64 characters at most")]
pub struct InvalidCategory;

impl Category {
    /// The category's name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is that of messages which mention someone: those reach the inbox whatever a
    /// person chose.
    #[must_use]
    pub fn is_direct_mention(&self) -> bool {
        &*self.0 == "chat.mention"
    }
}

impl FromStr for Category {
    type Err = InvalidCategory;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let is_word = |word: &str| {
            let allowed = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_');
            !word.is_empty() && word.bytes().all(allowed)
        };
        if name.len() > 64 || !name.split('.').all(is_word) {
            return Err(InvalidCategory);
        }
        Ok(Self(name.into()))
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

stored_as_text!(Category, as_str);
read_from_text!(Category);

/// The categories of a deployment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Categories(BTreeSet<Category>);

/// The list names no category, or one that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCategories {
    /// It is empty.
    #[error("names no category")]
    Empty,
    /// One of its entries is no category's name.
    #[error("has an entry that {0}")]
    Entry(#[from] InvalidCategory),
}

impl Categories {
    /// The category of that name, if the deployment has it.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Category> {
        self.0.iter().find(|category| category.as_str() == name)
    }

    /// The names of all of them, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> + Clone {
        self.0.iter().map(Category::as_str)
    }
}

/// Names separated by commas.
impl FromStr for Categories {
    type Err = InvalidCategories;

    fn from_str(list: &str) -> Result<Self, Self::Err> {
        let names = list.split(',').map(str::trim).filter(|name| !name.is_empty());
        let categories: BTreeSet<Category> = names.map(str::parse).collect::<Result<_, _>>()?;
        if categories.is_empty() {
            return Err(InvalidCategories::Empty);
        }
        Ok(Self(categories))
    }
}

/// What a row is about: one category, or whatever has no row of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// The row that rules where no category's does. Comes first in lists.
    Global,
    /// The row of one category.
    Category(Category),
}

/// How email is batched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Digest {
    /// At once.
    #[default]
    Instant,
    /// Once an hour.
    Hourly,
    /// Once a day.
    Daily,
    /// Never.
    Off,
}

/// The name is not one of [`Digest::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be one of instant, hourly, daily, off")]
pub struct UnknownDigest;

impl Digest {
    /// Every way there is.
    pub const ALL: [Self; 4] = [Self::Instant, Self::Hourly, Self::Daily, Self::Off];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instant => "instant",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Off => "off",
        }
    }
}

impl FromStr for Digest {
    type Err = UnknownDigest;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|digest| digest.name() == name).ok_or(UnknownDigest)
    }
}

/// What a row says. It is replaced as a whole and rules as a whole: rows are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChannelSettings {
    /// Whether notifications reach the inbox.
    pub in_app: bool,
    /// Whether they go out as email.
    pub email: bool,
    /// Whether they are pushed to devices.
    pub push: bool,
    /// How email is batched.
    pub digest: Digest,
}

impl ChannelSettings {
    /// What rules where a person set no row.
    pub const BUILT_IN: Self =
        Self { in_app: true, email: false, push: false, digest: Digest::Instant };
}

/// A row as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelPreference {
    /// What it is about.
    pub scope: Scope,
    /// What it says.
    pub settings: ChannelSettings,
    /// Its id, which never changes.
    pub id: ChannelPreferenceId,
    /// When it was first set.
    pub created_at: Timestamp,
    /// When it was last set; later each time, by a microsecond at least.
    pub updated_at: Timestamp,
}

/// The id of a row: `nfpf_` and a ULID.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChannelPreferenceId(String);

impl ChannelPreferenceId {
    /// A new row's id.
    #[must_use]
    pub fn new(unique: impl fmt::Display) -> Self {
        Self(format!("nfpf_{unique}"))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_categories_is_read_in_any_order_and_with_spaces() {
        let categories: Categories = "b.two, a.one,,a.one".parse().unwrap();
        assert_eq!(categories.names().collect::<Vec<_>>(), ["a.one", "b.two"]);
        assert!(categories.find("a.one").is_some());
        assert!(categories.find("a").is_none());
    }

    #[test]
    fn a_list_without_categories_or_with_an_impossible_one_is_refused() {
        assert_eq!(" , ".parse::<Categories>(), Err(InvalidCategories::Empty));
        for name in ["A", "a b", "a..b", ".a", "a.", "ä", "*", &"a".repeat(65)] {
            let refused = Err(InvalidCategories::Entry(InvalidCategory));
            assert_eq!(name.parse::<Categories>(), refused, "{name}");
        }
    }

    #[test]
    fn the_default_categories_are_eight() {
        let categories: Categories = DEFAULT_CATEGORIES.parse().unwrap();
        assert_eq!(categories.names().count(), 8);
    }

    #[test]
    fn a_digest_is_stored_by_its_name() {
        for digest in Digest::ALL {
            assert_eq!(digest.name().parse(), Ok(digest));
            assert_eq!(serde_json::to_value(digest).unwrap(), digest.name());
        }
    }
}

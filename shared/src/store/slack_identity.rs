//! A person of the directory and their Slack user, as both were read.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::StoreError;
use super::attribute::text;
use super::expression::Expression;
use super::keys::member_shard;
use super::leaves::Leaves;
use super::member_leaves::{ENTRIES, MemberLeaf, leaf_of};
use super::slack_leaves::{SLACK_OVERRIDE, SLACK_UNREACHABLE, SLACK_USER_ID, slack_user};
use crate::domain::event::Stamp;
use crate::domain::id::{OrgMemberId, UserId};
use crate::domain::slack::SlackUserId;

/// A person, the Slack user they are mapped to, and what the directory says of them, all as they were
/// read at one moment: who changes the mapping does so if nothing of it has changed since.
#[derive(Clone)]
pub struct SlackIdentity {
    pub(super) user: UserId,
    pub(super) entries: Vec<EntryOfPerson>,
    /// How many entries there are, as it is stored.
    how_many: Option<AttributeValue>,
    slack_user: Option<SlackUserId>,
    is_override: bool,
    is_marked_unreachable: bool,
}

/// An entry of the directory that is about a person, as their item repeats it.
#[derive(Clone)]
pub(super) struct EntryOfPerson {
    pub(super) member: OrgMemberId,
    pub(super) stamp: Stamp,
    pub(super) is_confirmed: bool,
    email: String,
}

impl SlackIdentity {
    /// A person with one confirmed entry, who is mapped to nobody.
    #[cfg(test)]
    pub(crate) fn for_test(user: &str, member: &str, email: &str) -> Self {
        let entry = EntryOfPerson {
            member: member.parse().unwrap(),
            stamp: "2026-03-13T13:00:00.000000000Z\te-1\t/directory".parse().unwrap(),
            is_confirmed: true,
            email: email.to_owned(),
        };
        Self {
            user: user.parse().unwrap(),
            entries: vec![entry],
            how_many: None,
            slack_user: None,
            is_override: false,
            is_marked_unreachable: false,
        }
    }

    pub(super) fn read(
        user: UserId,
        item: HashMap<String, AttributeValue>,
    ) -> Result<Self, StoreError> {
        let how_many = item.get(ENTRIES).cloned();
        let mut leaves = Leaves::from(Some(item));
        let entries = MemberLeaf::take_by_entry(&mut leaves)?.into_iter();
        let entry = |(member, leaf): (OrgMemberId, MemberLeaf)| {
            let MemberLeaf { stamp, email, confirmed, .. } = leaf;
            EntryOfPerson { member, stamp, is_confirmed: confirmed, email }
        };
        let mark: Option<String> = leaves.take(SLACK_UNREACHABLE)?;
        let is_override: Option<bool> = leaves.take(SLACK_OVERRIDE)?;
        Ok(Self {
            user,
            entries: entries.map(entry).collect(),
            how_many,
            slack_user: slack_user(&mut leaves)?,
            is_override: is_override.unwrap_or(false),
            is_marked_unreachable: mark.is_some(),
        })
    }

    /// The Slack user they are mapped to.
    #[must_use]
    pub fn slack_user(&self) -> Option<&SlackUserId> {
        self.slack_user.as_ref()
    }

    /// Whether an admin said whom they are mapped to, or that they are not.
    #[must_use]
    pub fn is_override(&self) -> bool {
        self.is_override
    }

    /// Whether a Slack user of theirs was found to be one that nothing can be written to.
    #[must_use]
    pub fn is_marked_unreachable(&self) -> bool {
        self.is_marked_unreachable
    }

    /// The confirmed members of the org unit that they are; nobody, if they were removed meanwhile.
    pub fn members(&self) -> impl Iterator<Item = &OrgMemberId> {
        self.entries.iter().filter(|entry| entry.is_confirmed).map(|entry| &entry.member)
    }

    /// The address they are looked for by at Slack: that of the newest of those members.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        let confirmed = self.entries.iter().filter(|entry| entry.is_confirmed);
        confirmed.max_by(|a, b| a.stamp.cmp(&b.stamp)).map(|entry| entry.email.as_str())
    }

    /// The person with that Slack user, or with none, who is reached there.
    pub(super) fn mapped_to(self, slack_user: Option<SlackUserId>, is_override: bool) -> Self {
        Self { slack_user, is_override, is_marked_unreachable: false, ..self }
    }

    /// A number below 16 that two people rarely have alike whose mapping changes one count: who changes
    /// the mappings of those who have it alike one after the other does not get in their own way.
    #[must_use]
    pub fn shard(&self) -> u8 {
        let shards = self.entries.iter().map(|entry| member_shard(&entry.member));
        shards.min().unwrap_or_default()
    }

    /// The conditions that the person's item is as it was read.
    pub(super) fn if_unchanged(&self) -> Expression {
        let slack_user = self.slack_user.as_ref().map(|id| text(id.as_str()));
        let is_override = self.is_override.then_some(AttributeValue::Bool(true));
        let same = Expression::default()
            .if_still(SLACK_USER_ID, slack_user)
            .if_still(SLACK_OVERRIDE, is_override)
            .if_still(ENTRIES, self.how_many.clone());
        // As many as there were, with the stamps they had, are the same ones.
        self.entries.iter().fold(same, |same, EntryOfPerson { member, stamp, .. }| {
            same.if_within(&leaf_of(member), "stamp", text(stamp.as_str()))
        })
    }
}

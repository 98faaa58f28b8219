//! Changing whom people are mapped to at Slack.
//!
//! An entry of the directory says whether its person is mapped, since the counts go by the entries. So
//! who is mapped who was not, or no more, is written together with all of their entries and the counts
//! of those; and each on condition that all is as it was read.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::attribute::text;
use super::expression::Expression;
use super::keys::{Key, member_shard};
use super::member_counts::MAPPED;
use super::member_entry::{Count, Entry, IS_MAPPED, STAMP};
use super::members::{MOST_ROUNDS, wait_before};
use super::slack_identity::{EntryOfPerson, SlackIdentity};
use super::slack_leaves::{SLACK_OVERRIDE, SLACK_UNREACHABLE, SLACK_USER_ID};
use super::{Store, StoreError};
use crate::auth::Admin;
use crate::domain::id::{OrgMemberId, OrgUnitId, UserId};
use crate::domain::slack::SlackUserId;

/// What is to become of a person's mapping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remapping {
    /// They are that Slack user, or none, and no sync changes that: an admin said so.
    Override(Option<SlackUserId>),
    /// They are that Slack user.
    Map(SlackUserId),
    /// Nobody knows who they are at Slack.
    Unmap,
    /// Their Slack user can be written to again.
    Reach,
}

impl Store {
    /// A member of the admin's org unit is that Slack user, or none, and no sync changes that. Two
    /// `GetItem`, one after the other; unless it is so already, an `UpdateItem`, or a
    /// `TransactWriteItems` where someone is mapped who was not, or no more; again where others got in
    /// the way. `false` if the org unit has no such member.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; they may then be mapped or not, and doing it again is safe.
    pub async fn put_slack_user(
        &self,
        admin: Admin<'_>,
        member: &OrgMemberId,
        to: Option<&SlackUserId>,
    ) -> Result<bool, StoreError> {
        let org_unit = admin.org_unit();
        let put = Remapping::Override(to.cloned());
        for round in 0..MOST_ROUNDS {
            wait_before(round).await;
            let entry = Entry::of(self.read_item(Key::of_member(org_unit, member)).await?)?;
            let Some(user) = entry.user else { return Ok(false) };
            let identity = self.slack_identity(org_unit, &user).await?;
            // The entry is about someone else by now, or about nobody.
            if !identity.entries.iter().any(|entry| entry.member == *member) {
                continue;
            }
            if identity.is_so(&put) || self.remap_if_unchanged(org_unit, &identity, &put).await? {
                return Ok(true);
            }
        }
        Err(StoreError::Conflict)
    }

    /// Changes a person's mapping as `decide` says by how it is: an `UpdateItem`, or a
    /// `TransactWriteItems` where someone is mapped who was not, or no more; where anything changed of
    /// them since they were read, a `GetItem` and again, eight times at most. Gives them as they are
    /// then.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; they may then be mapped or not, and doing it again is safe.
    pub async fn remap(
        &self,
        org_unit: &OrgUnitId,
        mut identity: SlackIdentity,
        decide: impl Fn(&SlackIdentity) -> Option<Remapping>,
    ) -> Result<SlackIdentity, StoreError> {
        for round in 0..MOST_ROUNDS {
            if round > 0 {
                wait_before(round).await;
                identity = self.slack_identity(org_unit, &identity.user).await?;
            }
            let Some(remapping) = decide(&identity) else { return Ok(identity) };
            if self.remap_if_unchanged(org_unit, &identity, &remapping).await? {
                return Ok(identity.remapped(&remapping));
            }
        }
        Err(StoreError::Conflict)
    }

    /// Changes a person's mapping, if that and all that the directory says of them is still as it was
    /// read. Gives whether it did.
    async fn remap_if_unchanged(
        &self,
        org_unit: &OrgUnitId,
        identity: &SlackIdentity,
        remapping: &Remapping,
    ) -> Result<bool, StoreError> {
        let key = Key::of_user(org_unit, &identity.user);
        let change = identity.change(remapping);
        let was_mapped = identity.slack_user().is_some();
        let is_mapped = remapping.result(identity).is_some();
        let written = if was_mapped == is_mapped {
            self.update_if(key, change).await
        } else {
            let mut parts = vec![self.part_of_transaction(key, change)?];
            parts.extend(self.entry_parts(org_unit, identity, is_mapped)?);
            self.write_all_or_none(parts).await
        };
        match written {
            // Someone else held the item each time.
            Err(StoreError::Conflict) => Ok(false),
            written => written,
        }
    }

    async fn slack_identity(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
    ) -> Result<SlackIdentity, StoreError> {
        let item = self.read_item(Key::of_user(org_unit, user)).await?;
        SlackIdentity::read(user.clone(), item)
    }

    /// The entries that say so too, and the counts of their shards: an item may be in a transaction
    /// only once.
    fn entry_parts(
        &self,
        org_unit: &OrgUnitId,
        identity: &SlackIdentity,
        is_mapped: bool,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut parts = Vec::new();
        let mut shards: BTreeMap<u8, i64> = BTreeMap::new();
        for EntryOfPerson { member, stamp, is_confirmed, .. } in &identity.entries {
            let entry = Expression::default()
                .if_still(STAMP, Some(text(stamp.as_str())))
                .set(IS_MAPPED, AttributeValue::Bool(is_mapped));
            parts.push(self.part_of_transaction(Key::of_member(org_unit, member), entry)?);
            let was = Count::of(*is_confirmed, !is_mapped);
            let is = Count::of(*is_confirmed, is_mapped);
            let sum = shards.entry(member_shard(member)).or_default();
            *sum = sum.saturating_add(is.mapped - was.mapped);
        }
        for (shard, sum) in shards.into_iter().filter(|(_, sum)| *sum != 0) {
            let counts = Expression::default().add(MAPPED, sum);
            let key = Key::of_member_count(org_unit, shard);
            parts.push(self.part_of_transaction(key, counts)?);
        }
        Ok(parts)
    }
}

impl Remapping {
    /// Whom it leaves the person mapped to.
    fn result<'a>(&'a self, identity: &'a SlackIdentity) -> Option<&'a SlackUserId> {
        match self {
            Self::Override(to) => to.as_ref(),
            Self::Map(to) => Some(to),
            Self::Unmap => None,
            Self::Reach => identity.slack_user(),
        }
    }

    /// Whether no sync changes what it leaves.
    fn is_override_of(&self, identity: &SlackIdentity) -> bool {
        match self {
            Self::Override(_) => true,
            Self::Map(_) | Self::Unmap | Self::Reach => identity.is_override(),
        }
    }
}

impl SlackIdentity {
    /// The person as that leaves them.
    pub(crate) fn remapped(self, remapping: &Remapping) -> Self {
        let is_override = remapping.is_override_of(&self);
        let slack_user = remapping.result(&self).cloned();
        self.mapped_to(slack_user, is_override)
    }

    /// Whether nothing is left to do.
    fn is_so(&self, remapping: &Remapping) -> bool {
        remapping.is_override_of(self) == self.is_override()
            && remapping.result(self) == self.slack_user()
            && !self.is_marked_unreachable()
    }

    fn change(&self, remapping: &Remapping) -> Expression {
        let same = self.if_unchanged().remove(SLACK_UNREACHABLE);
        let to = |id: &SlackUserId| text(id.as_str());
        match remapping {
            Remapping::Override(user) => same
                .set_or_remove(SLACK_USER_ID, user.as_ref().map(to))
                .set(SLACK_OVERRIDE, AttributeValue::Bool(true)),
            Remapping::Map(user) => same.set(SLACK_USER_ID, to(user)),
            Remapping::Unmap => same.remove(SLACK_USER_ID),
            Remapping::Reach => same,
        }
    }
}

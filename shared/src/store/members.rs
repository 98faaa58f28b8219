//! The members of an org unit: as the newest event about each says.
//!
//! The entry of a member decides: it has the stamp. What it says of a person is repeated in that
//! person's item, in a leaf of the entry's own, and comes and goes together with the entry, or with
//! its being about that person. So what a person's item says is what their live entries say, in
//! whatever order events come.

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use futures_util::future::try_join;

use super::attribute::text;
use super::expression::Expression;
use super::keys::{IndexKey, Key, member_shard};
use super::leaves::to_attribute;
use super::member_counts::{CONFIRMED, MAPPED};
use super::member_entry::{Count, Entry, IS_CONFIRMED, IS_MAPPED, STAMP, USER};
use super::member_leaves::{ENTRIES, MOST_ENTRIES, MemberLeaf, count_of, leaf_of};
use super::slack_leaves::SLACK_USER_ID;
use super::transaction::Transacted;
use super::{Store, StoreError};
use crate::aws::pause_before;
use crate::domain::event::{MemberRemoved, MemberUpserted, Stamp};
use crate::domain::id::{OrgMemberId, OrgUnitId};

/// How often a change is tried that someone else's got in the way of.
pub(super) const MOST_ROUNDS: u32 = 8;

impl Store {
    /// A member is from now on what the event says, unless a newer one is known: a `GetItem` of the
    /// entry beside one of the person, then a `TransactWriteItems`; again where others got in the
    /// way.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`], if eight other entries are about that person; or another
    /// [`StoreError`], and doing it again is safe.
    pub async fn upsert_member(
        &self,
        org_unit: &OrgUnitId,
        member: &MemberUpserted,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        let of_entry = Key::of_member(org_unit, &member.org_member_id);
        let of_person = Key::of_user(org_unit, &member.user);
        for round in 0..MOST_ROUNDS {
            wait_before(round).await;
            let (entry, person) =
                try_join(self.read_item(of_entry.clone()), self.read_item(of_person.clone()))
                    .await?;
            let entry = Entry::of(entry)?;
            if !entry.is_older_than(stamp) {
                return Ok(());
            }
            // Entry and person are read side by side: one that is in the person's item already was
            // written in between, and what is made of the two will not go through.
            let is_new = !person.contains_key(&leaf_of(&member.org_member_id));
            if is_new && count_of(&person)? >= MOST_ENTRIES {
                return Err(StoreError::Full { leaf: "member" });
            }
            let mapping = person.get(SLACK_USER_ID).cloned();
            let parts = self.upsert_parts(org_unit, member, stamp, &entry, mapping)?;
            if self.write_all_or_none(parts).await? {
                return Ok(());
            }
        }
        Err(StoreError::Conflict)
    }

    /// A member is gone, unless a newer event is known: a `GetItem` of the entry, then a
    /// `TransactWriteItems`; again where others got in the way. Of the entry stays when that was.
    ///
    /// # Errors
    ///
    /// As [`Store::upsert_member`].
    pub async fn remove_member(
        &self,
        org_unit: &OrgUnitId,
        MemberRemoved { org_member_id, user: _ }: &MemberRemoved,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        for round in 0..MOST_ROUNDS {
            wait_before(round).await;
            let entry = self.read_item(Key::of_member(org_unit, org_member_id)).await?;
            let entry = Entry::of(entry)?;
            if !entry.is_older_than(stamp) {
                return Ok(());
            }
            let gone = [USER, IS_CONFIRMED, IS_MAPPED, IndexKey::PK, IndexKey::SK];
            let tombstone = gone.into_iter().fold(Expression::default(), Expression::remove);
            let mut parts =
                vec![self.entry_part(org_unit, org_member_id, &entry, tombstone, stamp)?];
            parts.extend(self.count_part(org_unit, org_member_id, entry.count, Count::NONE)?);
            if let Some(user) = &entry.user {
                let forgotten = forgetting(&leaf_of(org_member_id));
                parts.push(self.part_of_transaction(Key::of_user(org_unit, user), forgotten)?);
            }
            if self.write_all_or_none(parts).await? {
                return Ok(());
            }
        }
        Err(StoreError::Conflict)
    }

    fn upsert_parts(
        &self,
        org_unit: &OrgUnitId,
        member: &MemberUpserted,
        stamp: &Stamp,
        entry: &Entry,
        mapping: Option<AttributeValue>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let MemberUpserted { org_member_id, user, confirmed, .. } = member;
        let is_mapped = mapping.is_some();
        let leaf = leaf_of(org_member_id);
        let place = IndexKey::of_member(org_unit, user, org_member_id).into_attributes();
        let new = Expression::default()
            .set(USER, text(user.as_str()))
            .set(IS_CONFIRMED, AttributeValue::Bool(*confirmed))
            .set(IS_MAPPED, AttributeValue::Bool(is_mapped))
            .set_all(place);
        let count = Count::of(*confirmed, is_mapped);
        let mut parts = vec![self.entry_part(org_unit, org_member_id, entry, new, stamp)?];
        parts.extend(self.count_part(org_unit, org_member_id, entry.count, count)?);
        // The counts say whether the person is mapped: that may not change in between.
        let known = Expression::default()
            .set(&leaf, to_attribute(MemberLeaf::new(member, stamp), "member")?)
            .if_still(SLACK_USER_ID, mapping);
        let known = match &entry.user {
            Some(before) if before == user => known,
            Some(_) | None => known.add_up_to(ENTRIES, MOST_ENTRIES),
        };
        parts.push(self.part_of_transaction(Key::of_user(org_unit, user), known)?);
        if let Some(before) = entry.user.as_ref().filter(|before| *before != user) {
            let forgotten = forgetting(&leaf);
            parts.push(self.part_of_transaction(Key::of_user(org_unit, before), forgotten)?);
        }
        Ok(parts)
    }

    /// The entry, if it is still as it was read. Whether its person is mapped changes without an event,
    /// and what is added to the counts goes by that too.
    fn entry_part(
        &self,
        org_unit: &OrgUnitId,
        member: &OrgMemberId,
        entry: &Entry,
        new: Expression,
        stamp: &Stamp,
    ) -> Result<TransactWriteItem, StoreError> {
        let known = entry.stamp.clone().map(AttributeValue::S);
        let new = new
            .if_still(STAMP, known)
            .if_still(IS_MAPPED, entry.is_mapped.clone())
            .set(STAMP, text(stamp.as_str()));
        self.part_of_transaction(Key::of_member(org_unit, member), new)
    }

    /// The counts of the member's shard, if they change.
    fn count_part(
        &self,
        org_unit: &OrgUnitId,
        member: &OrgMemberId,
        was: Count,
        is: Count,
    ) -> Result<Option<TransactWriteItem>, StoreError> {
        if was == is {
            return Ok(None);
        }
        let counts = Expression::default()
            .add(CONFIRMED, is.confirmed - was.confirmed)
            .add(MAPPED, is.mapped - was.mapped);
        let key = Key::of_member_count(org_unit, member_shard(member));
        self.part_of_transaction(key, counts).map(Some)
    }

    /// Whether all parts were written. If not, none was, and someone else got in the way.
    pub(super) async fn write_all_or_none(
        &self,
        parts: Vec<TransactWriteItem>,
    ) -> Result<bool, StoreError> {
        match self.transact(parts).await? {
            Transacted::Done => Ok(true),
            Transacted::Outdated { .. } | Transacted::Contended => Ok(false),
        }
    }
}

/// A person's item without the leaf of an entry that is about them no more.
fn forgetting(leaf: &str) -> Expression {
    Expression::default().remove(leaf).add(ENTRIES, -1)
}

/// Those who got in each other's way would meet again, did they not wait for different times.
pub(super) async fn wait_before(round: u32) {
    if round > 0 {
        tokio::time::sleep(pause_before(round)).await;
    }
}

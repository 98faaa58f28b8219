//! The members of an org unit: as the newest event about each says.
//!
//! An event says something of two things: of the directory's entry, which is listed and counted, and
//! of the person it is about. Each has its own stamp, for an entry may come to be about another
//! person. Both and the counts change together or not at all.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};
use futures_util::future::try_join;

use super::expression::Expression;
use super::keys::{IndexKey, Key, member_shard};
use super::leaves::{SLACK_USER_ID, member};
use super::member_counts::{CONFIRMED, MAPPED};
use super::transaction::Transacted;
use super::{Store, StoreError};
use crate::aws::pause_before;
use crate::domain::event::{MemberRemoved, MemberUpserted, Stamp};
use crate::domain::id::{OrgMemberId, OrgUnitId, UserId};

/// How often a change is tried that someone else's got in the way of.
const MOST_ROUNDS: u32 = 8;

/// The attributes of a member's item.
mod attribute {
    pub(super) const STAMP: &str = "stamp";
    pub(super) const USER: &str = "user";
    pub(super) const IS_CONFIRMED: &str = "is_confirmed";
    /// Whether the person has a Slack user.
    pub(super) const IS_MAPPED: &str = "is_mapped";
}

/// What an event says of a member.
#[derive(Debug, Clone, Copy)]
pub enum MemberChange<'a> {
    /// From now on this.
    Upserted(&'a MemberUpserted),
    /// They are gone.
    Removed(&'a MemberRemoved),
}

impl MemberChange<'_> {
    fn entry(&self) -> &OrgMemberId {
        match self {
            Self::Upserted(member) => &member.org_member_id,
            Self::Removed(member) => &member.org_member_id,
        }
    }

    fn user(&self) -> &UserId {
        match self {
            Self::Upserted(member) => &member.user,
            Self::Removed(member) => &member.user,
        }
    }
}

impl Store {
    /// What the directory says of a member: a `GetItem` of the entry beside one of the person, then
    /// a `TransactWriteItems`; again where others got in the way. Nothing is written where newer
    /// events are known of both.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn change_member(
        &self,
        org_unit: &OrgUnitId,
        change: MemberChange<'_>,
        stamp: &Stamp,
    ) -> Result<(), StoreError> {
        for round in 1..=MOST_ROUNDS {
            let (entry, person) = try_join(
                self.read_item(Key::of_member(org_unit, change.entry())),
                self.read_item(Key::of_user(org_unit, change.user())),
            )
            .await?;
            let parts = self.parts(org_unit, change, stamp, &Item(entry), &Item(person))?;
            if parts.is_empty() {
                return Ok(());
            }
            match self.transact(parts).await? {
                Transacted::Done => return Ok(()),
                Transacted::Outdated | Transacted::Contended => {
                    tokio::time::sleep(pause_before(round)).await;
                }
            }
        }
        Err(StoreError::Conflict)
    }

    fn parts(
        &self,
        org_unit: &OrgUnitId,
        change: MemberChange<'_>,
        stamp: &Stamp,
        entry: &Item,
        person: &Item,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let mut parts = Vec::new();
        let entry_is_older = entry.is_older(attribute::STAMP, stamp);
        let person_is_older = person.is_older(member::STAMP, stamp);
        let mapping = person.0.get(SLACK_USER_ID).cloned();
        if entry_is_older {
            let was = entry.count();
            let (of_entry, is) = entry_as_of(org_unit, change, mapping.is_some());
            let of_entry = of_entry
                .if_still(attribute::STAMP, entry.0.get(attribute::STAMP).cloned())
                .set(attribute::STAMP, text(stamp.as_str()));
            parts.push((Key::of_member(org_unit, change.entry()), of_entry));
            if was != is {
                let counts = Expression::default()
                    .add(CONFIRMED, is.confirmed - was.confirmed)
                    .add(MAPPED, is.mapped - was.mapped);
                let shard = member_shard(change.entry());
                parts.push((Key::of_member_count(org_unit, shard), counts));
            }
        }
        let of_person = Expression::default();
        let of_person = if person_is_older {
            person_as_of(of_person, change, stamp)
                .if_still(member::STAMP, person.0.get(member::STAMP).cloned())
                .set(member::STAMP, text(stamp.as_str()))
        } else if matches!(change, MemberChange::Removed(_))
            && person.is_older(member::LEFT_STAMP, stamp)
        {
            // They came back since, and still: what began before they left ended with it.
            of_person
                .if_still(member::LEFT_STAMP, person.0.get(member::LEFT_STAMP).cloned())
                .set(member::LEFT_STAMP, text(stamp.as_str()))
        } else {
            of_person
        };
        // The counts say whether the person is mapped: that may not change in between.
        let of_person = if entry_is_older && matches!(change, MemberChange::Upserted(_)) {
            of_person.if_still(SLACK_USER_ID, mapping)
        } else {
            of_person
        };
        if !of_person.is_empty() {
            parts.push((Key::of_user(org_unit, change.user()), of_person));
        }
        let parts = parts.into_iter();
        parts.map(|(key, expression)| self.part_of_transaction(key, expression)).collect()
    }
}

/// What an entry adds to the counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    confirmed: i64,
    mapped: i64,
}

impl Count {
    fn of(is_confirmed: bool, is_mapped: bool) -> Self {
        Self { confirmed: is_confirmed.into(), mapped: (is_confirmed && is_mapped).into() }
    }
}

/// An item as it was read.
struct Item(HashMap<String, AttributeValue>);

impl Item {
    fn is_older(&self, attribute: &str, stamp: &Stamp) -> bool {
        let known = self.0.get(attribute).and_then(|value| value.as_s().ok());
        known.is_none_or(|known| known.as_str() < stamp.as_str())
    }

    fn count(&self) -> Count {
        let is = |attribute| self.0.get(attribute) == Some(&AttributeValue::Bool(true));
        Count::of(is(attribute::IS_CONFIRMED), is(attribute::IS_MAPPED))
    }
}

/// The entry after the event, and what it counts for. Of a removed one nothing is left but when.
fn entry_as_of(
    org_unit: &OrgUnitId,
    change: MemberChange<'_>,
    is_mapped: bool,
) -> (Expression, Count) {
    match change {
        MemberChange::Upserted(member) => {
            let MemberUpserted { org_member_id, user, confirmed, .. } = member;
            let place = IndexKey::of_member(org_unit, user, org_member_id).into_attributes();
            let entry = Expression::default()
                .set(attribute::USER, text(user.as_str()))
                .set(attribute::IS_CONFIRMED, AttributeValue::Bool(*confirmed))
                .set(attribute::IS_MAPPED, AttributeValue::Bool(is_mapped))
                .set_all(place);
            (entry, Count::of(*confirmed, is_mapped))
        }
        MemberChange::Removed(MemberRemoved { .. }) => {
            let gone = [
                attribute::USER,
                attribute::IS_CONFIRMED,
                attribute::IS_MAPPED,
                IndexKey::PK,
                IndexKey::SK,
            ];
            let entry = gone.into_iter().fold(Expression::default(), Expression::remove);
            (entry, Count::default())
        }
    }
}

/// The leaves of the person after the event.
fn person_as_of(of_person: Expression, change: MemberChange<'_>, stamp: &Stamp) -> Expression {
    match change {
        MemberChange::Upserted(member) => {
            let MemberUpserted {
                org_member_id,
                user: _,
                email,
                first_name,
                last_name,
                profile_picture,
                confirmed,
                zoneinfo,
            } = member;
            let picture = profile_picture.as_ref().map(|picture| picture.as_str());
            let zone = zoneinfo.as_ref().map(|zone| zone.as_str());
            let of_person = of_person
                .set(member::ORG_MEMBER_ID, text(org_member_id.as_str()))
                .set(member::EMAIL, text(email.as_str()))
                .set(member::FIRST_NAME, text(first_name.as_str()))
                .set(member::LAST_NAME, text(last_name.as_str()))
                .set(member::IS_CONFIRMED, AttributeValue::Bool(*confirmed));
            let optional = [(member::PICTURE, picture), (member::ZONE, zone)];
            optional.into_iter().fold(of_person, |of_person, (leaf, value)| match value {
                Some(value) => of_person.set(leaf, text(value)),
                None => of_person.remove(leaf),
            })
        }
        MemberChange::Removed(_) => member::ALL
            .into_iter()
            .fold(of_person, Expression::remove)
            .set(member::LEFT_STAMP, text(stamp.as_str())),
    }
}

fn text(text: &str) -> AttributeValue {
    AttributeValue::S(text.to_owned())
}

//! The place of a sync of Slack users: how far it came, and who is at it.
//!
//! Whoever goes on with it takes it for as long as they may live, so that two do not do the same work
//! twice. Nothing worse would come of that: what a sync writes is on conditions of its own.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use super::attribute::{number, text};
use super::expression::{Expression, Updated};
use super::keys::Key;
use super::{Store, StoreError};
use crate::domain::id::OrgUnitId;

/// How long nobody else goes on with a sync that someone is at: longer than a function lives.
pub const SYNC_LEASE: SignedDuration = SignedDuration::from_secs(30);

/// How long a place is known. After a day the sync begins anew.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

const CURSOR: &str = "cursor";
const NEWLY_MAPPED: &str = "newly_mapped";
const IS_PERSON_SEEN: &str = "is_person_seen";
const IS_ADDRESS_SEEN: &str = "is_address_seen";
const RUN_BY: &str = "run_by";
const RUN_UNTIL: &str = "run_until";
const EXPIRES_AT: &str = "expires_at";
const CORRUPT: StoreError = StoreError::Corrupt { leaf: "slack_sync" };

type Item = HashMap<String, AttributeValue>;

/// How far a sync of Slack users came.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SyncPlace {
    /// What leads to the page of users that is next; at the beginning nothing does.
    pub cursor: Option<String>,
    /// How many members it mapped so far.
    pub newly_mapped: u64,
    /// Whether it met anyone who could be written to.
    pub is_person_seen: bool,
    /// Whether it met anyone with an address.
    pub is_address_seen: bool,
}

/// A sync as it was found.
pub struct SyncStart {
    /// How far it came.
    pub place: SyncPlace,
    /// Until when at the latest someone is at it, if someone is.
    pub held_until: Option<Timestamp>,
    run_by: Option<AttributeValue>,
}

impl Store {
    /// How far the org unit's sync came, and whether someone is at it: one consistent `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn slack_sync(
        &self,
        org_unit: &OrgUnitId,
        now: Timestamp,
    ) -> Result<SyncStart, StoreError> {
        let item = self.read_item(Key::of_slack_sync(org_unit)).await?;
        let is_over = integer(&item, EXPIRES_AT)?.is_none_or(|at| at <= now.as_second());
        Ok(SyncStart {
            place: if is_over { SyncPlace::default() } else { place(&item)? },
            held_until: held_until(&item)?.filter(|until| *until > now),
            run_by: item.get(RUN_BY).cloned(),
        })
    }

    /// Goes on with a sync, if nobody did since it was read: one `UpdateItem`. `by` names whoever does,
    /// and nobody else. Gives until when someone else is at it, if someone is.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be taken or not.
    pub async fn take_slack_sync(
        &self,
        org_unit: &OrgUnitId,
        start: &SyncStart,
        by: Ulid,
        now: Timestamp,
    ) -> Result<Option<Timestamp>, StoreError> {
        let own = text(&by.to_string());
        let until = now.saturating_add(SYNC_LEASE).unwrap_or(now);
        let taken = written(&start.place, kept_until(now))
            .if_still(RUN_BY, start.run_by.clone())
            .set(RUN_BY, own.clone())
            .set(RUN_UNTIL, number(until.as_microsecond()));
        match self.update_or_tell(Key::of_slack_sync(org_unit), taken).await? {
            Updated::Done => Ok(None),
            // An attempt whose answer was lost.
            Updated::Refused(item) if item.get(RUN_BY) == Some(&own) => Ok(None),
            Updated::Refused(item) => Ok(Some(held_until(&item)?.unwrap_or(now))),
        }
    }

    /// Keeps how far a sync came, if it is still that one's: one `UpdateItem`. Gives whether it is.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn keep_slack_sync(
        &self,
        org_unit: &OrgUnitId,
        place: &SyncPlace,
        by: Ulid,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let kept = written(place, kept_until(now)).if_still(RUN_BY, Some(text(&by.to_string())));
        self.update_if(Key::of_slack_sync(org_unit), kept).await
    }

    /// Keeps how far a sync came, if it is still that one's, and leaves it to whoever comes next: one
    /// `UpdateItem`. Without a place it is over, and the next one begins anew.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn leave_slack_sync(
        &self,
        org_unit: &OrgUnitId,
        place: Option<&SyncPlace>,
        by: Ulid,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let left = match place {
            Some(place) => written(place, kept_until(now)),
            // What expired is gone: nobody needs the right to delete.
            None => written(&SyncPlace::default(), now),
        };
        let left = left.if_still(RUN_BY, Some(text(&by.to_string()))).remove(RUN_UNTIL);
        self.update_if(Key::of_slack_sync(org_unit), left).await.map(drop)
    }
}

fn kept_until(now: Timestamp) -> Timestamp {
    now.saturating_add(KEPT).unwrap_or(now)
}

fn written(place: &SyncPlace, until: Timestamp) -> Expression {
    let SyncPlace { cursor, newly_mapped, is_person_seen, is_address_seen } = place;
    Expression::default()
        .set_or_remove(CURSOR, cursor.as_deref().map(text))
        .set(NEWLY_MAPPED, AttributeValue::N(newly_mapped.to_string()))
        .set(IS_PERSON_SEEN, AttributeValue::Bool(*is_person_seen))
        .set(IS_ADDRESS_SEEN, AttributeValue::Bool(*is_address_seen))
        .set(EXPIRES_AT, number(until.as_second()))
}

fn place(item: &Item) -> Result<SyncPlace, StoreError> {
    let is = |name| item.get(name) == Some(&AttributeValue::Bool(true));
    let newly_mapped = integer(item, NEWLY_MAPPED)?.unwrap_or_default();
    Ok(SyncPlace {
        cursor: item.get(CURSOR).and_then(|cursor| cursor.as_s().ok()).cloned(),
        newly_mapped: newly_mapped.try_into().map_err(|_negative| CORRUPT)?,
        is_person_seen: is(IS_PERSON_SEEN),
        is_address_seen: is(IS_ADDRESS_SEEN),
    })
}

fn held_until(item: &Item) -> Result<Option<Timestamp>, StoreError> {
    let until = integer(item, RUN_UNTIL)?.map(Timestamp::from_microsecond);
    until.transpose().map_err(|_out_of_range| CORRUPT)
}

fn integer(item: &Item, name: &str) -> Result<Option<i64>, StoreError> {
    let number = item.get(name).map(|number| number.as_n().ok().and_then(|it| it.parse().ok()));
    number.map(|number| number.ok_or(CORRUPT)).transpose()
}

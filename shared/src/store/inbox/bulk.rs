//! Changing several rows of an inbox at once: all of them or none.

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::TransactWriteItem;
use jiff::Timestamp;
use ulid::Ulid;

use super::row::{DELETED_AT, DELETED_BY, READ_AT, Row};
use crate::auth::Person;
use crate::aws::pause_before;
use crate::domain::inbox::{NotificationId, Selection};
use crate::store::attribute::{number, text};
use crate::store::expression::Expression;
use crate::store::keys::{Key, UnreadKey};
use crate::store::transaction::Transacted;
use crate::store::{Store, StoreError};

/// How often a change is tried that someone else's got in the way of.
const MOST_ROUNDS: u32 = 8;

/// Those of the rows that are not there.
type Missing = BTreeSet<NotificationId>;

impl Store {
    /// Marks notifications of a person as read, all of them or none; what was read before keeps its
    /// time. Gives the places of those that are not the person's. One `TransactWriteItems` of an
    /// `UpdateItem` each, or for one notification that alone; none where none can be there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; they may then have been marked or not, and doing it again is safe.
    pub async fn mark_notifications_read(
        &self,
        person: &Person,
        selected: &Selection,
        cut_off: NotificationId,
        now: Timestamp,
    ) -> Result<Vec<usize>, StoreError> {
        let at = number(now.as_microsecond());
        let read = |_| {
            let read = Expression::default().set_if_absent(READ_AT, at.clone());
            if_row(read).remove(UnreadKey::SK)
        };
        self.change_all_or_none(person, selected, cut_off, read).await
    }

    /// Marks notifications of a person as unread: as [`Store::mark_notifications_read`].
    ///
    /// # Errors
    ///
    /// As there.
    pub async fn mark_notifications_unread(
        &self,
        person: &Person,
        selected: &Selection,
        cut_off: NotificationId,
    ) -> Result<Vec<usize>, StoreError> {
        let unread = |id| {
            let unread = Expression::default().set(UnreadKey::SK, UnreadKey::of(id));
            if_row(unread).remove(READ_AT)
        };
        self.change_all_or_none(person, selected, cut_off, unread).await
    }

    /// Deletes notifications of a person: as [`Store::mark_notifications_read`]. Of each stays that it
    /// was there because of its event, until it would have been gone anyway, so that the event
    /// cannot bring it back.
    ///
    /// `unique` names this deletion and no other: an attempt whose answer was lost has left
    /// tombstones, and those of its own are no reason to say that the rows were not there.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; they may then have been deleted or not.
    pub async fn delete_notifications(
        &self,
        person: &Person,
        selected: &Selection,
        cut_off: NotificationId,
        now: Timestamp,
        unique: Ulid,
    ) -> Result<Vec<usize>, StoreError> {
        let (at, by) = (number(now.as_microsecond()), text(&unique.to_string()));
        let delete = |_| {
            let tombstone = Expression::default()
                .if_there("pk")
                .if_absent_or(DELETED_BY, by.clone())
                .set(DELETED_AT, at.clone())
                .set(DELETED_BY, by.clone());
            Row::ALL_BUT_THE_EVENT.into_iter().fold(tombstone, Expression::remove)
        };
        self.change_all_or_none(person, selected, cut_off, delete).await
    }

    async fn change_all_or_none(
        &self,
        person: &Person,
        selected: &Selection,
        cut_off: NotificationId,
        change: impl Fn(NotificationId) -> Expression,
    ) -> Result<Vec<usize>, StoreError> {
        let candidates = selected.since(cut_off);
        // Nothing may change then, and still every one that is missing is to be told.
        let is_hopeless = !selected.places_outside(&candidates).is_empty();
        let key = |id| Key::of_notification(person.org_unit(), person.user(), id);
        let missing = match (candidates.first(), candidates.len(), is_hopeless) {
            (None, ..) => Missing::new(),
            (Some(only), 1, false) => {
                let is_done = self.update_if(key(*only), change(*only)).await?;
                if is_done { Missing::new() } else { candidates.clone() }
            }
            (Some(_), ..) => {
                let parts = candidates.iter().map(|id| (key(*id), change(*id)));
                let never = (
                    Key::of_no_notification(person),
                    if_row(Expression::default()).remove(READ_AT),
                );
                let parts = parts.chain(is_hopeless.then_some(never));
                let parts = parts.map(|(key, change)| self.part_of_transaction(key, change));
                let parts: Vec<TransactWriteItem> = parts.collect::<Result<_, _>>()?;
                let missing = self.transact_while_contended(parts).await?;
                let places = candidates.iter().enumerate();
                places.filter(|(place, _)| missing.contains(place)).map(|(_, id)| *id).collect()
            }
        };
        Ok(selected.places_outside(&(&candidates - &missing)))
    }

    /// Gives the places of the parts whose conditions did not hold; if there are none, all is
    /// written.
    async fn transact_while_contended(
        &self,
        parts: Vec<TransactWriteItem>,
    ) -> Result<Vec<usize>, StoreError> {
        let mut known = None;
        for round in 0..MOST_ROUNDS {
            if round > 0 {
                tokio::time::sleep(pause_before(round)).await;
            }
            match self.transact(parts.clone()).await {
                Ok(Transacted::Done) => return Ok(Vec::new()),
                Ok(Transacted::Outdated { parts, others_hold: true }) => return Ok(parts),
                Ok(Transacted::Outdated { parts, others_hold: false }) => known = Some(parts),
                Ok(Transacted::Contended) | Err(StoreError::Conflict) => {}
                Err(error) => return Err(error),
            }
        }
        known.ok_or(StoreError::Conflict)
    }
}

/// On condition that there is a row, and no tombstone.
fn if_row(change: Expression) -> Expression {
    change.if_there("pk").if_still(DELETED_AT, None)
}

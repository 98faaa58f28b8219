//! Erasing someone from an event.

use jiff::Timestamp;

use super::finding::read_event;
use super::{BODY, DONE_AT};
use crate::domain::event::Event;
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::attribute::{number, text};
use crate::store::expression::Expression;
use crate::store::keys::{IndexKey, Key};
use crate::store::members::wait_before;
use crate::store::{EventDigest, Store, StoreError};

/// How often it is tried, where someone else writes the same event.
const MOST_ROUNDS: u32 = 8;

impl Store {
    /// Erases people from an event, and gives what is left of it for others. Where nothing is, or nobody can
    /// read it, there stays that it came, and that all that follows from it is done: so it counts no second
    /// time. A `GetItem` and an `UpdateItem`, if it is still as it was read; nothing, where it names none of
    /// them.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn erase_from_event(
        &self,
        org_unit: &OrgUnitId,
        digest: &EventDigest,
        people: &[&UserId],
        now: Timestamp,
    ) -> Result<Option<Event>, StoreError> {
        let key = Key::of_event(org_unit, digest);
        for round in 0..MOST_ROUNDS {
            wait_before(round).await;
            let item = self.read_item(key.clone()).await?;
            let Some(body) = item.get(BODY).cloned() else { return Ok(None) };
            let event = read_event(&item).ok();
            let left = event.as_ref().and_then(|event| without(event, people));
            if left.is_some() && left == event {
                return Ok(left);
            }
            let same = Expression::default().if_still(BODY, Some(body));
            let change = match &left {
                None => same
                    .remove(BODY)
                    .remove(IndexKey::PK)
                    .remove(IndexKey::SK)
                    .set_if_absent(DONE_AT, number(now.as_microsecond())),
                Some(left) => of(left, org_unit, digest, same)?,
            };
            if self.update_if(key.clone(), change).await? {
                return Ok(left);
            }
        }
        Err(StoreError::Conflict)
    }
}

fn without(event: &Event, people: &[&UserId]) -> Option<Event> {
    people.iter().try_fold(event.clone(), |event, person| event.without(person))
}

/// Has the event say what is left, and be found by the first of whom it still names.
fn of(
    left: &Event,
    org_unit: &OrgUnitId,
    digest: &EventDigest,
    same: Expression,
) -> Result<Expression, StoreError> {
    let body = serde_json::to_string(left);
    let body = body.map_err(|_unwritable| StoreError::Unwritable { leaf: "event" })?;
    let said = same.set(BODY, text(&body));
    Ok(match left.people().next() {
        Some(first) => said.set_all(IndexKey::of_event(org_unit, first, digest).into_attributes()),
        None => said.remove(IndexKey::PK).remove(IndexKey::SK),
    })
}

//! Whom an event names, so that everything about a person is found.

use jiff::Timestamp;

use super::attribute::number;
use super::batch::MOST_WRITES;
use super::keys::{IndexKey, Key};
use super::{EventDigest, Store, StoreError};
use crate::domain::id::{OrgUnitId, UserId};

impl Store {
    /// Notes that an event names these people, for as long as the event is kept: a
    /// `BatchWriteItem` for every 25.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn note_named(
        &self,
        org_unit: &OrgUnitId,
        digest: &EventDigest,
        people: &[&UserId],
        until: Timestamp,
    ) -> Result<(), StoreError> {
        let note = |user: &&UserId| {
            let place = IndexKey::of_event(org_unit, user, digest).into_attributes();
            let mut item = Key::of_named(org_unit, digest, user).into_attributes();
            item.extend(place);
            item.insert("expires_at".to_owned(), number(until.as_second()));
            item
        };
        for batch in people.chunks(MOST_WRITES) {
            self.put_all(batch.iter().map(note)).await?;
        }
        Ok(())
    }
}

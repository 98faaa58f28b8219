//! Whom an event names, so that everything about a person is found.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use jiff::Timestamp;

use super::attribute::number;
use super::keys::{IndexKey, Key};
use super::{EventDigest, Store, StoreError};
use crate::aws::{AwsFault, pause_before};
use crate::domain::id::{OrgUnitId, UserId};

/// The most items that one `BatchWriteItem` takes.
const BATCH: usize = 25;

/// How often what a batch left undone is sent again.
const MOST_ROUNDS: u32 = 6;

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
        for batch in people.chunks(BATCH) {
            self.put_all(batch.iter().map(note).collect()).await?;
        }
        Ok(())
    }

    /// Puts up to 25 items: one `BatchWriteItem`, again with what it left undone.
    async fn put_all(&self, items: Vec<HashMap<String, AttributeValue>>) -> Result<(), StoreError> {
        let put = |item| {
            let put = PutRequest::builder().set_item(Some(item)).build();
            let put = put.map_err(|_incomplete| AwsFault::unbuildable())?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        let mut left: Vec<WriteRequest> =
            items.into_iter().map(put).collect::<Result<_, StoreError>>()?;
        for round in 0..MOST_ROUNDS {
            if round > 0 {
                tokio::time::sleep(pause_before(round)).await;
            }
            let answer =
                self.client.batch_write_item().request_items(&*self.table, left).send().await?;
            let unprocessed = answer.unprocessed_items.unwrap_or_default();
            left = unprocessed.into_values().flatten().collect();
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::Throttled)
    }
}

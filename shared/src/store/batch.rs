//! Items, one or many at once, wherever they are: reading them, putting them, and deleting them.

use std::collections::{HashMap, HashSet};

use aws_sdk_dynamodb::types::{
    AttributeValue, DeleteRequest, KeysAndAttributes, PutRequest, WriteRequest,
};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::keys::Key;
use super::{Store, StoreError};
use crate::aws::{AwsFault, pause_before};

/// How many keys one call may name.
const MOST_KEYS: usize = 100;

/// How many lists of keys are asked for at a time: each takes a connection of its own.
const AT_A_TIME: usize = 8;

/// How many calls are made for one list of at most [`MOST_KEYS`] keys: DynamoDB may leave any part
/// of a list undone, and half of it each time is done after eight.
const MOST_CALLS: u32 = 10;

/// The most items that one `BatchWriteItem` takes.
pub(super) const MOST_WRITES: usize = 25;

/// How often what such a call left undone is sent again.
const MOST_ROUNDS: u32 = 6;

const NOTHING_ASKED: StoreError = StoreError::Unwritable { leaf: "keys" };

/// Items by their keys; a key without an item is absent.
pub(super) type Found = HashMap<Key, HashMap<String, AttributeValue>>;

impl Store {
    /// A whole item, or none: one consistent `GetItem`.
    pub(super) async fn read_item(
        &self,
        key: Key,
    ) -> Result<HashMap<String, AttributeValue>, StoreError> {
        let read = self.client.get_item().table_name(&*self.table).consistent_read(true);
        let answer = Box::pin(read.set_key(Some(key.into_attributes())).send()).await?;
        Ok(answer.item.unwrap_or_default())
    }

    /// The items of those keys, consistently: one `BatchGetItem` for each hundred, eight side by side,
    /// and more where DynamoDB leaves keys undone. No keys are no call, and a key that comes twice is
    /// asked for once.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; [`StoreError::Throttled`] also if keys are still left undone after ten calls.
    pub(super) async fn batch_get(
        &self,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Found, StoreError> {
        let keys: Vec<Key> = keys.into_iter().collect::<HashSet<_>>().into_iter().collect();
        let calls = stream::iter(keys.chunks(MOST_KEYS)).map(|some| self.get_some(some));
        let found = Found::with_capacity(keys.len());
        let all = calls.buffer_unordered(AT_A_TIME).try_fold(found, async |mut found, some| {
            found.extend(some);
            Ok(found)
        });
        all.await
    }

    async fn get_some(&self, keys: &[Key]) -> Result<Found, StoreError> {
        let mut found = Found::with_capacity(keys.len());
        let keys = keys.iter().cloned().map(Key::into_attributes).collect();
        let wanted = KeysAndAttributes::builder().consistent_read(true).set_keys(Some(keys));
        let mut wanted = wanted.build().map_err(|_without_keys| NOTHING_ASKED)?;
        for call in 0..MOST_CALLS {
            if call > 0 {
                tokio::time::sleep(pause_before(call)).await;
            }
            let answer = self.client.batch_get_item().request_items(&*self.table, wanted);
            let answer = answer.send().await?;
            let items = answer.responses.unwrap_or_default().remove(&*self.table);
            for item in items.unwrap_or_default() {
                found.insert(Key::of_item(&item)?, item);
            }
            match answer.unprocessed_keys.unwrap_or_default().remove(&*self.table) {
                Some(rest) if !rest.keys.is_empty() => wanted = rest,
                Some(_) | None => return Ok(found),
            }
        }
        Err(StoreError::Throttled)
    }

    /// Puts up to 25 items: one `BatchWriteItem`, again with what it left undone.
    pub(super) async fn put_all(
        &self,
        items: impl IntoIterator<Item = HashMap<String, AttributeValue>>,
    ) -> Result<(), StoreError> {
        let put = |item| {
            let put = PutRequest::builder().set_item(Some(item)).build();
            let put = put.map_err(|_incomplete| AwsFault::unbuildable())?;
            Ok(WriteRequest::builder().put_request(put).build())
        };
        self.write_all(items.into_iter().map(put).collect::<Result<_, StoreError>>()?).await
    }

    /// Deletes items, whether they are there or not: a `BatchWriteItem` for every 25, again with what it left
    /// undone.
    pub(super) async fn delete_all(
        &self,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<(), StoreError> {
        let delete = |key: Key| {
            let delete = DeleteRequest::builder().set_key(Some(key.into_attributes())).build();
            let delete = delete.map_err(|_incomplete| AwsFault::unbuildable())?;
            Ok(WriteRequest::builder().delete_request(delete).build())
        };
        let deletes = keys.into_iter().map(delete);
        let deletes: Vec<WriteRequest> = deletes.collect::<Result<_, StoreError>>()?;
        for some in deletes.chunks(MOST_WRITES) {
            self.write_all(some.to_vec()).await?;
        }
        Ok(())
    }

    async fn write_all(&self, mut left: Vec<WriteRequest>) -> Result<(), StoreError> {
        for round in 0..MOST_ROUNDS {
            if round > 0 {
                tokio::time::sleep(pause_before(round)).await;
            }
            let request = self.client.batch_write_item().request_items(&*self.table, left);
            let answer = Box::pin(request.send()).await?;
            let unprocessed = answer.unprocessed_items.unwrap_or_default();
            left = unprocessed.into_values().flatten().collect();
            if left.is_empty() {
                return Ok(());
            }
        }
        Err(StoreError::Throttled)
    }
}

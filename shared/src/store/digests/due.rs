//! Which digests are due.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::Digest;
use crate::store::expression::Expression;
use crate::store::keys::{DueDigests, IndexKey, Key};
use crate::store::{Store, StoreError};

/// How many digests a page has at most.
pub const DUE_PAGE: usize = 250;

/// Some digests that are due.
#[derive(Debug)]
pub struct DuePage {
    /// Which they are, each with where it is found.
    pub digests: Vec<(Digest, DuePlace)>,
    /// How many there were besides that nobody can read.
    pub unreadable: usize,
    /// Where more follow, if there may be more.
    pub next: Option<NextDue>,
}

/// Where a digest is found among those that are due.
#[derive(Debug, Clone, PartialEq)]
pub struct DuePlace(AttributeValue);

/// Where a page ends. It is known for as long as it is held, and is in no message.
#[derive(Debug, Clone)]
pub struct NextDue(HashMap<String, AttributeValue>);

impl Store {
    /// Every shard of the digests.
    pub fn digest_shards() -> impl Iterator<Item = u8> {
        DueDigests::shards()
    }

    /// The digests of a shard that are due by then, a page of them, the oldest first: one `Query` of the
    /// index, which may lag behind.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn due_digests(
        &self,
        shard: u8,
        until: Timestamp,
        after: Option<NextDue>,
    ) -> Result<DuePage, StoreError> {
        let values: HashMap<_, _> = DueDigests::values(shard, until).into();
        let query = self
            .client
            .query()
            .table_name(&*self.table)
            .index_name(IndexKey::INDEX)
            .key_condition_expression(DueDigests::CONDITION)
            .set_expression_attribute_values(Some(values))
            .set_exclusive_start_key(after.map(|NextDue(after)| after))
            .limit(i32::try_from(DUE_PAGE).unwrap_or(i32::MAX));
        let page = Box::pin(query.send()).await?;
        let items = page.items.unwrap_or_default();
        let found = |item: &HashMap<String, AttributeValue>| {
            let place = item.get(IndexKey::SK).cloned()?;
            Some((Key::of_item(item).ok()?.digest().ok()?, DuePlace(place)))
        };
        // One that nobody can read is no reason to leave the others as they are.
        let digests: Vec<_> = items.iter().filter_map(found).collect();
        let unreadable = items.len().saturating_sub(digests.len());
        Ok(DuePage { digests, unreadable, next: page.last_evaluated_key.map(NextDue) })
    }

    /// Leaves a digest to the queue until then, unless it is in someone's hands already: one
    /// `UpdateItem`. Whether it was still where it was found, which an index that is behind does not know.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn leave_digest_to_the_queue(
        &self,
        digest: &Digest,
        DuePlace(place): &DuePlace,
        from: Timestamp,
    ) -> Result<bool, StoreError> {
        let left = Expression::default().if_still(IndexKey::SK, Some(place.clone()));
        let left = left.set_all(IndexKey::of_digest(digest, from).into_attributes());
        self.update_if(Key::of_digest(digest), left).await
    }
}

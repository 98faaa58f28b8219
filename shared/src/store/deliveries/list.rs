//! Listing the deliveries of an event.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::row::Row;
use crate::domain::delivery::DeliveryLine;
use crate::domain::id::OrgUnitId;
use crate::store::keys::{Deliveries, IndexKey, Key};
use crate::store::{Store, StoreError, ToldDigest};

/// How many deliveries a page has at most.
const PAGE: usize = 100;

/// The last delivery of a page, by its place in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryCursor(String);

impl DeliveryCursor {
    /// A place that was given before, as text; nothing, if it is none.
    #[must_use]
    pub fn parse(place: &str) -> Option<Self> {
        Deliveries::is_place(place).then(|| Self(place.to_owned()))
    }

    /// The place as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Some deliveries of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveriesPage {
    /// The deliveries, the newest first.
    pub lines: Vec<DeliveryLine>,
    /// Where more follow, if there may be more.
    pub next: Option<DeliveryCursor>,
}

/// Where a delivery is in the list, and the key of its item.
type Place = (String, Key);

impl Store {
    /// A page of the deliveries of the events whose source and id are that text, the newest first: 16
    /// `Query` of the index side by side, a `BatchGetItem` of the page, and another one of the digests that
    /// some of them wait for. The index may lag behind by seconds.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn deliveries(
        &self,
        org_unit: &OrgUnitId,
        told: &ToldDigest,
        after: Option<&DeliveryCursor>,
        now: Timestamp,
    ) -> Result<DeliveriesPage, StoreError> {
        let shards = Deliveries::shards(org_unit, told).map(|shard| self.places(shard, after));
        let mut places: Vec<Place> = try_join_all(shards).await?.into_iter().flatten().collect();
        places.sort_by(|(one, _), (other, _)| other.cmp(one));
        let has_more = places.len() > PAGE;
        places.truncate(PAGE);
        let last = places.last().map(|(place, _)| DeliveryCursor(place.clone()));
        let mut found = self.batch_get(places.iter().map(|(_, key)| key.clone())).await?;
        let items = places.iter().filter_map(|(_, key)| found.remove(key));
        let rows: Vec<Row> = items.map(Row::read).collect::<Result<_, _>>()?;
        let lines = self.lines(org_unit, rows, now).await?;
        Ok(DeliveriesPage { lines, next: last.filter(|_| has_more) })
    }

    /// What is known of each: of what waits for a digest, or waited, what became of that.
    pub(in crate::store) async fn lines(
        &self,
        org_unit: &OrgUnitId,
        rows: Vec<Row>,
        now: Timestamp,
    ) -> Result<Vec<DeliveryLine>, StoreError> {
        let rows: Vec<Row> = rows.into_iter().filter(|row| row.expires_at > now).collect();
        let keys = rows.iter().filter_map(|row| row.digest_key(org_unit));
        let digests = self.batch_get(keys).await?;
        let line = |row: Row| match row.digest_key(org_unit).and_then(|key| digests.get(&key)) {
            Some(digest) => row.with_digest(digest),
            None => Ok(row.line),
        };
        rows.into_iter().map(line).collect()
    }

    /// The first of a shard, one more than a page has.
    async fn places(
        &self,
        shard: (String, AttributeValue),
        after: Option<&DeliveryCursor>,
    ) -> Result<Vec<Place>, StoreError> {
        let after = after.map(|DeliveryCursor(place)| Deliveries::after(place));
        let condition = match after {
            Some(_) => Deliveries::CONDITION_AFTER,
            None => Deliveries::CONDITION,
        };
        let values: HashMap<String, AttributeValue> = [shard].into_iter().chain(after).collect();
        let query = self
            .client
            .query()
            .table_name(&*self.table)
            .index_name(IndexKey::INDEX)
            .key_condition_expression(condition)
            .set_expression_attribute_values(Some(values))
            .scan_index_forward(false)
            .limit(i32::try_from(PAGE + 1).unwrap_or(i32::MAX));
        let page = Box::pin(query.send()).await?;
        let place = |item: HashMap<String, AttributeValue>| {
            const CORRUPT: StoreError = StoreError::Corrupt { leaf: "delivery" };
            let place = item.get(IndexKey::SK).and_then(|place| place.as_s().ok());
            Ok((place.cloned().ok_or(CORRUPT)?, Key::of_item(&item)?))
        };
        page.items.unwrap_or_default().into_iter().map(place).collect()
    }
}

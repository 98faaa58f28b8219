//! What waits for a digest.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::Digest;
use super::join::STAMP;
use crate::domain::channel_preference::Category;
use crate::domain::event::Stamp;
use crate::store::deliveries::row::{CATEGORY, text};
use crate::store::keys::{DigestItems, Key};
use crate::store::{EventDigest, Store, StoreError};

const CORRUPT: StoreError = StoreError::Corrupt { leaf: "digest" };

/// A message that waits for a digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingItem {
    /// Which event it is.
    pub event: EventDigest,
    /// What it is about: that decides.
    pub category: Category,
    /// Where it stands among the others.
    pub stamp: Stamp,
}

/// Some of what waits.
#[derive(Debug)]
pub struct DigestPage {
    /// In no order.
    pub items: Vec<WaitingItem>,
    /// How many there were besides that nobody can read.
    pub unreadable: usize,
    /// Where more follow, if there may be more.
    pub next: Option<DigestPlace>,
}

/// Where a page ends.
#[derive(Debug, Clone)]
pub struct DigestPlace(HashMap<String, AttributeValue>);

impl Store {
    /// What waits for a digest, up to a MB of it: one consistent `Query`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn digest_items(
        &self,
        digest: &Digest,
        after: Option<DigestPlace>,
    ) -> Result<DigestPage, StoreError> {
        let values: HashMap<_, _> = DigestItems::values(digest).into();
        let query = self
            .client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression(DigestItems::CONDITION)
            .set_expression_attribute_values(Some(values))
            .set_exclusive_start_key(after.map(|DigestPlace(after)| after));
        let page = Box::pin(query.send()).await?;
        let stored = page.items.unwrap_or_default();
        // One that nobody can read is no reason to keep the others from them.
        let items: Vec<_> = stored.iter().filter_map(|item| read(item).ok()).collect();
        let unreadable = stored.len().saturating_sub(items.len());
        Ok(DigestPage { items, unreadable, next: page.last_evaluated_key.map(DigestPlace) })
    }
}

fn read(item: &HashMap<String, AttributeValue>) -> Result<WaitingItem, StoreError> {
    Ok(WaitingItem {
        event: Key::of_item(item)?.event_of_digest_item().ok_or(CORRUPT)?,
        category: text(item, CATEGORY)?.parse().map_err(|_no_category| CORRUPT)?,
        stamp: text(item, STAMP)?.parse().map_err(|_no_stamp| CORRUPT)?,
    })
}

//! Listing the API keys of an org unit.

use aws_sdk_dynamodb::types::AttributeValue;

use super::item::Item;
use crate::auth::Admin;
use crate::domain::api_key::ApiKey;
use crate::domain::id::OrgUnitId;
use crate::store::keys::{IndexKey, Key};
use crate::store::{Store, StoreError};

impl Store {
    /// The API keys of the admin's org unit, the newest first, expired ones too and revoked ones not: a
    /// `Query` of the index, one more for each further MB of it, and a `BatchGetItem` for each
    /// hundred keys. The index may lag behind by a second or so.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn api_keys(&self, admin: Admin<'_>) -> Result<Vec<ApiKey>, StoreError> {
        let places = self.api_key_places(admin.org_unit()).await?;
        let mut found = self.batch_get(places.iter().cloned()).await?;
        let mut keys = Vec::with_capacity(places.len());
        for place in places {
            // What the index still shows may be gone, or revoked.
            let Some(item) = found.remove(&place) else { continue };
            let item = Item::read(item)?;
            if !item.is_revoked() {
                keys.push(item.into_api_key()?);
            }
        }
        Ok(keys)
    }

    /// Where the keys are, the newest first.
    async fn api_key_places(&self, owner: &OrgUnitId) -> Result<Vec<Key>, StoreError> {
        let mut places = Vec::new();
        let mut next = None;
        loop {
            let page = self
                .client
                .query()
                .table_name(&*self.table)
                .index_name(IndexKey::INDEX)
                .key_condition_expression("gsi1pk=:keys")
                .expression_attribute_values(
                    ":keys",
                    AttributeValue::S(IndexKey::of_api_keys(owner)),
                )
                .scan_index_forward(false)
                .set_exclusive_start_key(next)
                .send()
                .await?;
            for item in page.items.unwrap_or_default() {
                places.push(Key::of_item(&item)?);
            }
            next = page.last_evaluated_key;
            if next.is_none() {
                return Ok(places);
            }
        }
    }
}

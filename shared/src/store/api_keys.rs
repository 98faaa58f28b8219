//! API keys: an item each, known by the beginning of its digest, and listed in `gsi1`.

mod item;
mod list;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use jiff::Timestamp;

use super::attribute::{number, text};
use super::keys::{IndexKey, Key};
use super::{Store, StoreError};
use crate::auth::{Admin, ApiKeySecret, ApiKeySource, StoredApiKey};
use crate::domain::api_key::{ApiKey, ApiKeyId, NewApiKey};
use crate::domain::id::OrgUnitId;
use item::Item;

/// How often a key is drawn at most. Its id has 128 bits, so the first is free.
const MOST_DRAWS: usize = 3;

/// How long a revoked key is still told from one that never was, in seconds: 90 days.
const SECONDS_AFTER_REVOCATION: i64 = 90 * 24 * 60 * 60;

impl Store {
    /// Makes an API key of the admin's org unit: one `PutItem` if absent, of a secret that `draw` comes up
    /// with. If another key has its id already, it is drawn again.
    ///
    /// # Errors
    ///
    /// What `draw` fails with, or a [`StoreError`]. A key may then have been made all the same,
    /// whose secret nobody knows.
    pub async fn create_api_key<E: From<StoreError>>(
        &self,
        admin: Admin<'_>,
        new: NewApiKey,
        now: Timestamp,
        draw: impl Fn() -> Result<ApiKeySecret, E>,
    ) -> Result<(ApiKey, ApiKeySecret), E> {
        let NewApiKey { name, permissions, expires_at } = new;
        let name = &name;
        for _ in 0..MOST_DRAWS {
            let secret = draw()?;
            let id = secret.digest().api_key_id();
            let key = ApiKey { id, name: name.clone(), permissions, expires_at, created_at: now };
            if self.put_api_key(admin.org_unit(), &key, &secret).await? {
                return Ok((key, secret));
            }
        }
        Err(StoreError::Conflict.into())
    }

    /// Whether the item is there now, and this key's.
    async fn put_api_key(
        &self,
        owner: &OrgUnitId,
        key: &ApiKey,
        secret: &ApiKeySecret,
    ) -> Result<bool, StoreError> {
        let digest = secret.digest().to_hex();
        let place = IndexKey::of_api_key(owner, key.created_at, key.id);
        let item = Item::of(owner, key, digest.clone());
        let answer = self
            .client
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item.into_attributes(Key::of_api_key(key.id), place)?))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                // An attempt whose answer was lost has made it already.
                Some(PutItemError::ConditionalCheckFailedException(taken)) => {
                    Ok(Item::read(taken.item.clone().unwrap_or_default())?.digest == digest)
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }

    /// Takes an API key back, if it is of the admin's org unit: one `UpdateItem`. The time of the first
    /// revocation stays. `false` if the org unit has no such key.
    ///
    /// What is left is a tombstone for 90 days, so that whoever presents the key is told what became
    /// of it. It is listed no more.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the key may then be revoked or not, and revoking it again is safe.
    pub async fn revoke_api_key(
        &self,
        admin: Admin<'_>,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let gone = now.as_second().saturating_add(SECONDS_AFTER_REVOCATION);
        let answer = self
            .client
            .update_item()
            .table_name(&*self.table)
            .set_key(Some(Key::of_api_key(id).into_attributes()))
            .update_expression(
                "SET revoked_at=if_not_exists(revoked_at,:now),\
                 expires_at=if_not_exists(expires_at,:gone) REMOVE gsi1pk,gsi1sk",
            )
            .condition_expression(
                "org_unit=:owner AND (attribute_not_exists(expires_at) OR expires_at>:second)",
            )
            .expression_attribute_values(":owner", text(admin.org_unit().as_str()))
            .expression_attribute_values(":now", number(now.as_microsecond()))
            .expression_attribute_values(":second", number(now.as_second()))
            .expression_attribute_values(":gone", number(gone))
            .send()
            .await;
        match answer {
            Ok(_) => Ok(true),
            Err(error) => match error.as_service_error() {
                Some(UpdateItemError::ConditionalCheckFailedException(_)) => Ok(false),
                Some(_) | None => Err(error.into()),
            },
        }
    }
}

impl ApiKeySource for Store {
    type Error = StoreError;

    /// One consistent `GetItem`.
    async fn api_key(
        &self,
        id: ApiKeyId,
        now: Timestamp,
    ) -> Result<Option<StoredApiKey>, StoreError> {
        let item = self.read_item(Key::of_api_key(id)).await?;
        if item.is_empty() {
            return Ok(None);
        }
        let item = Item::read(item)?;
        if item.is_gone(now) { Ok(None) } else { item.into_stored().map(Some) }
    }
}

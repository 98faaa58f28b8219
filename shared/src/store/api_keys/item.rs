//! The item of an API key.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::StoreError;
use crate::auth::StoredApiKey;
use crate::domain::api_key::{ApiKey, ApiKeyId};
use crate::domain::id::OrgUnitId;
use crate::domain::permission::Permissions;
use crate::store::keys::{IndexKey, Key};

/// What errors call it.
const LEAF: &str = "api_key";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: LEAF };

/// What an item holds besides its keys. Instants are in microseconds since 1970.
#[derive(Serialize, Deserialize)]
pub(super) struct Item {
    /// All of it, in hexadecimal.
    pub(super) digest: String,
    org_unit: String,
    name: String,
    permissions: Vec<String>,
    created_at: i64,
    /// When the key expires. Not the item: an expired key is still listed, and told from an unknown
    /// one.
    #[serde(skip_serializing_if = "Option::is_none")]
    good_until: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revoked_at: Option<i64>,
    /// The second in which the item is gone; only a revoked key's is.
    #[serde(skip_serializing_if = "Option::is_none")]
    expires_at: Option<i64>,
}

impl Item {
    /// The item of a new key.
    pub(super) fn of(owner: &OrgUnitId, key: &ApiKey, digest: String) -> Self {
        let ApiKey { id: _, name, permissions, expires_at, created_at } = key;
        Self {
            digest,
            org_unit: owner.as_str().to_owned(),
            name: name.as_str().to_owned(),
            permissions: permissions.iter().map(|held| held.name().to_owned()).collect(),
            created_at: created_at.as_microsecond(),
            good_until: expires_at.map(Timestamp::as_microsecond),
            revoked_at: None,
            expires_at: None,
        }
    }

    /// The item with its keys, of the table and of the index.
    pub(super) fn into_attributes(
        self,
        key: Key,
        place: IndexKey,
    ) -> Result<HashMap<String, AttributeValue>, StoreError> {
        let mut attributes: HashMap<String, AttributeValue> = serde_dynamo::to_item(self)
            .map_err(|_unserializable| StoreError::Unwritable { leaf: LEAF })?;
        attributes.extend(key.into_attributes());
        attributes.extend(place.into_attributes());
        Ok(attributes)
    }

    pub(super) fn read(item: HashMap<String, AttributeValue>) -> Result<Self, StoreError> {
        serde_dynamo::from_item(item).map_err(|_of_another_shape| CORRUPT)
    }

    /// Whether the item counts as deleted, although DynamoDB has not come to it yet.
    pub(super) fn is_gone(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|expires_at| expires_at <= now.as_second())
    }

    pub(super) fn is_revoked(&self) -> bool {
        self.revoked_at.is_some()
    }

    /// The key as authentication sees it.
    pub(super) fn into_stored(self) -> Result<StoredApiKey, StoreError> {
        Ok(StoredApiKey {
            org_unit: OrgUnitId::parse(&self.org_unit).map_err(|_invalid| CORRUPT)?,
            permissions: known(&self.permissions),
            expires_at: self.good_until.map(instant).transpose()?,
            is_revoked: self.is_revoked(),
            digest: self.digest,
        })
    }

    /// The key as admins see it.
    pub(super) fn into_api_key(self) -> Result<ApiKey, StoreError> {
        let id = self.digest.get(..32).ok_or(CORRUPT)?;
        Ok(ApiKey {
            id: ApiKeyId::parse(id).map_err(|_invalid| CORRUPT)?,
            permissions: known(&self.permissions),
            expires_at: self.good_until.map(instant).transpose()?,
            created_at: instant(self.created_at)?,
            name: self.name.parse().map_err(|_no_name| CORRUPT)?,
        })
    }
}

/// The permissions of those names. One that is not known is a later version's, and grants nothing
/// here.
fn known(names: &[String]) -> Permissions {
    names.iter().filter_map(|name| name.parse().ok()).collect()
}

fn instant(microseconds: i64) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(microseconds).map_err(|_out_of_range| CORRUPT)
}

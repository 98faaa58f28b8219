//! How many members an org unit has, without reading them.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::keys::{Key, SHARDS};
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::identity_status::IdentityStatus;

/// Confirmed members, in a shard's counts.
pub(super) const CONFIRMED: &str = "confirmed";

/// Those of them who are mapped to a Slack user.
pub(super) const MAPPED: &str = "mapped";

impl Store {
    /// How far the members of the person's org unit have Slack users: one consistent
    /// `BatchGetItem` of the counts.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn identity_status(&self, person: &Person) -> Result<IdentityStatus, StoreError> {
        let keys = (0..SHARDS).map(|shard| Key::of_member_count(person.org_unit(), shard));
        let counts = self.batch_get(keys).await?;
        counts.values().try_fold(IdentityStatus::default(), |sum, counts| {
            Ok(IdentityStatus {
                total: sum.total.saturating_add(read(counts, CONFIRMED)?),
                mapped: sum.mapped.saturating_add(read(counts, MAPPED)?),
            })
        })
    }
}

fn read(counts: &HashMap<String, AttributeValue>, name: &'static str) -> Result<u64, StoreError> {
    let count = counts.get(name).and_then(|count| count.as_n().ok());
    count.and_then(|count| count.parse().ok()).ok_or(StoreError::Corrupt { leaf: name })
}

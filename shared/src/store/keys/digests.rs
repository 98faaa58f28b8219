//! The keys of digests: of one, of what waits for it, and of all that are due.

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::{SignedDuration, Timestamp};

use super::{IndexKey, Key, SHARDS, of_user, shard_of, user_of};
use crate::store::{Digest, EventDigest, StoreError};

/// What the sort key of a digest begins with, and of what waits for it.
const DIGEST: &str = "DIGEST#";

/// A shard of the digests of all org units, as they fall due.
fn of_due(shard: u8) -> String {
    format!("DIGESTS#{shard:02}")
}

impl Key {
    /// Someone's digest.
    pub(in crate::store) fn of_digest(Digest { org_unit, user, bucket }: &Digest) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("{DIGEST}{bucket}") }
    }

    /// Something that waits for it.
    pub(in crate::store) fn of_digest_item(digest: &Digest, event: &EventDigest) -> Self {
        let Self { pk, sk } = Self::of_digest(digest);
        Self { pk, sk: format!("{sk}#{event}") }
    }

    /// The digest that this is the key of.
    pub(in crate::store) fn digest(&self) -> Result<Digest, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt { leaf: "digest" };
        let (org_unit, user) = user_of(&self.pk).ok_or(CORRUPT)?;
        let bucket = self.sk.strip_prefix(DIGEST).ok_or(CORRUPT)?;
        Ok(Digest { org_unit, user, bucket: bucket.parse().map_err(|_no_bucket| CORRUPT)? })
    }

    /// The event that this is the item of, of a digest.
    pub(in crate::store) fn event_of_digest_item(&self) -> Option<EventDigest> {
        self.sk.rsplit_once('#').and_then(|(_, event)| EventDigest::parse(event))
    }
}

impl IndexKey {
    /// Among the digests that are to be looked at from that instant on.
    pub(in crate::store) fn of_digest(digest: &Digest, from: Timestamp) -> Self {
        let Digest { org_unit, user, bucket: _ } = digest;
        let shard = shard_of(&of_user(org_unit, user));
        Self { pk: of_due(shard), sk: place(from) }
    }
}

/// The place of an instant: text that sorts as it does. Digests end with a whole second.
fn place(instant: Timestamp) -> String {
    let nanoseconds = instant.as_nanosecond().rem_euclid(1_000_000_000);
    let second = SignedDuration::from_nanos_i128(nanoseconds);
    instant.saturating_sub(second).unwrap_or(instant).to_string()
}

/// Where digests are that are due.
pub(in crate::store) struct DueDigests;

impl DueDigests {
    /// The condition that finds those of a shard.
    pub(in crate::store) const CONDITION: &str = "gsi1pk=:pk AND gsi1sk<=:until";

    /// Every shard.
    pub(in crate::store) fn shards() -> std::ops::Range<u8> {
        0..SHARDS
    }

    /// Its values, for those that are due by then.
    pub(in crate::store) fn values(shard: u8, until: Timestamp) -> [(String, AttributeValue); 2] {
        let value = |name: &str, text| (name.to_owned(), AttributeValue::S(text));
        [value(":pk", of_due(shard)), value(":until", place(until))]
    }
}

/// What waits for a digest.
pub(in crate::store) struct DigestItems;

impl DigestItems {
    /// The condition that finds all of it.
    pub(in crate::store) const CONDITION: &str = "pk=:pk AND begins_with(sk,:item)";

    /// Its values.
    pub(in crate::store) fn values(digest: &Digest) -> [(String, AttributeValue); 2] {
        let Key { pk, sk } = Key::of_digest(digest);
        let value = |name: &str, text| (name.to_owned(), AttributeValue::S(text));
        [value(":pk", pk), value(":item", format!("{sk}#"))]
    }
}

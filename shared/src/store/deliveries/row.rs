//! A delivery as it is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::delivery::{DeliveryChannel, DeliveryLine, DeliveryStatus, Settled, Told};
use crate::domain::digest::DigestBucket;
use crate::domain::id::OrgUnitId;
use crate::store::keys::Key;
use crate::store::{Digest, StoreError};

pub(in crate::store) const STATUS: &str = "status";
pub(in crate::store) const CLAIMED_BY: &str = "claimed_by";
/// From when on someone else may claim it: the end of a lease, or when it was given back. What is done
/// with has none.
pub(in crate::store) const FREE_AT: &str = "free_at";
pub(in crate::store) const ATTEMPTS: &str = "attempts";
pub(in crate::store) const REASON: &str = "reason";
pub(in crate::store) const AT: &str = "at";
pub(in crate::store) const USER: &str = "user";
pub(in crate::store) const CHANNEL: &str = "channel";
/// The digest's bucket that it waits for, or waited: what became of it stands there.
pub(in crate::store) const DIGEST: &str = "digest";
/// The category of the message, of one that waits for a digest.
pub(in crate::store) const CATEGORY: &str = "category";
/// Of a digest: which categories it was decided against as it left, and why.
pub(in crate::store) const DENIED: &str = "denied";
pub(in crate::store) const EXPIRES_AT: &str = "expires_at";
/// A map of the browsers that a push delivery is done with: what it came to, by the subscription's id.
pub(super) const SETTLED: &str = "settled";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: "delivery" };

pub(in crate::store) type Item = HashMap<String, AttributeValue>;

pub(in crate::store) fn status(item: &Item) -> Result<DeliveryStatus, StoreError> {
    text(item, STATUS)?.parse().map_err(|_no_status| CORRUPT)
}

pub(in crate::store) fn free_at(item: &Item) -> Result<Timestamp, StoreError> {
    moment(item, FREE_AT)
}

pub(in crate::store) fn reason(item: &Item) -> Option<String> {
    item.get(REASON).and_then(|reason| reason.as_s().ok()).cloned()
}

pub(super) fn settled(item: &Item) -> Result<Settled, StoreError> {
    let Some(settled) = item.get(SETTLED) else { return Ok(Settled::default()) };
    let one = |(id, told): (&String, &AttributeValue)| {
        let told = Told::parse(told.as_s().map_err(|_no_text| CORRUPT)?);
        Ok((id.parse().map_err(|_no_id| CORRUPT)?, told))
    };
    settled.as_m().map_err(|_no_map| CORRUPT)?.iter().map(one).collect()
}

pub(super) fn settled_attribute(settled: &Settled) -> AttributeValue {
    let each = settled
        .iter()
        .map(|(id, told)| (id.to_text(), AttributeValue::S(told.as_str().to_owned())));
    AttributeValue::M(each.collect())
}

/// A delivery as its own item has it.
pub(in crate::store) struct Row {
    pub(in crate::store) line: DeliveryLine,
    pub(in crate::store) expires_at: Timestamp,
    /// Which digest it waits for, or waited, and the category that decides there.
    joined: Option<(DigestBucket, String)>,
}

impl Row {
    pub(in crate::store) fn read(item: Item) -> Result<Self, StoreError> {
        let channel = text(&item, CHANNEL)?;
        let channel = DeliveryChannel::ALL.into_iter().find(|known| known.name() == channel);
        let line = DeliveryLine {
            recipient: text(&item, USER)?.parse().map_err(|_no_id| CORRUPT)?,
            channel: channel.ok_or(CORRUPT)?,
            status: status(&item)?,
            attempts: integer(&item, ATTEMPTS)?,
            reason: reason(&item),
            at: moment(&item, AT)?,
        };
        let joined = match item.get(DIGEST) {
            None => None,
            Some(_) => {
                let bucket = text(&item, DIGEST)?.parse().map_err(|_no_bucket| CORRUPT)?;
                Some((bucket, text(&item, CATEGORY)?.to_owned()))
            }
        };
        let expires_at = Timestamp::from_second(integer(&item, EXPIRES_AT)?);
        let expires_at = expires_at.map_err(|_out_of_range| CORRUPT)?;
        Ok(Self { line, expires_at, joined })
    }

    /// The key of its digest.
    pub(in crate::store) fn digest_key(&self, org_unit: &OrgUnitId) -> Option<Key> {
        let (bucket, _) = self.joined.as_ref()?;
        let (org_unit, user) = (org_unit.clone(), self.line.recipient.clone());
        Some(Key::of_digest(&Digest { org_unit, user, bucket: *bucket }))
    }

    /// What became of it with its digest; what is still open leaves it as it is.
    pub(in crate::store) fn with_digest(self, digest: &Item) -> Result<DeliveryLine, StoreError> {
        let Some((_, category)) = self.joined.filter(|_| digest.contains_key(STATUS)) else {
            return Ok(self.line);
        };
        let denied = digest.get(DENIED).and_then(|denied| denied.as_m().ok());
        let denied = denied.and_then(|denied| denied.get(&category)?.as_s().ok());
        let (status, reason) = match denied {
            Some(why) => (DeliveryStatus::Denied, Some(why.clone())),
            None => (status(digest)?, reason(digest)),
        };
        let (attempts, at) = (integer(digest, ATTEMPTS)?, moment(digest, AT)?);
        Ok(DeliveryLine { status, reason, attempts, at, ..self.line })
    }
}

pub(in crate::store) fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, StoreError> {
    let text = item.get(name).and_then(|text| text.as_s().ok());
    text.map(String::as_str).ok_or(CORRUPT)
}

pub(in crate::store) fn integer<T: std::str::FromStr>(
    item: &Item,
    name: &str,
) -> Result<T, StoreError> {
    let number = item.get(name).and_then(|number| number.as_n().ok());
    number.and_then(|number| number.parse().ok()).ok_or(CORRUPT)
}

pub(in crate::store) fn moment(item: &Item, name: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(integer(item, name)?).map_err(|_out_of_range| CORRUPT)
}

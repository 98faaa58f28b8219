//! A delivery as it is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use crate::domain::delivery::{DeliveryChannel, DeliveryLine, DeliveryStatus, Settled, Told};
use crate::store::StoreError;

pub(super) const STATUS: &str = "status";
pub(super) const CLAIMED_BY: &str = "claimed_by";
/// From when on someone else may claim it: the end of a lease, or when it was given back. What is done
/// with has none.
pub(super) const FREE_AT: &str = "free_at";
pub(super) const ATTEMPTS: &str = "attempts";
pub(super) const REASON: &str = "reason";
pub(super) const AT: &str = "at";
pub(super) const USER: &str = "user";
pub(super) const CHANNEL: &str = "channel";
pub(super) const EXPIRES_AT: &str = "expires_at";
/// A map of the browsers that a push delivery is done with: what it came to, by the subscription's id.
pub(super) const SETTLED: &str = "settled";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: "delivery" };

type Item = HashMap<String, AttributeValue>;

pub(super) fn status(item: &Item) -> Result<DeliveryStatus, StoreError> {
    text(item, STATUS)?.parse().map_err(|_no_status| CORRUPT)
}

pub(super) fn free_at(item: &Item) -> Result<Timestamp, StoreError> {
    moment(item, FREE_AT)
}

pub(super) fn reason(item: &Item) -> Option<String> {
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

/// A delivery as it is listed; nothing, if its time is over.
pub(super) fn line(item: &Item, now: Timestamp) -> Result<Option<DeliveryLine>, StoreError> {
    let expires_at: i64 = integer(item, EXPIRES_AT)?;
    if expires_at <= now.as_second() {
        return Ok(None);
    }
    let channel = text(item, CHANNEL)?;
    let channel = DeliveryChannel::ALL.into_iter().find(|known| known.name() == channel);
    Ok(Some(DeliveryLine {
        recipient: text(item, USER)?.parse().map_err(|_no_id| CORRUPT)?,
        channel: channel.ok_or(CORRUPT)?,
        status: status(item)?,
        attempts: integer(item, ATTEMPTS)?,
        reason: reason(item),
        at: moment(item, AT)?,
    }))
}

fn text<'a>(item: &'a Item, name: &str) -> Result<&'a str, StoreError> {
    let text = item.get(name).and_then(|text| text.as_s().ok());
    text.map(String::as_str).ok_or(CORRUPT)
}

fn integer<T: std::str::FromStr>(item: &Item, name: &str) -> Result<T, StoreError> {
    let number = item.get(name).and_then(|number| number.as_n().ok());
    number.and_then(|number| number.parse().ok()).ok_or(CORRUPT)
}

fn moment(item: &Item, name: &str) -> Result<Timestamp, StoreError> {
    Timestamp::from_microsecond(integer(item, name)?).map_err(|_out_of_range| CORRUPT)
}

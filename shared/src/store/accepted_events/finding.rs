//! What is there of an event that was accepted.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;

use super::{AcceptedEvent, BODY, CORRUPT, DONE_AT, KNOWN_SINCE};
use crate::domain::event::Event;
use crate::domain::id::OrgUnitId;
use crate::store::erasures::last_erasure;
use crate::store::keys::Key;
use crate::store::{EventDigest, Store, StoreError};

/// What is there of an event that was accepted.
#[expect(clippy::large_enum_variant, reason = "nearly every one is of the large kind")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoundEvent {
    /// All of it.
    Kept(AcceptedEvent),
    /// It was about someone who was erased, and nothing follows from it any more.
    Erased,
    /// Nothing: it was so long ago, or never was.
    Gone,
}

impl Store {
    /// An event that was accepted, and whether anyone was erased since: one consistent `BatchGetItem` of two
    /// items.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn accepted_event(
        &self,
        org_unit: &OrgUnitId,
        digest: &EventDigest,
        now: Timestamp,
    ) -> Result<FoundEvent, StoreError> {
        let (of_event, of_erasure) =
            (Key::of_event(org_unit, digest), Key::of_last_erasure(org_unit));
        let mut found = self.batch_get([of_event.clone(), of_erasure.clone()]).await?;
        let Some(item) = found.remove(&of_event) else { return Ok(FoundEvent::Gone) };
        if is_erased(&item) {
            return Ok(FoundEvent::Erased);
        }
        let Some(event) = read(&item, now)? else { return Ok(FoundEvent::Gone) };
        let erasure = found.remove(&of_erasure).unwrap_or_default();
        let last = last_erasure(&erasure, now)?;
        let may_name_erased = last.is_some_and(|last| last >= event.known_since);
        Ok(FoundEvent::Kept(AcceptedEvent { may_name_erased, ..event }))
    }

    /// Those of these events that are still there and make sense: a `BatchGetItem` for each hundred, side
    /// by side.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn accepted_events(
        &self,
        org_unit: &OrgUnitId,
        digests: impl IntoIterator<Item = &EventDigest>,
        now: Timestamp,
    ) -> Result<Vec<AcceptedEvent>, StoreError> {
        let keys = digests.into_iter().map(|digest| Key::of_event(org_unit, digest));
        let found = self.batch_get(keys).await?;
        Ok(found.into_values().filter_map(|item| read(&item, now).ok().flatten()).collect())
    }
}

fn read(
    item: &HashMap<String, AttributeValue>,
    now: Timestamp,
) -> Result<Option<AcceptedEvent>, StoreError> {
    let expires_at = Timestamp::from_second(read_number(item, "expires_at")?);
    let expires_at = expires_at.map_err(|_out_of_range| CORRUPT)?;
    if expires_at <= now {
        return Ok(None);
    }
    Ok(Some(AcceptedEvent {
        event: read_event(item)?,
        accepted_at: read_accepted_at(item)?,
        known_since: read_known_since(item)?,
        expires_at,
        is_done: item.contains_key(DONE_AT),
        may_name_erased: false,
    }))
}

pub(super) fn read_event(item: &HashMap<String, AttributeValue>) -> Result<Event, StoreError> {
    let body = item.get(BODY).and_then(|body| body.as_s().ok()).ok_or(CORRUPT)?;
    serde_json::from_str(body).map_err(|_no_event| CORRUPT)
}

pub(super) fn read_accepted_at(
    item: &HashMap<String, AttributeValue>,
) -> Result<Timestamp, StoreError> {
    let accepted_at = Timestamp::from_microsecond(read_number(item, "accepted_at")?);
    accepted_at.map_err(|_out_of_range| CORRUPT)
}

/// An event that was replayed was known before it was accepted.
pub(super) fn read_known_since(
    item: &HashMap<String, AttributeValue>,
) -> Result<Timestamp, StoreError> {
    if !item.contains_key(KNOWN_SINCE) {
        return read_accepted_at(item);
    }
    let known_since = Timestamp::from_microsecond(read_number(item, KNOWN_SINCE)?);
    known_since.map_err(|_out_of_range| CORRUPT)
}

/// What an event says; nothing, if nothing is left of it.
pub(in crate::store) fn event_of(
    item: &HashMap<String, AttributeValue>,
) -> Result<Option<Event>, StoreError> {
    if is_erased(item) { Ok(None) } else { read_event(item).map(Some) }
}

/// Whether nothing is left of an event but that it came, and that all that follows from it is done.
fn is_erased(item: &HashMap<String, AttributeValue>) -> bool {
    !item.contains_key(BODY) && item.contains_key(DONE_AT)
}

fn read_number(item: &HashMap<String, AttributeValue>, name: &str) -> Result<i64, StoreError> {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number.and_then(|number| number.parse().ok()).ok_or(CORRUPT)
}

//! Accepted events: kept by their source and id, so that each counts once.

use std::borrow::Cow;
use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::{SignedDuration, Timestamp};

use super::attribute::{number, text};
use super::expression::Expression;
use super::keys::{IndexKey, Key};
use super::{EventDigest, Store, StoreError};
use crate::domain::event::Event;
use crate::domain::id::OrgUnitId;

/// For how long a source and an id name the same event.
const COUNTS_ONCE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long an event is kept: longer than a message of it can wait, live or dead.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What an error says of an event that is stored.
const CORRUPT: StoreError = StoreError::Corrupt { leaf: "event" };

/// An event as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedEvent {
    /// What happened.
    pub event: Event,
    /// When it was accepted, the first time that it was sent.
    pub accepted_at: Timestamp,
    /// When it is gone.
    pub expires_at: Timestamp,
    /// Whether everything that follows from it is done.
    pub is_done: bool,
}

/// Whether there is anything to do for an event that came in.
#[expect(clippy::large_enum_variant, reason = "nearly every one is of the large kind")]
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Acceptance<'a> {
    /// It is to be dispatched: for the first time, or nobody knows whether it was.
    Waiting {
        /// What it is called.
        digest: EventDigest,
        /// What counts of it, which is what came first; nothing, if what is stored makes no sense.
        event: Option<Cow<'a, Event>>,
        /// When it was accepted, the first time that it was sent.
        accepted_at: Timestamp,
    },
    /// It came before, and everything that follows from it is done.
    Done,
}

impl Store {
    /// Keeps an event, unless one of its source and id came in the last 14 days: one `PutItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the event may then have been kept or not, and doing it again is safe.
    pub async fn accept_event<'a>(
        &self,
        org_unit: &OrgUnitId,
        event: &'a Event,
        now: Timestamp,
    ) -> Result<Acceptance<'a>, StoreError> {
        let digest = EventDigest::of(event.source.as_str(), event.id.as_str());
        let body = serde_json::to_string(event);
        let body = body.map_err(|_unwritable| StoreError::Unwritable { leaf: "event" })?;
        let since = now.saturating_sub(COUNTS_ONCE).unwrap_or(now);
        let until = now.saturating_add(KEPT).unwrap_or(now);
        let mut item = Key::of_event(org_unit, &digest).into_attributes();
        item.extend([
            ("body".to_owned(), text(&body)),
            ("accepted_at".to_owned(), number(now.as_microsecond())),
            ("expires_at".to_owned(), number(until.as_second())),
        ]);
        if let Some(person) = event.people().next() {
            let place = IndexKey::of_event(org_unit, person, &digest).into_attributes();
            item.extend(place);
        }
        let answer = self
            .client
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(item))
            .condition_expression("attribute_not_exists(pk) OR accepted_at<=:since")
            .expression_attribute_values(":since", number(since.as_microsecond()))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .send()
            .await;
        match answer {
            Ok(_) => Ok(Acceptance::Waiting {
                digest,
                event: Some(Cow::Borrowed(event)),
                accepted_at: now,
            }),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(known)) => {
                    let known = known.item();
                    if known.is_some_and(|item| item.contains_key("done_at")) {
                        return Ok(Acceptance::Done);
                    }
                    let event = known.and_then(|item| read_event(item).ok()).map(Cow::Owned);
                    let accepted_at = known.and_then(|item| read_accepted_at(item).ok());
                    let accepted_at = accepted_at.unwrap_or(now);
                    Ok(Acceptance::Waiting { digest, event, accepted_at })
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }

    /// An event that was accepted, unless it is so long ago that it is gone: one consistent
    /// `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if that cannot be read.
    pub async fn accepted_event(
        &self,
        org_unit: &OrgUnitId,
        digest: &EventDigest,
        now: Timestamp,
    ) -> Result<Option<AcceptedEvent>, StoreError> {
        let item = self.read_item(Key::of_event(org_unit, digest)).await?;
        if item.is_empty() { Ok(None) } else { read(&item, now) }
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

    /// Everything that follows from an event is done: one `UpdateItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn mark_event_done(
        &self,
        org_unit: &OrgUnitId,
        digest: &EventDigest,
        accepted_at: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        // Were it gone by now, this would bring back a part of it; were it accepted anew, it would be
        // another event.
        let done = Expression::default()
            .if_still("accepted_at", Some(number(accepted_at.as_microsecond())))
            .set("done_at", number(now.as_microsecond()));
        self.update_if(Key::of_event(org_unit, digest), done).await?;
        Ok(())
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
        expires_at,
        is_done: item.contains_key("done_at"),
    }))
}

fn read_event(item: &HashMap<String, AttributeValue>) -> Result<Event, StoreError> {
    let body = item.get("body").and_then(|body| body.as_s().ok()).ok_or(CORRUPT)?;
    serde_json::from_str(body).map_err(|_no_event| CORRUPT)
}

fn read_accepted_at(item: &HashMap<String, AttributeValue>) -> Result<Timestamp, StoreError> {
    let accepted_at = Timestamp::from_microsecond(read_number(item, "accepted_at")?);
    accepted_at.map_err(|_out_of_range| CORRUPT)
}

fn read_number(item: &HashMap<String, AttributeValue>, name: &str) -> Result<i64, StoreError> {
    let number = item.get(name).and_then(|value| value.as_n().ok());
    number.and_then(|number| number.parse().ok()).ok_or(CORRUPT)
}

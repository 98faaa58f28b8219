//! Accepted events: kept by their source and id, so that each counts once.

mod erasing;
mod finding;

use std::borrow::Cow;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::ReturnValuesOnConditionCheckFailure;
use jiff::{SignedDuration, Timestamp};

use super::attribute::{number, text};
use super::expression::Expression;
use super::keys::{IndexKey, Key};
use super::{EventDigest, Store, StoreError};
use crate::domain::event::Event;
use crate::domain::id::OrgUnitId;
use finding::{read_accepted_at, read_event, read_known_since};

pub use finding::FoundEvent;
pub(super) use finding::event_of;

/// For how long a source and an id name the same event.
const COUNTS_ONCE: SignedDuration = SignedDuration::from_hours(14 * 24);

/// How long an event is kept: longer than a message of it can wait, live or dead.
const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What it says.
const BODY: &str = "body";

/// When everything that follows from it was done.
const DONE_AT: &str = "done_at";

/// When it was put on the bus, of one that the archive replayed.
const KNOWN_SINCE: &str = "known_since";

/// What an error says of an event that is stored.
const CORRUPT: StoreError = StoreError::Corrupt { leaf: "event" };

/// An event as it was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedEvent {
    /// What happened.
    pub event: Event,
    /// When it was accepted, the first time that it was sent.
    pub accepted_at: Timestamp,
    /// Since when there was something to know: since it was accepted, or since it was put on the bus first, of
    /// one that the bus's archive replayed.
    pub known_since: Timestamp,
    /// When it is gone.
    pub expires_at: Timestamp,
    /// Whether everything that follows from it is done.
    pub is_done: bool,
    /// Whether someone of its org unit was erased since: it may name them.
    pub may_name_erased: bool,
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
        /// As of [`AcceptedEvent`].
        known_since: Timestamp,
    },
    /// It came before, and everything that follows from it is done.
    Done,
}

impl Store {
    /// Keeps an event, unless one of its source and id came in the last 14 days: one `PutItem`. One that is
    /// replayed was put on the bus before, at `put_at`.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; the event may then have been kept or not, and doing it again is safe.
    pub async fn accept_event<'a>(
        &self,
        org_unit: &OrgUnitId,
        event: &'a Event,
        put_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<Acceptance<'a>, StoreError> {
        let digest = EventDigest::of(event.source.as_str(), event.id.as_str());
        let body = serde_json::to_string(event);
        let body = body.map_err(|_unwritable| StoreError::Unwritable { leaf: "event" })?;
        let since = now.saturating_sub(COUNTS_ONCE).unwrap_or(now);
        let until = now.saturating_add(KEPT).unwrap_or(now);
        let mut item = Key::of_event(org_unit, &digest).into_attributes();
        item.extend([
            (BODY.to_owned(), text(&body)),
            ("accepted_at".to_owned(), number(now.as_microsecond())),
            ("expires_at".to_owned(), number(until.as_second())),
        ]);
        if let Some(put_at) = put_at {
            item.insert(KNOWN_SINCE.to_owned(), number(put_at.as_microsecond()));
        }
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
                known_since: put_at.unwrap_or(now),
            }),
            Err(error) => match error.as_service_error() {
                Some(PutItemError::ConditionalCheckFailedException(known)) => {
                    let known = known.item();
                    if known.is_some_and(|item| item.contains_key(DONE_AT)) {
                        return Ok(Acceptance::Done);
                    }
                    let event = known.and_then(|item| read_event(item).ok()).map(Cow::Owned);
                    let accepted_at = known.and_then(|item| read_accepted_at(item).ok());
                    let accepted_at = accepted_at.unwrap_or(now);
                    let known_since = known.and_then(|item| read_known_since(item).ok());
                    let known_since = known_since.unwrap_or(accepted_at);
                    Ok(Acceptance::Waiting { digest, event, accepted_at, known_since })
                }
                Some(_) | None => Err(error.into()),
            },
        }
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
            .set(DONE_AT, number(now.as_microsecond()));
        self.update_if(Key::of_event(org_unit, digest), done).await?;
        Ok(())
    }
}

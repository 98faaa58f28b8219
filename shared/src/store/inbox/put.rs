//! Putting a notification into an inbox, once for each event and person.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValuesOnConditionCheckFailure};
use jiff::Timestamp;
use ring::digest::{Context, SHA256};

use super::row::{EVENT, Row};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::{InboxRetention, NewNotification, NotificationId};
use crate::store::{EventDigest, Store, StoreError};

/// How many ids are tried. Of the 4,096 that notifications of one millisecond have by themselves so many
/// in a row are not taken, even if a person is told of a thousand things in that millisecond.
const MOST_IDS: u16 = 64;

/// The accepted event that a notification is because of.
#[derive(Debug, Clone, Copy)]
pub struct Cause<'a> {
    pub(super) event: &'a EventDigest,
    accepted_at: Timestamp,
    pub(super) expires_at: Timestamp,
}

impl<'a> Cause<'a> {
    /// The event, and when it was accepted, the first time that it was sent: the notification's id
    /// follows from that, so that each time it is dispatched it means the same row. And so does when
    /// the row is gone.
    #[must_use]
    pub fn new(event: &'a EventDigest, accepted_at: Timestamp, retention: InboxRetention) -> Self {
        Self { event, accepted_at, expires_at: retention.expiry(accepted_at) }
    }

    /// When the row is gone.
    #[must_use]
    pub fn expires_at(&self) -> Timestamp {
        self.expires_at
    }
}

/// What stands at a row's key.
enum Found {
    /// The row of this event and person, whatever became of it since.
    Own,
    /// Another event's.
    Other,
}

impl Store {
    /// Puts a notification into someone's inbox, unless that event did so before: one `PutItem` if
    /// absent, one more for each other event that has the id already. Gives the row's id.
    ///
    /// What is there because of the event stays as it is: read, or deleted. So it may be called
    /// again, any number of times.
    ///
    /// # Errors
    ///
    /// [`StoreError::Full`], if the row's own id and dozens after it are taken; or another
    /// [`StoreError`], and doing it again is safe.
    pub async fn put_notification(
        &self,
        org_unit: &OrgUnitId,
        recipient: &UserId,
        cause: Cause<'_>,
        new: &NewNotification,
        now: Timestamp,
    ) -> Result<NotificationId, StoreError> {
        let first = NotificationId::new(cause.accepted_at, spread(cause.event, recipient));
        let mut next = Some(first);
        for _ in 0..MOST_IDS {
            let Some(id) = next else { break };
            let row = Row::of(new, now).into_attributes(org_unit, recipient, id, &cause)?;
            match self.put_row_if_absent(row, cause.event).await? {
                Found::Own => return Ok(id),
                Found::Other => next = id.next(),
            }
        }
        Err(StoreError::Full { leaf: "inbox" })
    }

    async fn put_row_if_absent(
        &self,
        row: HashMap<String, AttributeValue>,
        event: &EventDigest,
    ) -> Result<Found, StoreError> {
        let request = self
            .client
            .put_item()
            .table_name(&*self.table)
            .set_item(Some(row))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        // Boxed: the SDK's futures are large, and many of these run side by side.
        match Box::pin(request.send()).await {
            Ok(_) => Ok(Found::Own),
            Err(error) => match error.as_service_error() {
                // An attempt whose answer was lost, or an earlier delivery of the event.
                Some(PutItemError::ConditionalCheckFailedException(taken)) => {
                    let of = taken.item().and_then(|item| item.get(EVENT)?.as_s().ok());
                    let is_own = of.is_some_and(|of| of == event.as_str());
                    Ok(if is_own { Found::Own } else { Found::Other })
                }
                Some(_) | None => Err(error.into()),
            },
        }
    }
}

/// What tells an event's row from those of other events that were accepted in the same millisecond:
/// two bytes of a hash, of which an id takes 12 bits.
fn spread(event: &EventDigest, recipient: &UserId) -> u16 {
    let mut context = Context::new(&SHA256);
    // A digest is always 43 characters: where it ends and the user begins is never in doubt.
    context.update(event.as_str().as_bytes());
    context.update(recipient.as_str().as_bytes());
    let digest = context.finish();
    digest.as_ref().iter().take(2).fold(0, |bits, byte| bits << 8 | u16::from(*byte))
}

//! A row of an inbox, as it is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::put::Cause;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::{NewNotification, Notifiable, NotificationId};
use crate::store::StoreError;
use crate::store::keys::{IndexKey, Key, UnreadKey};

/// What errors call it.
const LEAF: &str = "inbox";

/// The digest of the event that it is because of. A tombstone has it too.
pub(super) const EVENT: &str = "event";

/// What a row holds besides its keys. Instants are in microseconds since 1970.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
    event: String,
    #[serde(rename = "type")]
    notification_type: u8,
    message: String,
    /// A map, like the rows of channel preferences: who looks at the table can read it, and it is
    /// read together with the rest. It is written once and never in parts.
    notifiable: Notifiable,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actor: Option<UserId>,
    created_at: i64,
    /// When it was read; one that is unread has its place in the index instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    read_at: Option<i64>,
    /// The second in which the row is gone, also from the table.
    expires_at: i64,
}

impl Row {
    /// A row that nobody has read yet.
    pub(super) fn of(new: &NewNotification, cause: &Cause<'_>, now: Timestamp) -> Self {
        let NewNotification { notification_type, message, actor, notifiable } = new;
        let Cause { event, accepted_at: _, expires_at } = cause;
        // The inbox goes by ids, to the millisecond: the table may not be ahead of it.
        let seconds = expires_at.as_second() + i64::from(expires_at.subsec_nanosecond() > 0);
        Self {
            event: event.as_str().to_owned(),
            notification_type: notification_type.number(),
            message: message.clone(),
            notifiable: notifiable.clone(),
            actor: actor.clone(),
            created_at: now.as_microsecond(),
            read_at: None,
            expires_at: seconds,
        }
    }

    /// The unread row with its keys: of the table, among what is unread, and among what its actor
    /// did.
    pub(super) fn into_attributes(
        self,
        org_unit: &OrgUnitId,
        recipient: &UserId,
        id: NotificationId,
    ) -> Result<HashMap<String, AttributeValue>, StoreError> {
        let place =
            self.actor.as_ref().map(|actor| IndexKey::of_acted(org_unit, actor, recipient, id));
        let mut attributes: HashMap<String, AttributeValue> = serde_dynamo::to_item(self)
            .map_err(|_unserializable| StoreError::Unwritable { leaf: LEAF })?;
        attributes.extend(Key::of_notification(org_unit, recipient, id).into_attributes());
        attributes.extend(place.into_iter().flat_map(IndexKey::into_attributes));
        attributes.insert(UnreadKey::SK.to_owned(), UnreadKey::of(id));
        Ok(attributes)
    }
}

//! A row of an inbox, as it is stored.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::put::Cause;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::{
    Actor, NewNotification, Notifiable, Notification, NotificationId, NotificationType,
    without_actor,
};
use crate::store::StoreError;
use crate::store::attribute::{number, text};
use crate::store::keys::{IndexKey, Key, UnreadKey, notification_id};

/// What errors call it.
const LEAF: &str = "inbox";

/// The digest of the event that it is because of. A tombstone has it too.
pub(super) const EVENT: &str = "event";

/// When it was read.
pub(super) const READ_AT: &str = "read_at";

/// When it was deleted: only a tombstone has it.
pub(super) const DELETED_AT: &str = "deleted_at";

/// Which request deleted it, so that it knows its own tombstones.
pub(super) const DELETED_BY: &str = "deleted_by";

/// The second in which a row is gone, also from the table.
const EXPIRES_AT: &str = "expires_at";

const CORRUPT: StoreError = StoreError::Corrupt { leaf: LEAF };

/// What a row says. Instants are in microseconds since 1970. Because of which event it is and when it is gone
/// is stored with it, for others than who reads it.
#[derive(Serialize, Deserialize)]
pub(super) struct Row {
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
}

impl Row {
    /// A row that nobody has read yet.
    pub(super) fn of(new: &NewNotification, now: Timestamp) -> Self {
        let NewNotification { notification_type, message, actor, notifiable } = new;
        Self {
            notification_type: notification_type.number(),
            message: message.clone(),
            notifiable: notifiable.clone(),
            actor: actor.clone(),
            created_at: now.as_microsecond(),
            read_at: None,
        }
    }

    /// What a tombstone has no more: everything but its key, the event's digest, and when it is gone.
    pub(super) const ALL_BUT_THE_EVENT: [&str; 9] = [
        Self::TYPE,
        Self::MESSAGE,
        "notifiable",
        Self::ACTOR,
        "created_at",
        READ_AT,
        UnreadKey::SK,
        IndexKey::PK,
        IndexKey::SK,
    ];

    /// What is asked for of a row that is shown. The rest is for the indexes
    /// and for whoever changes it. `#type` stands for [`Row::TYPE`], which is a word of DynamoDB's own.
    pub(super) const SHOWN: &str = "sk,#type,message,notifiable,actor,created_at,read_at";

    /// The attribute that holds the number of its type.
    pub(super) const TYPE: &str = "type";

    /// The attribute that holds what it says.
    pub(super) const MESSAGE: &str = "message";

    /// The attribute that holds whoever did what it tells of.
    pub(super) const ACTOR: &str = "actor";

    /// What it says, if nobody is to know who did it.
    pub(super) fn message_without_actor(&self) -> Result<String, StoreError> {
        let notification_type =
            NotificationType::from_number(self.notification_type).ok_or(CORRUPT)?;
        Ok(without_actor(&self.message, notification_type, &self.notifiable))
    }

    /// Whoever did what it tells of.
    pub(super) fn actor(&self) -> Option<&UserId> {
        self.actor.as_ref()
    }

    /// A row that was read from the table, with its id. What is not in [`Row::SHOWN`] is not asked for.
    pub(super) fn read(
        item: HashMap<String, AttributeValue>,
    ) -> Result<(NotificationId, Self), StoreError> {
        let id = notification_id(&item).ok_or(CORRUPT)?;
        let row = serde_dynamo::from_item(item).map_err(|_of_another_shape| CORRUPT)?;
        Ok((id, row))
    }

    /// The row as its owner sees it.
    pub(super) fn into_notification(
        self,
        id: NotificationId,
        actor: Option<Actor>,
    ) -> Result<Notification, StoreError> {
        let Self { notification_type, message, notifiable, actor: _, created_at, read_at } = self;
        let instant = |microseconds| {
            Timestamp::from_microsecond(microseconds).map_err(|_out_of_range| CORRUPT)
        };
        Ok(Notification {
            id,
            notification_type: NotificationType::from_number(notification_type).ok_or(CORRUPT)?,
            message,
            read_at: read_at.map(instant).transpose()?,
            created_at: instant(created_at)?,
            actor,
            notifiable,
        })
    }

    /// The unread row with its keys: of the table, among what is unread, and among what its actor
    /// did; and with what it is because of.
    pub(super) fn into_attributes(
        self,
        org_unit: &OrgUnitId,
        recipient: &UserId,
        id: NotificationId,
        cause: &Cause<'_>,
    ) -> Result<HashMap<String, AttributeValue>, StoreError> {
        let place =
            self.actor.as_ref().map(|actor| IndexKey::of_acted(org_unit, actor, recipient, id));
        let mut attributes: HashMap<String, AttributeValue> = serde_dynamo::to_item(self)
            .map_err(|_unserializable| StoreError::Unwritable { leaf: LEAF })?;
        attributes.extend(Key::of_notification(org_unit, recipient, id).into_attributes());
        attributes.extend(place.into_iter().flat_map(IndexKey::into_attributes));
        attributes.insert(UnreadKey::SK.to_owned(), UnreadKey::of(id));
        attributes.insert(EVENT.to_owned(), text(cause.event.as_str()));
        // The inbox goes by ids, to the millisecond: the table may not be ahead of it.
        let Cause { expires_at, .. } = cause;
        let seconds = expires_at.as_second() + i64::from(expires_at.subsec_nanosecond() > 0);
        attributes.insert(EXPIRES_AT.to_owned(), number(seconds));
        Ok(attributes)
    }
}

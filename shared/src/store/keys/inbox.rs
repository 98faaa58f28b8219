//! The keys of an inbox: of its rows, and of those that are unread.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{IndexKey, Key, of_user, shard_of};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::NotificationId;

/// What the sort key of a row begins with.
const ROW: &str = "INBOX#";

/// An id as text that sorts as the number does.
fn digits(id: NotificationId) -> String {
    format!("{:016}", id.as_u64())
}

impl Key {
    /// A row of a person's inbox.
    pub(in crate::store) fn of_notification(
        org_unit: &OrgUnitId,
        user: &UserId,
        id: NotificationId,
    ) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("{ROW}{}", digits(id)) }
    }
}

/// A row's place among what its owner has not read.
#[derive(Debug)]
pub(in crate::store) struct UnreadKey;

impl UnreadKey {
    /// The attribute of the index that it is sorted by; only rows that are unread have it.
    pub(in crate::store) const SK: &str = "unread_id";

    /// The attribute's value.
    pub(in crate::store) fn of(id: NotificationId) -> AttributeValue {
        AttributeValue::S(digits(id))
    }
}

impl IndexKey {
    /// Among what someone did: a row of someone else's inbox that repeats their name. 16 shards by
    /// whose inbox it is, so that what one person does to thousands is no single partition's.
    pub(in crate::store) fn of_acted(
        org_unit: &OrgUnitId,
        actor: &UserId,
        recipient: &UserId,
        id: NotificationId,
    ) -> Self {
        let shard = shard_of(recipient.as_str());
        Self { pk: format!("{}#ACTED#{shard:02}", of_user(org_unit, actor)), sk: digits(id) }
    }
}

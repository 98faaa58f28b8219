//! The keys of an inbox: of its rows, and of those that are unread.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::{IndexKey, Key, of_user, shard_of};
use crate::auth::Person;
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

    /// Where no row of a person's inbox ever is: it sorts among them, and has no id.
    pub(in crate::store) fn of_no_notification(person: &Person) -> Self {
        Self { pk: of_user(person.org_unit(), person.user()), sk: format!("{ROW}NONE") }
    }
}

/// Which notification an item is, if it is one: its sort key says that alone.
pub(in crate::store) fn notification_id(
    item: &HashMap<String, AttributeValue>,
) -> Option<NotificationId> {
    let sk = item.get("sk")?.as_s().ok()?;
    sk.strip_prefix(ROW)?.parse().ok().and_then(NotificationId::from_number)
}

/// A row's place among what its owner has not read.
#[derive(Debug)]
pub(in crate::store) struct UnreadKey;

impl UnreadKey {
    /// The name of the index.
    pub(in crate::store) const INDEX: &str = "unread";

    /// The attribute of the index that it is sorted by; only rows that are unread have it.
    pub(in crate::store) const SK: &str = "unread_id";

    /// The attribute's value.
    pub(in crate::store) fn of(id: NotificationId) -> AttributeValue {
        AttributeValue::S(digits(id))
    }
}

/// Part of an inbox: all rows of a person from one id to another, both included.
pub(in crate::store) struct InboxRange {
    pk: String,
    from: NotificationId,
    to: NotificationId,
}

impl InboxRange {
    /// The rows with those ids; `None` where there can be none.
    pub(in crate::store) fn of(
        person: &Person,
        from: NotificationId,
        to: NotificationId,
    ) -> Option<Self> {
        let pk = of_user(person.org_unit(), person.user());
        (from <= to).then_some(Self { pk, from, to })
    }

    /// The condition that finds them in the table, and its values.
    pub(in crate::store) fn in_table(&self) -> (&'static str, [(String, AttributeValue); 3]) {
        let of = |id| AttributeValue::S(format!("{ROW}{}", digits(id)));
        ("pk=:pk AND sk BETWEEN :from AND :to", self.values(of))
    }

    /// The condition that finds those of them in the index that are unread, and its values.
    pub(in crate::store) fn in_unread(&self) -> (&'static str, [(String, AttributeValue); 3]) {
        ("pk=:pk AND unread_id BETWEEN :from AND :to", self.values(UnreadKey::of))
    }

    fn values(
        &self,
        of: impl Fn(NotificationId) -> AttributeValue,
    ) -> [(String, AttributeValue); 3] {
        [
            (":pk".to_owned(), AttributeValue::S(self.pk.clone())),
            (":from".to_owned(), of(self.from)),
            (":to".to_owned(), of(self.to)),
        ]
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

//! Reading an inbox, page by page.

use std::collections::HashMap;

use aws_sdk_dynamodb::operation::query::builders::QueryFluentBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, Select};
use futures_util::future::try_join;

use super::row::{DELETED_AT, Row};
use crate::auth::Person;
use crate::domain::inbox::{NotificationId, Page, PageRequest, UnreadCount};
use crate::store::keys::{InboxRange, UnreadKey};
use crate::store::{Store, StoreError};

impl Store {
    /// A page of a person's inbox, with how many are unread: a consistent `Query` beside one that
    /// counts, then a `BatchGetItem` of whoever did it; without anyone none. One `Query` more where
    /// tombstones take the place of rows, each for twice as many as the one before.
    ///
    /// What is before the cut-off is gone, also while it is stored.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn notifications(
        &self,
        person: &Person,
        wanted: &PageRequest,
        cut_off: NotificationId,
    ) -> Result<Page, StoreError> {
        let (rows, unread) =
            try_join(self.rows(person, wanted, cut_off), self.count_unread(person, cut_off))
                .await?;
        let limit = usize::from(wanted.limit.as_u8());
        let goes_on = rows.len() > limit;
        let rows: Vec<(NotificationId, Row)> = rows.into_iter().take(limit).collect();
        let last = rows.last().map(|(id, _)| *id);
        let acted = rows.iter().filter_map(|(_, row)| row.actor());
        let actors = self.actors(person.org_unit(), acted).await?;
        let known = |row: &Row| row.actor().and_then(|user| actors.get(user)).cloned();
        let notifications = rows.into_iter().map(|(id, row)| {
            let actor = known(&row);
            row.into_notification(id, actor)
        });
        Ok(Page {
            notifications: notifications.collect::<Result<_, _>>()?,
            goes_on_after: last.filter(|_| goes_on),
            unread,
        })
    }

    /// The rows of a page, the newest first, and at least one more if there is one.
    async fn rows(
        &self,
        person: &Person,
        wanted: &PageRequest,
        cut_off: NotificationId,
    ) -> Result<Vec<(NotificationId, Row)>, StoreError> {
        let newest = match wanted.after {
            None => Some(NotificationId::LAST),
            Some(last) => last.previous(),
        };
        let range = newest.and_then(|newest| InboxRange::of(person, cut_off, newest));
        let Some(range) = range else { return Ok(Vec::new()) };
        let enough = usize::from(wanted.limit.as_u8()) + 1;
        let mut at_most = i32::from(wanted.limit.as_u8()) + 1;
        let mut rows = Vec::with_capacity(enough);
        let mut next = None;
        loop {
            let query = if wanted.only_unread {
                // The index has the keys; what they lead to is fetched from the table.
                self.query_unread(&range).select(Select::AllAttributes)
            } else {
                let (condition, values) = range.in_table();
                let query = self.query(condition, values);
                query
                    .filter_expression("attribute_not_exists(#deleted)")
                    .expression_attribute_names("#deleted", DELETED_AT)
                    .projection_expression(Row::SHOWN)
                    .expression_attribute_names("#type", Row::TYPE)
            };
            let query = query.scan_index_forward(false).limit(at_most);
            let page = Box::pin(query.set_exclusive_start_key(next).send()).await?;
            for item in page.items.unwrap_or_default() {
                rows.push(Row::read(item)?);
            }
            next = page.last_evaluated_key;
            if rows.len() >= enough || next.is_none() {
                return Ok(rows);
            }
            at_most = at_most.saturating_mul(2);
        }
    }

    async fn count_unread(
        &self,
        person: &Person,
        cut_off: NotificationId,
    ) -> Result<UnreadCount, StoreError> {
        let range = InboxRange::of(person, cut_off, NotificationId::LAST);
        let Some(range) = range else { return Ok(UnreadCount::of(0)) };
        let query = self.query_unread(&range).select(Select::Count);
        // What it counts are keys of some 200 bytes: as many as it is worth fit into one page.
        let counted = Box::pin(query.limit(UnreadCount::COUNTED.into()).send()).await?;
        Ok(UnreadCount::of(usize::try_from(counted.count).unwrap_or_default()))
    }

    fn query_unread(&self, range: &InboxRange) -> QueryFluentBuilder {
        let (condition, values) = range.in_unread();
        self.query(condition, values).index_name(UnreadKey::INDEX)
    }

    fn query(&self, condition: &str, values: [(String, AttributeValue); 3]) -> QueryFluentBuilder {
        self.client
            .query()
            .table_name(&*self.table)
            .consistent_read(true)
            .key_condition_expression(condition)
            .set_expression_attribute_values(Some(HashMap::from(values)))
    }
}

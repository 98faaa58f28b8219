//! Erasing whoever did it from a row of someone else's inbox.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::row::Row;
use crate::domain::subject::Subject;
use crate::store::attribute::text;
use crate::store::expression::Expression;
use crate::store::keys::{IndexKey, Key};
use crate::store::{Store, StoreError};

impl Store {
    /// Has a row say that someone did it, and no longer who: one `UpdateItem`, if it is still there and tells of
    /// them. The person's own partition is none of it.
    pub(in crate::store) async fn forget_actor(
        &self,
        Subject { org_unit: _, user }: &Subject,
        key: Key,
        item: HashMap<String, AttributeValue>,
    ) -> Result<(), StoreError> {
        // The index may still lead to one that was deleted.
        if item.get(Row::ACTOR) != Some(&text(user.as_str())) {
            return Ok(());
        }
        // What nobody can read says nothing of them either.
        let said = Row::read(item).and_then(|(_, row)| row.message_without_actor()).ok();
        let nobodys = Expression::default()
            .if_still(Row::ACTOR, Some(text(user.as_str())))
            .set_or_remove(Row::MESSAGE, said.as_deref().map(text))
            .remove(Row::ACTOR)
            .remove(IndexKey::PK)
            .remove(IndexKey::SK);
        self.update_if(key, nobodys).await.map(drop)
    }
}

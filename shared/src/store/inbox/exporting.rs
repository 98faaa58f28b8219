//! A row of an inbox, for whom it is about.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;

use super::row::{DELETED_AT, Row};
use crate::domain::inbox::Notification;
use crate::store::StoreError;

/// What a row says; nothing, if it was deleted.
pub(in crate::store) fn kept_notification(
    item: HashMap<String, AttributeValue>,
) -> Result<Option<Notification>, StoreError> {
    if item.contains_key(DELETED_AT) {
        return Ok(None);
    }
    let (id, row) = Row::read(item)?;
    row.into_notification(id, None).map(Some)
}

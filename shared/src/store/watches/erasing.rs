//! Erasing a watch of a project's reports, with its place in their count.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::{AttributeValue, TransactWriteItem};

use super::WatchRow;
use super::change::COUNT;
use crate::domain::id::{OrgUnitId, ProjectId};
use crate::store::expression::Expression;
use crate::store::keys::Key;
use crate::store::{Store, StoreError};

impl Store {
    /// What takes a report watch away that was read there, if it is still as it was, and counts it no more.
    pub(in crate::store) fn parts_without_report_watch(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
        key: Key,
        item: &HashMap<String, AttributeValue>,
    ) -> Result<Vec<TransactWriteItem>, StoreError> {
        let row = WatchRow::read(item)?;
        let mut parts = vec![self.deletion_of_transaction(key, row.if_unchanged())?];
        if row.watch.is_open() {
            let one_less = Expression::default().add(COUNT, -1);
            let of_count = Key::of_report_watch_count(org_unit, project);
            parts.push(self.part_of_transaction(of_count, one_less)?);
        }
        Ok(parts)
    }
}

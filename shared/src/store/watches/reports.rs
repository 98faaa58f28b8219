//! Who watches a project's reports.

use std::collections::HashMap;

use jiff::Timestamp;

use super::change::{MOST_ROUNDS, pause};
use super::row::{SINCE, UNTIL};
use super::{WatchRow, Watched, Written};
use crate::domain::id::{OrgUnitId, ProjectId, UserId};
use crate::store::keys::{Key, Watches};
use crate::store::{Store, StoreError};

impl Store {
    /// Everyone who watches a project's reports, in no order: one consistent `Query`, and one for each
    /// further MB of watches.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if they cannot be read.
    pub async fn report_watchers(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
    ) -> Result<Vec<UserId>, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt { leaf: "watch" };
        let (mut watchers, mut next) = (Vec::new(), None);
        loop {
            let query = self.client.query().table_name(&*self.table).consistent_read(true);
            let query = query
                .key_condition_expression(Watches::CONDITION)
                .set_expression_attribute_values(Some(HashMap::from(Watches::of_reports(
                    org_unit, project,
                ))))
                .filter_expression("attribute_exists(#since) AND attribute_not_exists(#until)")
                .expression_attribute_names("#since", SINCE)
                .expression_attribute_names("#until", UNTIL)
                .projection_expression("pk,sk");
            let page = Box::pin(query.set_exclusive_start_key(next).send()).await?;
            for item in page.items.unwrap_or_default() {
                watchers.push(Key::of_item(&item)?.watcher().ok_or(CORRUPT)?);
            }
            next = page.last_evaluated_key;
            if next.is_none() {
                return Ok(watchers);
            }
        }
    }

    /// Someone left a project, and watches its reports no more: one `GetItem`, and if they did, a
    /// `TransactWriteItems` that counts.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub(in crate::store) async fn end_report_watch(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
        user: &UserId,
        left_at: Timestamp,
    ) -> Result<(), StoreError> {
        let watched = Watched::Reports(project);
        let mut row = WatchRow::read(&self.read_item(watched.key(org_unit, user)).await?)?;
        for round in 1..MOST_ROUNDS {
            let Some(ended) = row.watch.end(left_at) else { return Ok(()) };
            match self.write_watch(org_unit, user, watched, &row, &ended, None).await? {
                Written::Done => return Ok(()),
                Written::Outdated(now) => row = now,
                Written::Full | Written::Moved | Written::Contended => pause(round).await,
            }
        }
        Err(StoreError::Conflict)
    }
}

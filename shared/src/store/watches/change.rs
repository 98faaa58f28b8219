//! Changing a watch, if it is still as it was read.

use std::time::Duration;

use super::{WatchRow, Watched};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::watch::{MOST_REPORT_WATCHERS, Watch};
use crate::store::expression::{Expression, Updated};
use crate::store::keys::Key;
use crate::store::transaction::Part;
use crate::store::{Store, StoreError};

/// How often a change is tried that others got in the way of: 50 at once leave each the time to be
/// the last one.
pub(super) const MOST_ROUNDS: u32 = 150;

/// The longest pause before another try, in milliseconds.
const LONGEST_PAUSE: u64 = 100;

/// The attribute that counts who watches a project's reports.
pub(super) const COUNT: &str = "watchers";

/// What came of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// It is written.
    Done,
    /// The watch is another one by now: this.
    Outdated(WatchRow),
    /// As many watch the project's reports as may.
    Full,
    /// What it was on condition of is not so any more.
    Moved,
    /// Someone else held it at that moment.
    Contended,
}

/// A pause that those who met do not take alike.
pub(super) async fn pause(round: u32) {
    let longest = LONGEST_PAUSE.min(u64::from(round).saturating_mul(10));
    tokio::time::sleep(Duration::from_millis(longest).mul_f64(fastrand::f64())).await;
}

impl Store {
    /// Writes a watch in the place of the one that was read, if that is still there: one `UpdateItem`,
    /// or where it changes how many watch a project's reports, a `TransactWriteItems` that counts, and
    /// that alone is held to the condition of one more item.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; it may then be written or not, and the same again is refused if it was.
    pub(super) async fn write_watch(
        &self,
        org_unit: &OrgUnitId,
        user: &UserId,
        watched: Watched<'_>,
        row: &WatchRow,
        next: &Watch,
        condition: Option<(Key, Expression)>,
    ) -> Result<Written, StoreError> {
        let (key, change) = watch_change(org_unit, user, watched, row, next);
        let Some((count, counted)) = count_change(org_unit, watched, row, next) else {
            return match self.update_or_tell(key, change).await {
                Ok(Updated::Done) => Ok(Written::Done),
                Ok(Updated::Refused(item)) => WatchRow::read(&item).map(Written::Outdated),
                Err(StoreError::Conflict) => Ok(Written::Contended),
                Err(error) => Err(error),
            };
        };
        let mut parts =
            vec![self.part_of_transaction(key, change)?, self.part_of_transaction(count, counted)?];
        if let Some((key, holds)) = condition {
            parts.push(self.condition_of_transaction(key, holds)?);
        }
        let parts = match self.transact_or_tell(parts).await {
            Ok(None) => return Ok(Written::Done),
            Ok(Some(parts)) => parts,
            Err(StoreError::Conflict) => return Ok(Written::Contended),
            Err(error) => return Err(error),
        };
        let is_outdated = |place| matches!(parts.get(place), Some(Part::Outdated(_)));
        match parts.first() {
            Some(Part::Outdated(item)) => WatchRow::read(item).map(Written::Outdated),
            Some(Part::Holds | Part::Contended) | None if is_outdated(2) => Ok(Written::Moved),
            Some(Part::Holds) if is_outdated(1) => Ok(Written::Full),
            Some(Part::Holds | Part::Contended) | None => Ok(Written::Contended),
        }
    }
}

/// What writes a watch in the place of another one.
pub(super) fn watch_change(
    org_unit: &OrgUnitId,
    user: &UserId,
    watched: Watched<'_>,
    row: &WatchRow,
    next: &Watch,
) -> (Key, Expression) {
    let place = watched.place(org_unit, user).into_attributes();
    (watched.key(org_unit, user), row.replaced_by(next).set_all(place))
}

/// What that does to how many watch.
pub(super) fn count_change(
    org_unit: &OrgUnitId,
    watched: Watched<'_>,
    row: &WatchRow,
    next: &Watch,
) -> Option<(Key, Expression)> {
    let project = match watched {
        Watched::Issue(..) => return None,
        Watched::Reports(project) => project,
    };
    let count = Expression::default();
    let counted = match (row.watch.is_open(), next.is_open()) {
        (false, true) => count.add_up_to(COUNT, i64::from(MOST_REPORT_WATCHERS)),
        (true, false) => count.add(COUNT, -1),
        (true, true) | (false, false) => return None,
    };
    Some((Key::of_report_watch_count(org_unit, project), counted))
}

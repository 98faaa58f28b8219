//! Watches: of issues, and of projects' reports.
//!
//! A watch has a version, and every write is on condition that it is the one that was read. So no
//! attempt counts twice, whether its answer was lost or it arrives late.

mod attach;
mod change;
mod erasing;
mod flip;
mod reports;
mod row;
mod watchers;

use jiff::Timestamp;

pub use attach::Attachment;
pub use change::Written;
pub use flip::{Flipped, WatchError};
pub use row::WatchRow;
pub(super) use row::moment;
pub use watchers::WatchersPage;

use super::directory::{is_member, left_at};
use super::keys::{IndexKey, Key};
use super::repeats::{Record, Repeat};
use super::{Store, StoreError};
use crate::auth::Person;
use crate::domain::id::{IssueId, IssueKey, OrgUnitId, ProjectId, UserId};
use crate::domain::repeat::RepeatableRequest;

/// What may be watched.
#[derive(Debug, Clone, Copy)]
pub enum Watched<'a> {
    /// An issue of a project.
    Issue(&'a ProjectId, &'a IssueKey),
    /// A project's reports.
    Reports(&'a ProjectId),
}

impl<'a> Watched<'a> {
    /// The project that it is of.
    #[must_use]
    pub fn project(self) -> &'a ProjectId {
        match self {
            Self::Issue(project, _) | Self::Reports(project) => project,
        }
    }

    /// The key of someone's watch of it.
    pub(super) fn key(self, org_unit: &OrgUnitId, user: &UserId) -> Key {
        match self {
            Self::Issue(project, issue) => Key::of_issue_watch(org_unit, project, issue, user),
            Self::Reports(project) => Key::of_report_watch(org_unit, project, user),
        }
    }

    fn place(self, org_unit: &OrgUnitId, user: &UserId) -> IndexKey {
        match self {
            Self::Issue(project, issue) => IndexKey::of_issue_watch(org_unit, project, issue, user),
            Self::Reports(project) => IndexKey::of_report_watch(org_unit, project, user),
        }
    }
}

/// A person's watch, with what tells whether they may see what it is of.
#[derive(Debug, Clone, Default)]
pub struct SeenWatch {
    /// Whether there is such a project.
    pub has_project: bool,
    /// Whether they are in it.
    pub is_member: bool,
    /// When they left it, if they ever did.
    pub left_at: Option<Timestamp>,
    /// Whether there is such an issue; there are always reports.
    pub has_issue: bool,
    /// The watch.
    pub row: WatchRow,
    record: Option<Record>,
}

impl SeenWatch {
    /// Whether the person watches.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        self.row.watch.is_watching(self.left_at)
    }
}

impl Store {
    /// The key of the issue that has that id: one `GetItem`.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn issue_key(
        &self,
        org_unit: &OrgUnitId,
        project: &ProjectId,
        issue: &IssueId,
    ) -> Result<Option<IssueKey>, StoreError> {
        const CORRUPT: StoreError = StoreError::Corrupt { leaf: "issue" };
        let item = self.read_item(Key::of_issue_id(org_unit, project, issue)).await?;
        let Some(key) = item.get("key") else { return Ok(None) };
        let key = key.as_s().map_err(|_no_text| CORRUPT)?;
        key.parse().map(Some).map_err(|_no_key| CORRUPT)
    }

    /// A person's watch, and what tells whether they may see what it is of: one `BatchGetItem`.
    /// Without an issue, it is only about the project.
    ///
    /// # Errors
    ///
    /// [`StoreError`], if it cannot be read.
    pub async fn seen_watch(
        &self,
        person: &Person,
        project: &ProjectId,
        watched: Option<Watched<'_>>,
        request: Option<&RepeatableRequest>,
        now: Timestamp,
    ) -> Result<SeenWatch, StoreError> {
        let (org_unit, user) = (person.org_unit(), person.user());
        let of_project = Key::of_project(org_unit, project);
        let of_member = Key::of_project_member(org_unit, project, user);
        let of_issue = match watched {
            Some(Watched::Issue(project, issue)) => Some(Key::of_issue(org_unit, project, issue)),
            Some(Watched::Reports(_)) | None => None,
        };
        let of_watch = watched.map(|watched| watched.key(org_unit, user));
        let of_record = request.map(|it| Key::of_repeat(person, &Repeat::from(it).digest));
        let others = [&of_issue, &of_watch, &of_record].into_iter().flatten().cloned();
        let keys = [of_project.clone(), of_member.clone()].into_iter().chain(others);
        let mut found = self.batch_get(keys).await?;
        let membership = found.remove(&of_member).unwrap_or_default();
        let mut item = |key: Option<Key>| key.and_then(|key| found.remove(&key));
        Ok(SeenWatch {
            has_issue: match watched {
                Some(Watched::Issue(..)) => item(of_issue).is_some(),
                Some(Watched::Reports(_)) => true,
                None => false,
            },
            row: WatchRow::read(&item(of_watch).unwrap_or_default())?,
            record: Record::read(&item(of_record).unwrap_or_default(), now)?,
            has_project: found.contains_key(&of_project),
            is_member: is_member(&membership),
            left_at: left_at(&membership)?,
        })
    }
}

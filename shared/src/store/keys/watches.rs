//! The keys of watches: of one person's, of all of a project's reports, and of how many there are.

use aws_sdk_dynamodb::types::AttributeValue;

use super::{IndexKey, Key, of_issue, of_project, of_user};
use crate::auth::Person;
use crate::domain::id::{IssueKey, OrgUnitId, ProjectId, UserId};
use crate::store::RepeatDigest;

/// What the sort key of a watch begins with.
const WATCHER: &str = "WATCHER#";

impl Key {
    /// A person's watch of an issue.
    pub(in crate::store) fn of_issue_watch(
        org_unit: &OrgUnitId,
        project: &ProjectId,
        issue: &IssueKey,
        user: &UserId,
    ) -> Self {
        let sk = format!("{WATCHER}{}", user.as_str());
        Self { pk: of_issue(org_unit, project, issue), sk }
    }

    /// A person's watch of a project's reports.
    pub(in crate::store) fn of_report_watch(
        org_unit: &OrgUnitId,
        project: &ProjectId,
        user: &UserId,
    ) -> Self {
        Self { pk: of_project(org_unit, project), sk: format!("{WATCHER}{}", user.as_str()) }
    }

    /// How many watch a project's reports.
    pub(in crate::store) fn of_report_watch_count(
        org_unit: &OrgUnitId,
        project: &ProjectId,
    ) -> Self {
        Self { pk: of_project(org_unit, project), sk: "WATCHERS".to_owned() }
    }

    /// What a person was answered, for when they ask again.
    pub(in crate::store) fn of_repeat(person: &Person, repeat: &RepeatDigest) -> Self {
        let pk = of_user(person.org_unit(), person.user());
        Self { pk, sk: format!("IDEMPOTENCY#{repeat}") }
    }

    /// Whose watch it is the key of, if it is one's.
    pub(in crate::store) fn watcher(&self) -> Option<UserId> {
        self.sk.strip_prefix(WATCHER)?.parse().ok()
    }
}

/// Everyone's watch of an issue, or of a project's reports.
pub(in crate::store) struct Watches;

impl Watches {
    /// The condition that finds them.
    pub(in crate::store) const CONDITION: &str = "pk=:pk AND begins_with(sk,:watcher)";

    /// Its values, for an issue.
    pub(in crate::store) fn of_issue(
        org_unit: &OrgUnitId,
        project: &ProjectId,
        issue: &IssueKey,
    ) -> [(String, AttributeValue); 2] {
        Self::values(of_issue(org_unit, project, issue))
    }

    /// Its values, for a project's reports.
    pub(in crate::store) fn of_reports(
        org_unit: &OrgUnitId,
        project: &ProjectId,
    ) -> [(String, AttributeValue); 2] {
        Self::values(of_project(org_unit, project))
    }

    fn values(pk: String) -> [(String, AttributeValue); 2] {
        let pk = AttributeValue::S(pk);
        let watcher = AttributeValue::S(WATCHER.to_owned());
        [(":pk".to_owned(), pk), (":watcher".to_owned(), watcher)]
    }
}

impl IndexKey {
    /// Among what is about a person: their watch of an issue.
    pub(in crate::store) fn of_issue_watch(
        org_unit: &OrgUnitId,
        project: &ProjectId,
        issue: &IssueKey,
        user: &UserId,
    ) -> Self {
        let sk = format!("WATCH#{}#ISSUE#{}", project.as_str(), issue.unpadded());
        Self { pk: of_user(org_unit, user), sk }
    }

    /// Among what is about a person: their watch of a project's reports.
    pub(in crate::store) fn of_report_watch(
        org_unit: &OrgUnitId,
        project: &ProjectId,
        user: &UserId,
    ) -> Self {
        Self { pk: of_user(org_unit, user), sk: format!("WATCH#{}#REPORTS", project.as_str()) }
    }
}

//! What an event says of the directory, and whom it attaches to what.

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::app::App;
use crate::domain::event::{
    Event, IssueAssignment, IssueCommented, IssueCreated, IssueMoved, Occurrence, ProjectCreated,
    ProjectMembership, ReportCreated, TeamMembership,
};
use crate::domain::id::{OrgMemberId, OrgUnitId, ProjectId, UserId};
use crate::store::{Attachment, StoreError};

/// What two events have to be about for their order to count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Entry {
    /// Someone's being in a project.
    Membership(ProjectId, UserId),
    /// A member of the org unit.
    Member(OrgMemberId),
}

/// The entry that an event is about whose end leaves a mark: what is recorded late ends at another
/// moment.
pub(super) fn entry_of(event: &Event) -> Option<Entry> {
    match &event.occurrence {
        Occurrence::ProjectCreated(ProjectCreated { project, owner: member, .. })
        | Occurrence::ProjectMemberAdded(ProjectMembership { project, member, .. })
        | Occurrence::ProjectMemberRemoved(ProjectMembership { project, member, .. }) => {
            Some(Entry::Membership(project.id.clone(), member.clone()))
        }
        Occurrence::MemberUpserted(member) => Some(Entry::Member(member.org_member_id.clone())),
        Occurrence::MemberRemoved(member) => Some(Entry::Member(member.org_member_id.clone())),
        Occurrence::Lead(..)
        | Occurrence::MessageSent(_)
        | Occurrence::AccountNotice(_)
        | Occurrence::IssueCreated(_)
        | Occurrence::IssueAssigned(_)
        | Occurrence::IssueUnassigned(_)
        | Occurrence::IssueCommented(_)
        | Occurrence::IssueLaneChanged(_)
        | Occurrence::TeamMemberAdded(_)
        | Occurrence::ReportCreated(_) => None,
    }
}

/// Records what an event says of members, projects, teams and issues: in any order, any number of
/// times, with the same result.
pub(super) async fn record(
    app: &App,
    org_unit: &OrgUnitId,
    event: &Event,
    accepted_at: Timestamp,
) -> Result<(), StoreError> {
    let (store, stamp) = (&app.store, &event.stamp());
    match &event.occurrence {
        Occurrence::Lead(..) | Occurrence::MessageSent(_) | Occurrence::AccountNotice(_) => {}
        Occurrence::IssueCreated(IssueCreated { project, issue, .. })
        | Occurrence::IssueAssigned(IssueAssignment { project, issue, .. })
        | Occurrence::IssueUnassigned(IssueAssignment { project, issue, .. })
        | Occurrence::IssueCommented(IssueCommented { project, issue, .. })
        | Occurrence::IssueLaneChanged(IssueMoved { project, issue, .. }) => {
            try_join(
                store.name_project(org_unit, project, stamp),
                store.name_issue(org_unit, &project.id, issue, stamp),
            )
            .await?;
        }
        Occurrence::ProjectCreated(ProjectCreated { project, owner, .. }) => {
            try_join(
                store.name_project(org_unit, project, stamp),
                store.join_project(org_unit, &project.id, owner, stamp),
            )
            .await?;
        }
        Occurrence::ProjectMemberAdded(ProjectMembership { project, member, .. }) => {
            try_join(
                store.name_project(org_unit, project, stamp),
                store.join_project(org_unit, &project.id, member, stamp),
            )
            .await?;
        }
        Occurrence::ProjectMemberRemoved(ProjectMembership { project, member, .. }) => {
            let now = app.now();
            try_join(
                store.name_project(org_unit, project, stamp),
                store.leave_project(org_unit, &project.id, member, stamp, accepted_at, now),
            )
            .await?;
        }
        Occurrence::TeamMemberAdded(TeamMembership { team, member, .. }) => {
            try_join(
                store.name_team(org_unit, team, stamp),
                store.add_team_member(org_unit, &team.id, member, stamp),
            )
            .await?;
        }
        Occurrence::ReportCreated(ReportCreated { project, .. }) => {
            store.name_project(org_unit, project, stamp).await?;
        }
        Occurrence::MemberUpserted(member) => {
            store.upsert_member(org_unit, member, stamp).await?;
        }
        Occurrence::MemberRemoved(member) => {
            store.remove_member(org_unit, member, stamp).await?;
        }
    }
    Ok(())
}

/// Attaches whom an event attaches, from when it was accepted.
pub(super) async fn attach(
    app: &App,
    org_unit: &OrgUnitId,
    event: &Event,
    accepted_at: Timestamp,
) -> Result<(), StoreError> {
    match Attachment::of(event) {
        Some(attachment) => app.store.attach(org_unit, attachment, accepted_at).await,
        None => Ok(()),
    }
}

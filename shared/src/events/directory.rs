//! What an event says of the directory.

use futures_util::future::try_join;
use jiff::Timestamp;

use crate::domain::event::{
    Event, IssueAssignment, IssueCommented, IssueCreated, IssueMoved, Occurrence, ProjectCreated,
    ProjectMembership, ReportCreated, TeamMembership,
};
use crate::domain::id::OrgUnitId;
use crate::store::{Membership, Store, StoreError};

/// Records what an event says of members, projects, teams and issues: in any order, any number of
/// times, with the same result.
pub(super) async fn record(
    store: &Store,
    org_unit: &OrgUnitId,
    event: &Event,
    accepted_at: Timestamp,
) -> Result<(), StoreError> {
    let stamp = &event.stamp();
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
            let is_member = Membership::Member;
            try_join(
                store.name_project(org_unit, project, stamp),
                store.set_project_member(
                    org_unit,
                    &project.id,
                    owner,
                    is_member,
                    stamp,
                    accepted_at,
                ),
            )
            .await?;
        }
        Occurrence::ProjectMemberAdded(ProjectMembership { project, member, .. }) => {
            let is_member = Membership::Member;
            try_join(
                store.name_project(org_unit, project, stamp),
                store.set_project_member(
                    org_unit,
                    &project.id,
                    member,
                    is_member,
                    stamp,
                    accepted_at,
                ),
            )
            .await?;
        }
        Occurrence::ProjectMemberRemoved(ProjectMembership { project, member, .. }) => {
            let has_left = Membership::Left;
            try_join(
                store.name_project(org_unit, project, stamp),
                store.set_project_member(
                    org_unit,
                    &project.id,
                    member,
                    has_left,
                    stamp,
                    accepted_at,
                ),
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

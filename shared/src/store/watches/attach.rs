//! Attaching people to what they had to do with.

use jiff::Timestamp;

use super::change::{MOST_ROUNDS, pause};
use super::{WatchRow, Watched, Written};
use crate::domain::activity::ActivityToggle;
use crate::domain::event::{
    Event, IssueAssignment, IssueCommented, IssueCreated, IssueMoved, Occurrence, ProjectCreated,
    ReportCreated, Stamp,
};
use crate::domain::id::{OrgUnitId, UserId};
use crate::store::directory::{has_left_since, if_still_left_at, is_member, left_at};
use crate::store::expression::Expression;
use crate::store::keys::Key;
use crate::store::leaves::{Leaves, activity};
use crate::store::{Store, StoreError};

/// How often it is looked anew whether someone left, where that changes meanwhile.
const MOST_LOOKS: usize = 4;

/// What came of attaching someone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Attached {
    /// They watch, or not for a reason.
    Known,
    /// They left meanwhile, or came back.
    Moved,
}

/// Whom an event attaches to what, unless they declined.
#[derive(Debug, Clone)]
pub struct Attachment<'a> {
    /// Whom.
    pub user: &'a UserId,
    /// To what.
    pub watched: Watched<'a>,
    /// What they decline with; the owner of a project cannot.
    pub toggle: Option<ActivityToggle>,
    /// When that was, among what is said of the directory.
    pub stamp: Stamp,
}

impl<'a> Attachment<'a> {
    /// Whom that event attaches, if it attaches anyone.
    #[must_use]
    pub fn of(event: &'a Event) -> Option<Self> {
        Self::stated_by(event).filter(|attachment| !attachment.user.is_nobody())
    }

    fn stated_by(event: &'a Event) -> Option<Self> {
        let stamp = event.stamp();
        match &event.occurrence {
            Occurrence::IssueCreated(IssueCreated { project, issue, actor }) => Some(Self {
                user: actor,
                watched: Watched::Issue(&project.id, &issue.key),
                toggle: Some(ActivityToggle::AutoWatchOnCreate),
                stamp,
            }),
            Occurrence::IssueAssigned(IssueAssignment { project, issue, assignee, .. }) => {
                Some(Self {
                    user: assignee,
                    watched: Watched::Issue(&project.id, &issue.key),
                    toggle: Some(ActivityToggle::AutoWatchOnAssigned),
                    stamp,
                })
            }
            Occurrence::IssueCommented(IssueCommented { project, issue, actor, .. }) => {
                Some(Self {
                    user: actor,
                    watched: Watched::Issue(&project.id, &issue.key),
                    toggle: Some(ActivityToggle::AutoWatchOnCommented),
                    stamp,
                })
            }
            Occurrence::ProjectCreated(ProjectCreated { project, owner, .. }) => Some(Self {
                user: owner,
                watched: Watched::Reports(&project.id),
                toggle: None,
                stamp,
            }),
            Occurrence::Lead(..)
            | Occurrence::MessageSent(_)
            | Occurrence::AccountNotice(_)
            | Occurrence::IssueUnassigned(_)
            | Occurrence::IssueLaneChanged(_)
            | Occurrence::ProjectMemberAdded(_)
            | Occurrence::ProjectMemberRemoved(_)
            | Occurrence::TeamMemberAdded(_)
            | Occurrence::ReportCreated(_)
            | Occurrence::MemberUpserted(_)
            | Occurrence::MemberRemoved(_) => None,
        }
    }
}

impl<'a> Watched<'a> {
    /// What one has to watch to hear of that event, if it is activity that people watch for.
    #[must_use]
    pub fn of(event: &'a Event) -> Option<Self> {
        match &event.occurrence {
            Occurrence::IssueCommented(IssueCommented { project, issue, .. })
            | Occurrence::IssueLaneChanged(IssueMoved { project, issue, .. }) => {
                Some(Self::Issue(&project.id, &issue.key))
            }
            Occurrence::ReportCreated(ReportCreated { project, .. }) => {
                Some(Self::Reports(&project.id))
            }
            Occurrence::Lead(..)
            | Occurrence::MessageSent(_)
            | Occurrence::AccountNotice(_)
            | Occurrence::IssueCreated(_)
            | Occurrence::IssueAssigned(_)
            | Occurrence::IssueUnassigned(_)
            | Occurrence::ProjectCreated(_)
            | Occurrence::ProjectMemberAdded(_)
            | Occurrence::ProjectMemberRemoved(_)
            | Occurrence::TeamMemberAdded(_)
            | Occurrence::MemberUpserted(_)
            | Occurrence::MemberRemoved(_) => None,
        }
    }
}

impl Store {
    /// Someone watches from when an event was accepted, because of that event, unless they declined or
    /// flipped the watch since: one `BatchGetItem`; where they do not watch yet one `UpdateItem`, of
    /// reports a `TransactWriteItems` that counts; one more each time that others got in between.
    /// Where as many watch the reports as may, they do not.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; doing it again is safe.
    pub async fn attach(
        &self,
        org_unit: &OrgUnitId,
        attachment: Attachment<'_>,
        accepted_at: Timestamp,
    ) -> Result<(), StoreError> {
        for _ in 0..MOST_LOOKS {
            if self.try_attach(org_unit, &attachment, accepted_at).await? == Attached::Known {
                return Ok(());
            }
        }
        Err(StoreError::Conflict)
    }

    async fn try_attach(
        &self,
        org_unit: &OrgUnitId,
        attachment: &Attachment<'_>,
        accepted_at: Timestamp,
    ) -> Result<Attached, StoreError> {
        let Attachment { user, watched, toggle, stamp } = attachment;
        let of_person = Key::of_user(org_unit, user);
        let of_member = Key::of_project_member(org_unit, watched.project(), user);
        let of_watch = watched.key(org_unit, user);
        let keys = [of_person.clone(), of_member.clone(), of_watch.clone()];
        let mut found = self.batch_get(keys).await?;
        if let Some(toggle) = toggle {
            let chosen: Option<bool> =
                Leaves::from(found.remove(&of_person)).take(activity(*toggle))?;
            if !chosen.unwrap_or(ActivityToggle::DEFAULT) {
                return Ok(Attached::Known);
            }
        }
        let membership = found.remove(&of_member).unwrap_or_default();
        let left_at = left_at(&membership)?;
        // Who watches reports is listed as it stands in the rows: who is not in the project has no place
        // there. Nor does what someone did before they left make them watch when they are back.
        let is_listed = matches!(watched, Watched::Reports(_));
        let is_over = left_at.is_some_and(|left_at| left_at >= accepted_at);
        let is_of_before = || has_left_since(&membership, stamp);
        if is_of_before()? || is_listed && (is_over || !is_member(&membership)) {
            return Ok(Attached::Known);
        }
        let unmoved = || (of_member.clone(), if_still_left_at(Expression::default(), left_at));
        let mut row = WatchRow::read(&found.remove(&of_watch).unwrap_or_default())?;
        for round in 1..MOST_ROUNDS {
            let Some(next) = row.watch.attach(accepted_at, left_at) else {
                return Ok(Attached::Known);
            };
            let condition = is_listed.then(unmoved);
            match self.write_watch(org_unit, user, *watched, &row, &next, condition).await? {
                Written::Done | Written::Full => return Ok(Attached::Known),
                Written::Moved => return Ok(Attached::Moved),
                Written::Outdated(now) => row = now,
                Written::Contended => pause(round).await,
            }
        }
        Err(StoreError::Conflict)
    }
}

//! What happened: the type of an event, and its data.

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};

use super::{
    AccountNotice, EventType, IssueAssignment, IssueCommented, IssueCreated, IssueMoved, LeadAlert,
    MemberRemoved, MemberUpserted, MessageSent, ProjectCreated, ProjectMembership, ReportCreated,
    TeamMembership,
};
use crate::domain::id::UserId;
use crate::domain::lead_alert::LeadEvent;

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Occurrence {
    /// Something happened to a lead.
    Lead(LeadEvent, LeadAlert),
    /// A message is for some people.
    MessageSent(MessageSent),
    /// Some people's account needs their attention.
    AccountNotice(AccountNotice),
    /// An issue was created.
    IssueCreated(IssueCreated),
    /// An issue was given to someone.
    IssueAssigned(IssueAssignment),
    /// An issue was taken from someone.
    IssueUnassigned(IssueAssignment),
    /// Someone wrote something about an issue.
    IssueCommented(IssueCommented),
    /// An issue went from one lane to another.
    IssueLaneChanged(IssueMoved),
    /// A project was created.
    ProjectCreated(ProjectCreated),
    /// Someone came into a project.
    ProjectMemberAdded(ProjectMembership),
    /// Someone left a project, or was taken out of it.
    ProjectMemberRemoved(ProjectMembership),
    /// Someone came into a team.
    TeamMemberAdded(TeamMembership),
    /// A report of a project was created.
    ReportCreated(ReportCreated),
    /// The directory has a new member of the org unit, or says something else of one.
    MemberUpserted(MemberUpserted),
    /// The directory has a member no longer.
    MemberRemoved(MemberRemoved),
}

impl Occurrence {
    /// Reads the data of an event of that type. Fields that nobody knows are passed over.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it.
    pub fn read<V: IntoValue, E: DeserializeError>(
        event_type: EventType,
        data: Value<V>,
        at: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        match event_type {
            EventType::Lead(event) => {
                LeadAlert::deserialize_from_value(data, at).map(|alert| Self::Lead(event, alert))
            }
            EventType::MessageSent => {
                Deserr::deserialize_from_value(data, at).map(Self::MessageSent)
            }
            EventType::AccountNotice => {
                Deserr::deserialize_from_value(data, at).map(Self::AccountNotice)
            }
            EventType::IssueCreated => {
                Deserr::deserialize_from_value(data, at).map(Self::IssueCreated)
            }
            EventType::IssueAssigned => {
                Deserr::deserialize_from_value(data, at).map(Self::IssueAssigned)
            }
            EventType::IssueUnassigned => {
                Deserr::deserialize_from_value(data, at).map(Self::IssueUnassigned)
            }
            EventType::IssueCommented => {
                Deserr::deserialize_from_value(data, at).map(Self::IssueCommented)
            }
            EventType::IssueLaneChanged => {
                Deserr::deserialize_from_value(data, at).map(Self::IssueLaneChanged)
            }
            EventType::ProjectCreated => {
                Deserr::deserialize_from_value(data, at).map(Self::ProjectCreated)
            }
            EventType::ProjectMemberAdded => {
                Deserr::deserialize_from_value(data, at).map(Self::ProjectMemberAdded)
            }
            EventType::ProjectMemberRemoved => {
                Deserr::deserialize_from_value(data, at).map(Self::ProjectMemberRemoved)
            }
            EventType::TeamMemberAdded => {
                Deserr::deserialize_from_value(data, at).map(Self::TeamMemberAdded)
            }
            EventType::ReportCreated => {
                Deserr::deserialize_from_value(data, at).map(Self::ReportCreated)
            }
            EventType::MemberUpserted => {
                Deserr::deserialize_from_value(data, at).map(Self::MemberUpserted)
            }
            EventType::MemberRemoved => {
                Deserr::deserialize_from_value(data, at).map(Self::MemberRemoved)
            }
        }
    }

    /// What kind of event it is.
    #[must_use]
    pub fn event_type(&self) -> EventType {
        match self {
            Self::Lead(event, _) => EventType::Lead(*event),
            Self::MessageSent(_) => EventType::MessageSent,
            Self::AccountNotice(_) => EventType::AccountNotice,
            Self::IssueCreated(_) => EventType::IssueCreated,
            Self::IssueAssigned(_) => EventType::IssueAssigned,
            Self::IssueUnassigned(_) => EventType::IssueUnassigned,
            Self::IssueCommented(_) => EventType::IssueCommented,
            Self::IssueLaneChanged(_) => EventType::IssueLaneChanged,
            Self::ProjectCreated(_) => EventType::ProjectCreated,
            Self::ProjectMemberAdded(_) => EventType::ProjectMemberAdded,
            Self::ProjectMemberRemoved(_) => EventType::ProjectMemberRemoved,
            Self::TeamMemberAdded(_) => EventType::TeamMemberAdded,
            Self::ReportCreated(_) => EventType::ReportCreated,
            Self::MemberUpserted(_) => EventType::MemberUpserted,
            Self::MemberRemoved(_) => EventType::MemberRemoved,
        }
    }

    /// Who did it, where someone did, the event says who, and they were not erased since.
    pub(super) fn actor(&self) -> Option<&UserId> {
        self.stated_actor().filter(|actor| !actor.is_nobody())
    }

    fn stated_actor(&self) -> Option<&UserId> {
        match self {
            Self::MessageSent(message) => message.actor.as_ref(),
            Self::IssueCreated(IssueCreated { actor, .. })
            | Self::IssueAssigned(IssueAssignment { actor, .. })
            | Self::IssueUnassigned(IssueAssignment { actor, .. })
            | Self::IssueCommented(IssueCommented { actor, .. })
            | Self::IssueLaneChanged(IssueMoved { actor, .. })
            | Self::ProjectCreated(ProjectCreated { actor, .. })
            | Self::ProjectMemberAdded(ProjectMembership { actor, .. })
            | Self::ProjectMemberRemoved(ProjectMembership { actor, .. })
            | Self::TeamMemberAdded(TeamMembership { actor, .. })
            | Self::ReportCreated(ReportCreated { actor, .. }) => Some(actor),
            Self::Lead(..)
            | Self::AccountNotice(_)
            | Self::MemberUpserted(_)
            | Self::MemberRemoved(_) => None,
        }
    }

    /// The message that it is, if it is one.
    pub(super) fn message(&self) -> Option<&MessageSent> {
        match self {
            Self::MessageSent(message) => Some(message),
            Self::Lead(..)
            | Self::AccountNotice(_)
            | Self::IssueCreated(_)
            | Self::IssueAssigned(_)
            | Self::IssueUnassigned(_)
            | Self::IssueCommented(_)
            | Self::IssueLaneChanged(_)
            | Self::ProjectCreated(_)
            | Self::ProjectMemberAdded(_)
            | Self::ProjectMemberRemoved(_)
            | Self::TeamMemberAdded(_)
            | Self::ReportCreated(_)
            | Self::MemberUpserted(_)
            | Self::MemberRemoved(_) => None,
        }
    }

    /// Everyone it names; some of them more than once.
    pub(super) fn named(&self) -> Vec<&UserId> {
        let others: Vec<&UserId> = match self {
            Self::Lead(_, alert) => alert.owner.iter().collect(),
            Self::MessageSent(message) => message.recipients.iter().collect(),
            Self::AccountNotice(notice) => notice.recipients.iter().collect(),
            Self::IssueAssigned(assignment) | Self::IssueUnassigned(assignment) => {
                vec![&assignment.assignee]
            }
            Self::IssueCommented(commented) => commented.mentions.iter().collect(),
            Self::ProjectCreated(created) => vec![&created.owner],
            Self::ProjectMemberAdded(membership) | Self::ProjectMemberRemoved(membership) => {
                vec![&membership.member]
            }
            Self::TeamMemberAdded(membership) => vec![&membership.member],
            Self::MemberUpserted(member) => vec![&member.user],
            Self::MemberRemoved(member) => vec![&member.user],
            Self::IssueCreated(_) | Self::IssueLaneChanged(_) | Self::ReportCreated(_) => {
                Vec::new()
            }
        };
        self.actor().into_iter().chain(others).collect()
    }
}

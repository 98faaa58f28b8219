//! The kinds of events there are.

use std::fmt;
use std::str::FromStr;

use deserr::{DeserializeError, Deserr, IntoValue, Value, ValuePointerRef};

use crate::domain::form::{read_name, stored_as_text};
use crate::domain::lead_alert::LeadEvent;
use crate::domain::permission::Permission;

/// What kind of event it is: its attribute `type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventType {
    /// Something happened to a lead.
    Lead(LeadEvent),
    /// A message is for some people.
    MessageSent,
    /// Some people's account needs their attention.
    AccountNotice,
    /// An issue was created.
    IssueCreated,
    /// An issue was given to someone.
    IssueAssigned,
    /// An issue was taken from someone.
    IssueUnassigned,
    /// Someone wrote something about an issue.
    IssueCommented,
    /// An issue went from one lane to another.
    IssueLaneChanged,
    /// A project was created.
    ProjectCreated,
    /// Someone came into a project.
    ProjectMemberAdded,
    /// Someone left a project, or was taken out of it.
    ProjectMemberRemoved,
    /// Someone came into a team.
    TeamMemberAdded,
    /// A report of a project was created.
    ReportCreated,
    /// The directory has a new member of the org unit, or says something else of one.
    MemberUpserted,
    /// The directory has a member no longer.
    MemberRemoved,
}

impl EventType {
    /// Every type there is.
    pub const ALL: [Self; 18] = [
        Self::Lead(LeadEvent::MilestoneEntered),
        Self::Lead(LeadEvent::MilestoneExited),
        Self::Lead(LeadEvent::SequenceCompleted),
        Self::Lead(LeadEvent::SurgeFired),
        Self::MessageSent,
        Self::AccountNotice,
        Self::IssueCreated,
        Self::IssueAssigned,
        Self::IssueUnassigned,
        Self::IssueCommented,
        Self::IssueLaneChanged,
        Self::ProjectCreated,
        Self::ProjectMemberAdded,
        Self::ProjectMemberRemoved,
        Self::TeamMemberAdded,
        Self::ReportCreated,
        Self::MemberUpserted,
        Self::MemberRemoved,
    ];

    /// The type's name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Lead(event) => event.name(),
            Self::MessageSent => "message.sent",
            Self::AccountNotice => "account.notice",
            Self::IssueCreated => "issue.created",
            Self::IssueAssigned => "issue.assigned",
            Self::IssueUnassigned => "issue.unassigned",
            Self::IssueCommented => "issue.commented",
            Self::IssueLaneChanged => "issue.lane_changed",
            Self::ProjectCreated => "project.created",
            Self::ProjectMemberAdded => "project.member_added",
            Self::ProjectMemberRemoved => "project.member_removed",
            Self::TeamMemberAdded => "team.member_added",
            Self::ReportCreated => "report.created",
            Self::MemberUpserted => "member.upserted",
            Self::MemberRemoved => "member.removed",
        }
    }

    /// Whether the directory is what the event is for. An issue's event, too, says something of it, in
    /// passing.
    #[must_use]
    pub const fn is_of_directory(self) -> bool {
        match self {
            Self::ProjectCreated
            | Self::ProjectMemberAdded
            | Self::ProjectMemberRemoved
            | Self::TeamMemberAdded
            | Self::MemberUpserted
            | Self::MemberRemoved => true,
            Self::Lead(_)
            | Self::MessageSent
            | Self::AccountNotice
            | Self::IssueCreated
            | Self::IssueAssigned
            | Self::IssueUnassigned
            | Self::IssueCommented
            | Self::IssueLaneChanged
            | Self::ReportCreated => false,
        }
    }

    /// What it takes to send an event: one of these.
    pub const PERMISSIONS: [Permission; 3] =
        [Permission::EventsWrite, Permission::DirectoryWrite, Permission::NoticesWrite];

    /// What it takes to send an event of this type.
    #[must_use]
    pub const fn permission(self) -> Permission {
        match self {
            Self::Lead(_)
            | Self::MessageSent
            | Self::IssueCreated
            | Self::IssueAssigned
            | Self::IssueUnassigned
            | Self::IssueCommented
            | Self::IssueLaneChanged
            | Self::ReportCreated => Permission::EventsWrite,
            Self::AccountNotice => Permission::NoticesWrite,
            Self::ProjectCreated
            | Self::ProjectMemberAdded
            | Self::ProjectMemberRemoved
            | Self::TeamMemberAdded
            | Self::MemberUpserted
            | Self::MemberRemoved => Permission::DirectoryWrite,
        }
    }
}

/// The name is not one of [`EventType::ALL`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a type of event")]
pub struct UnknownEventType;

impl FromStr for EventType {
    type Err = UnknownEventType;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|one| one.name() == name).ok_or(UnknownEventType)
    }
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

stored_as_text!(EventType, name);

impl<E: DeserializeError> Deserr<E> for EventType {
    fn deserialize_from_value<V: IntoValue>(
        value: Value<V>,
        location: ValuePointerRef<'_>,
    ) -> Result<Self, E> {
        read_name(Self::ALL, Self::name, value, location)
    }
}

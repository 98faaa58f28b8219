//! Whom an event is for, and as what it concerns them.

use crate::domain::channel_preference::Category;
use crate::domain::event::{
    Event, IssueAssignment, IssueCommented, IssueMoved, NoticeKind, Occurrence, ProjectMembership,
    ReportCreated, Stamp,
};
use crate::domain::id::{ProjectId, UserId};
use crate::domain::lead_alert::LeadEvent;

/// As what an event concerns someone who is in its audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concern<'a> {
    /// A lead of theirs.
    Lead(LeadEvent),
    /// Their account.
    Notice(NoticeKind),
    /// A message to them.
    Message(&'a Category),
    /// An issue was given to them, or taken from them.
    Assignment,
    /// A comment mentions them.
    Mention,
    /// A comment on an issue that they watch.
    Comment,
    /// An issue that they watch moved.
    LaneChange,
    /// They came into a project.
    ProjectMembership,
    /// They came into a team.
    TeamMembership,
    /// A report of a project whose reports they watch.
    Report,
}

/// How someone stands to what an event is about. What it does not ask for may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What the directory says of their being in the event's project, if it says anything.
    pub membership: Option<MembershipRecord>,
    /// Whether they watched the issue, or the project's reports, when the event was accepted.
    pub is_watching: bool,
}

/// What the directory says of someone's being in a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MembershipRecord {
    /// Whether they are.
    pub is_member: bool,
    /// The stamp of the event that said so.
    pub stamp: Stamp,
}

/// Why someone is not in an event's audience.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NotInAudience {
    /// The lead is not theirs.
    NotOwner,
    /// They do not watch, and are not mentioned.
    NotWatching,
    /// It is for others.
    NotRecipient,
    /// They are not in the project: no longer, or never were.
    NotMember,
}

impl NotInAudience {
    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotOwner => "not_owner",
            Self::NotWatching => "not_watching",
            Self::NotRecipient => "not_recipient",
            Self::NotMember => "not_member",
        }
    }
}

impl<'a> Concern<'a> {
    /// As what the event concerns that person.
    ///
    /// # Errors
    ///
    /// Why they are not in its audience; of events that notify nobody, that it is for others.
    pub fn of(event: &'a Event, user: &UserId, standing: &Standing) -> Result<Self, NotInAudience> {
        let is = |someone: &UserId, concern| {
            if someone == user { Ok(concern) } else { Err(NotInAudience::NotRecipient) }
        };
        let if_watching = |concern| {
            if standing.is_watching { Ok(concern) } else { Err(NotInAudience::NotWatching) }
        };
        let concern = match &event.occurrence {
            Occurrence::Lead(lead_event, alert) if alert.owner.as_ref() == Some(user) => {
                Ok(Self::Lead(*lead_event))
            }
            Occurrence::Lead(..) => Err(NotInAudience::NotOwner),
            Occurrence::MessageSent(message) if message.recipients.contains(user) => {
                Ok(Self::Message(&message.category))
            }
            Occurrence::AccountNotice(notice) if notice.recipients.contains(user) => {
                Ok(Self::Notice(notice.toggle))
            }
            Occurrence::IssueAssigned(assignment) | Occurrence::IssueUnassigned(assignment) => {
                is(&assignment.assignee, Self::Assignment)
            }
            // One who watches and is mentioned is told of the mention alone.
            Occurrence::IssueCommented(commented) if commented.mentions.contains(user) => {
                Ok(Self::Mention)
            }
            Occurrence::IssueCommented(_) => if_watching(Self::Comment),
            Occurrence::IssueLaneChanged(_) => if_watching(Self::LaneChange),
            Occurrence::ReportCreated(_) => if_watching(Self::Report),
            Occurrence::ProjectMemberAdded(added) => is(&added.member, Self::ProjectMembership),
            Occurrence::TeamMemberAdded(added) => is(&added.member, Self::TeamMembership),
            Occurrence::MessageSent(_)
            | Occurrence::AccountNotice(_)
            | Occurrence::IssueCreated(_)
            | Occurrence::ProjectCreated(_)
            | Occurrence::ProjectMemberRemoved(_)
            | Occurrence::MemberUpserted(_)
            | Occurrence::MemberRemoved(_) => Err(NotInAudience::NotRecipient),
        }?;
        if project_of(event).is_some() && !is_member(event, user, standing) {
            return Err(NotInAudience::NotMember);
        }
        Ok(concern)
    }
}

/// Whom an event is for by name; who else hears of it watches.
#[must_use]
pub fn named_recipients(event: &Event) -> Vec<&UserId> {
    match &event.occurrence {
        Occurrence::Lead(_, alert) => alert.owner.iter().collect(),
        Occurrence::MessageSent(message) => message.recipients.iter().collect(),
        Occurrence::AccountNotice(notice) => notice.recipients.iter().collect(),
        Occurrence::IssueAssigned(assignment) | Occurrence::IssueUnassigned(assignment) => {
            vec![&assignment.assignee]
        }
        Occurrence::IssueCommented(commented) => commented.mentions.iter().collect(),
        Occurrence::ProjectMemberAdded(added) => vec![&added.member],
        Occurrence::TeamMemberAdded(added) => vec![&added.member],
        Occurrence::IssueCreated(_)
        | Occurrence::IssueLaneChanged(_)
        | Occurrence::ProjectCreated(_)
        | Occurrence::ProjectMemberRemoved(_)
        | Occurrence::ReportCreated(_)
        | Occurrence::MemberUpserted(_)
        | Occurrence::MemberRemoved(_) => Vec::new(),
    }
}

/// The project that someone has to be in to be told of the event, if there is one.
#[must_use]
pub fn project_of(event: &Event) -> Option<&ProjectId> {
    match &event.occurrence {
        Occurrence::IssueAssigned(IssueAssignment { project, .. })
        | Occurrence::IssueUnassigned(IssueAssignment { project, .. })
        | Occurrence::IssueCommented(IssueCommented { project, .. })
        | Occurrence::IssueLaneChanged(IssueMoved { project, .. })
        | Occurrence::ProjectMemberAdded(ProjectMembership { project, .. })
        | Occurrence::ReportCreated(ReportCreated { project, .. }) => Some(&project.id),
        Occurrence::Lead(..)
        | Occurrence::MessageSent(_)
        | Occurrence::AccountNotice(_)
        | Occurrence::IssueCreated(_)
        | Occurrence::ProjectCreated(_)
        | Occurrence::ProjectMemberRemoved(_)
        | Occurrence::TeamMemberAdded(_)
        | Occurrence::MemberUpserted(_)
        | Occurrence::MemberRemoved(_) => None,
    }
}

/// Whether they are in the event's project, by the directory and the event itself: who is added is
/// in it, unless something newer is known.
fn is_member(event: &Event, user: &UserId, Standing { membership, .. }: &Standing) -> bool {
    let is_known = membership.as_ref().is_some_and(|known| known.is_member);
    let is_newest = || membership.as_ref().is_none_or(|known| known.stamp <= event.stamp());
    let is_added = matches!(
        &event.occurrence,
        Occurrence::ProjectMemberAdded(added) if added.member == *user
    );
    is_known || (is_added && is_newest())
}

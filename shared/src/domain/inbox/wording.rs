//! What is said in an inbox.

mod anonymous;

use super::{Actor, NewNotification, Notifiable, NotificationType};
use crate::domain::decision::Concern;
use crate::domain::event::{Event, IssueRef, MessageSent, Occurrence, ProjectRef, TeamRef};
use crate::domain::id::UserId;

pub use anonymous::without_actor;

/// Who did something that nobody of the directory did.
const UNKNOWN_ACTOR: &str = "Someone";

/// Whose name stands in what is said of an event.
#[must_use]
pub fn named_actor(event: &Event) -> Option<&UserId> {
    match &event.occurrence {
        // A message speaks for itself.
        Occurrence::MessageSent(_) => None,
        Occurrence::Lead(..)
        | Occurrence::AccountNotice(_)
        | Occurrence::IssueCreated(_)
        | Occurrence::IssueAssigned(_)
        | Occurrence::IssueUnassigned(_)
        | Occurrence::IssueCommented(_)
        | Occurrence::IssueLaneChanged(_)
        | Occurrence::ProjectCreated(_)
        | Occurrence::ProjectMemberAdded(_)
        | Occurrence::ProjectMemberRemoved(_)
        | Occurrence::TeamMemberAdded(_)
        | Occurrence::ReportCreated(_)
        | Occurrence::MemberUpserted(_)
        | Occurrence::MemberRemoved(_) => event.actor(),
    }
}

impl NewNotification {
    /// What someone is told of an event that concerns them like this, if it is for inboxes at all.
    /// Whoever did it is called by their name, if the directory has one.
    #[must_use]
    pub fn about(event: &Event, concern: Concern<'_>, actor: Option<&Actor>) -> Option<Self> {
        let notification_type = NotificationType::of(concern)?;
        let actor = actor.and_then(Actor::name).unwrap_or_else(|| UNKNOWN_ACTOR.to_owned());
        let (message, notifiable) = match &event.occurrence {
            Occurrence::IssueAssigned(assignment) => {
                let (project, issue) = (&assignment.project, &assignment.issue);
                let message = format!("{actor} assigned \"{}\" to you", issue.title.as_str());
                (message, of_issue(project, issue))
            }
            Occurrence::IssueUnassigned(assignment) => {
                let (project, issue) = (&assignment.project, &assignment.issue);
                let message = format!("{actor} unassigned you from \"{}\"", issue.title.as_str());
                (message, of_issue(project, issue))
            }
            Occurrence::IssueCommented(commented) => {
                let (project, issue) = (&commented.project, &commented.issue);
                let did = match concern {
                    Concern::Mention => "mentioned you in",
                    Concern::Comment
                    | Concern::Lead(_)
                    | Concern::Notice(_)
                    | Concern::Message(_)
                    | Concern::Assignment
                    | Concern::LaneChange
                    | Concern::ProjectMembership
                    | Concern::TeamMembership
                    | Concern::Report => "commented on",
                };
                let message = format!("{actor} {did} \"{}\"", issue.title.as_str());
                (message, of_issue(project, issue))
            }
            Occurrence::IssueLaneChanged(moved) => {
                let (project, issue) = (&moved.project, &moved.issue);
                let (title, lane) = (issue.title.as_str(), moved.lane.to.as_str());
                (format!("{actor} moved \"{title}\" to {lane}"), of_issue(project, issue))
            }
            Occurrence::ProjectMemberAdded(added) => {
                let project = &added.project;
                let message = format!("{actor} added you to project \"{}\"", project.name.as_str());
                (message, of_project(project))
            }
            Occurrence::TeamMemberAdded(added) => {
                let TeamRef { id, name } = added.team.clone();
                let message = format!("{actor} added you to team \"{}\"", name.as_str());
                (message, Notifiable::Team { id, name })
            }
            Occurrence::ReportCreated(created) => {
                let project = &created.project;
                let (title, name) = (created.report.title.as_str(), project.name.as_str());
                let message = format!("{actor} created report \"{title}\" in project \"{name}\"");
                (message, of_project(project))
            }
            Occurrence::MessageSent(message) => {
                let MessageSent { category, title, body, conversation, .. } = message.clone();
                let notifiable = Notifiable::Message { category, body, conversation };
                (title.as_str().to_owned(), notifiable)
            }
            Occurrence::Lead(..)
            | Occurrence::AccountNotice(_)
            | Occurrence::IssueCreated(_)
            | Occurrence::ProjectCreated(_)
            | Occurrence::ProjectMemberRemoved(_)
            | Occurrence::MemberUpserted(_)
            | Occurrence::MemberRemoved(_) => return None,
        };
        Some(Self { notification_type, message, actor: event.actor().cloned(), notifiable })
    }
}

impl NotificationType {
    /// What someone is notified of whom an event concerns like this; nothing, if no inbox is.
    fn of(concern: Concern<'_>) -> Option<Self> {
        match concern {
            Concern::Assignment => Some(Self::Assignment),
            Concern::Comment => Some(Self::Comment),
            Concern::LaneChange => Some(Self::LaneChange),
            Concern::Mention => Some(Self::Mention),
            Concern::ProjectMembership => Some(Self::ProjectMembership),
            Concern::TeamMembership => Some(Self::TeamMembership),
            Concern::Report => Some(Self::ReportCreated),
            Concern::Message(_) => Some(Self::Message),
            Concern::Lead(_) | Concern::Notice(_) => None,
        }
    }
}

fn of_issue(project: &ProjectRef, issue: &IssueRef) -> Notifiable {
    let IssueRef { id, key, title } = issue.clone();
    Notifiable::Issue { id, key, title, project: project.id.clone() }
}

fn of_project(project: &ProjectRef) -> Notifiable {
    let ProjectRef { id, name } = project.clone();
    Notifiable::Project { id, name }
}

#[cfg(test)]
mod tests;

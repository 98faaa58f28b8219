//! What is said in an inbox.

use super::{NewNotification, Notifiable, NotificationType};
use crate::domain::decision::Concern;
use crate::domain::event::{Event, IssueRef, MessageSent, Occurrence, ProjectRef, TeamRef};
use crate::domain::id::UserId;

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
    /// Whoever did it is called by that name, if the directory has one.
    #[must_use]
    pub fn about(event: &Event, concern: Concern<'_>, actor_name: Option<&str>) -> Option<Self> {
        let actor = actor_name.unwrap_or(UNKNOWN_ACTOR);
        let (notification_type, message, notifiable) = match &event.occurrence {
            Occurrence::IssueAssigned(assignment) => {
                let (project, issue) = (&assignment.project, &assignment.issue);
                let message = format!("{actor} assigned \"{}\" to you", issue.title.as_str());
                (NotificationType::Assignment, message, of_issue(project, issue))
            }
            Occurrence::IssueUnassigned(assignment) => {
                let (project, issue) = (&assignment.project, &assignment.issue);
                let message = format!("{actor} unassigned you from \"{}\"", issue.title.as_str());
                (NotificationType::Assignment, message, of_issue(project, issue))
            }
            Occurrence::IssueCommented(commented) => {
                let (project, issue) = (&commented.project, &commented.issue);
                let title = issue.title.as_str();
                let (notification_type, message) = if concern == Concern::Mention {
                    let message = format!("{actor} mentioned you in \"{title}\"");
                    (NotificationType::Mention, message)
                } else {
                    (NotificationType::Comment, format!("{actor} commented on \"{title}\""))
                };
                (notification_type, message, of_issue(project, issue))
            }
            Occurrence::IssueLaneChanged(moved) => {
                let (project, issue) = (&moved.project, &moved.issue);
                let (title, lane) = (issue.title.as_str(), moved.lane.to.as_str());
                let message = format!("{actor} moved \"{title}\" to {lane}");
                (NotificationType::LaneChange, message, of_issue(project, issue))
            }
            Occurrence::ProjectMemberAdded(added) => {
                let project = &added.project;
                let message = format!("{actor} added you to project \"{}\"", project.name.as_str());
                (NotificationType::ProjectMembership, message, of_project(project))
            }
            Occurrence::TeamMemberAdded(added) => {
                let TeamRef { id, name } = added.team.clone();
                let message = format!("{actor} added you to team \"{}\"", name.as_str());
                (NotificationType::TeamMembership, message, Notifiable::Team { id, name })
            }
            Occurrence::ReportCreated(created) => {
                let project = &created.project;
                let (title, name) = (created.report.title.as_str(), project.name.as_str());
                let message = format!("{actor} created report \"{title}\" in project \"{name}\"");
                (NotificationType::ReportCreated, message, of_project(project))
            }
            Occurrence::MessageSent(message) => {
                let MessageSent { category, title, body, conversation, .. } = message.clone();
                let notifiable = Notifiable::Message { category, body, conversation };
                (NotificationType::Message, title.as_str().to_owned(), notifiable)
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

//! What an email says.

use crate::domain::decision::Concern;
use crate::domain::event::{Event, IssueRef, NoticeKind, Occurrence, ProjectRef};
use crate::domain::inbox::{Actor, NewNotification};
use crate::domain::text::legible;

/// What an email says, in texts that hold no control character but tabs and line feeds.
pub(super) struct Content {
    /// In a line.
    pub(super) subject: String,
    /// What happened, in a sentence; nothing, where the body says it all.
    pub(super) lead: Option<String>,
    /// What someone wrote, or what is new. It may have many lines.
    pub(super) body: Option<String>,
    /// Where it happened.
    pub(super) place: Option<String>,
    /// Why whoever reads it gets it.
    pub(super) why: String,
}

impl Content {
    /// What someone is told of an event that concerns them like this; nothing, if that is for no
    /// email.
    pub(super) fn of(
        event: &Event,
        concern: Concern<'_>,
        actor: Option<&Actor>,
        reason: &str,
    ) -> Option<Self> {
        let why = why(concern, reason)?;
        let told = |body: Option<String>, place: Option<String>| {
            let sentence = NewNotification::about(event, concern, actor)?.message;
            Some((sentence.clone(), Some(sentence), body, place))
        };
        let (subject, lead, body, place) = match &event.occurrence {
            Occurrence::AccountNotice(notice) => {
                let (subject, text) = (notice.subject.as_str(), notice.text.as_str());
                (subject.to_owned(), None, Some(text.to_owned()), None)
            }
            Occurrence::MessageSent(message) => {
                let title = message.title.as_str();
                // What has no body says its title.
                let body = message.body.as_ref().map_or(title, |body| body.as_str());
                (title.to_owned(), None, Some(body.to_owned()), None)
            }
            Occurrence::IssueAssigned(assignment) | Occurrence::IssueUnassigned(assignment) => {
                told(None, Some(place(&assignment.project, &assignment.issue)))?
            }
            Occurrence::IssueCommented(commented) => {
                let text = commented.comment.text.as_str().to_owned();
                told(Some(text), Some(place(&commented.project, &commented.issue)))?
            }
            Occurrence::IssueLaneChanged(moved) => {
                let lanes = format!("{} → {}", moved.lane.from.as_str(), moved.lane.to.as_str());
                told(Some(lanes), Some(place(&moved.project, &moved.issue)))?
            }
            Occurrence::ReportCreated(created) => {
                told(Some(created.report.title.as_str().to_owned()), None)?
            }
            Occurrence::ProjectMemberAdded(_) | Occurrence::TeamMemberAdded(_) => told(None, None)?,
            Occurrence::Lead(..)
            | Occurrence::IssueCreated(_)
            | Occurrence::ProjectCreated(_)
            | Occurrence::ProjectMemberRemoved(_)
            | Occurrence::MemberUpserted(_)
            | Occurrence::MemberRemoved(_) => return None,
        };
        Some(Self {
            subject: legible(&subject).replace('\n', " "),
            lead: lead.as_deref().map(legible),
            body: body.as_deref().map(legible),
            place: place.as_deref().map(legible),
            why,
        })
    }
}

/// Which issue, of which project.
fn place(project: &ProjectRef, issue: &IssueRef) -> String {
    format!("{}, {}", issue.key.as_str(), project.name.as_str())
}

fn why(concern: Concern<'_>, reason: &str) -> Option<String> {
    let why = match concern {
        Concern::Lead(_) => return None,
        Concern::Message(category) => {
            let is_of_all = reason.starts_with(OF_ALL);
            let of_one = category.as_str();
            let chosen =
                if is_of_all { "everything that has no setting of its own" } else { of_one };
            return Some(format!("You get this because you chose email for {chosen}."));
        }
        Concern::Notice(NoticeKind::SecurityAlerts) => {
            "You get this because it is about the security of your account. It cannot be turned off."
        }
        Concern::Notice(NoticeKind::Optional(_)) => {
            "You get this because your account is set to send you such emails."
        }
        Concern::Assignment => {
            "You get this because the issue was given to you, or taken from you."
        }
        Concern::Mention => "You get this because a comment mentions you.",
        Concern::Comment | Concern::LaneChange => "You get this because you watch this issue.",
        Concern::ProjectMembership => "You get this because you were added to a project.",
        Concern::TeamMembership => "You get this because you were added to a team.",
        Concern::Report => "You get this because you watch the reports of this project.",
    };
    Some(why.to_owned())
}

/// What the names of settings begin with that are about all categories without a row.
const OF_ALL: &str = "channel.*.";

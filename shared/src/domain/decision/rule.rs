//! What decides about something that concerns a person.

use super::{Channel, Concern};
use crate::domain::account_email::EmailToggle;
use crate::domain::activity::ActivityToggle;
use crate::domain::channel_preference::Category;
use crate::domain::event::NoticeKind;
use crate::domain::lead_alert::LeadEvent;

/// What decides about something that concerns a person, on a channel that reaches them.
pub(super) enum Rule<'a> {
    Mandatory,
    LeadAlert(LeadEvent),
    AccountEmail(EmailToggle),
    Activity(ActivityToggle),
    Row(&'a Category, RowSwitch),
}

/// A switch of a row of channel preferences.
#[derive(Clone, Copy)]
pub(super) enum RowSwitch {
    InApp,
    Email,
    Push,
}

impl<'a> Rule<'a> {
    pub(super) fn of(concern: Concern<'a>, channel: Channel) -> Option<Self> {
        Some(match (channel, concern) {
            (Channel::InApp, Concern::Message(category)) if category.is_direct_mention() => {
                Self::Mandatory
            }
            (Channel::InApp, Concern::Message(category)) => Self::Row(category, RowSwitch::InApp),
            (Channel::Email, Concern::Message(category)) => Self::Row(category, RowSwitch::Email),
            (Channel::Push, Concern::Message(category)) => Self::Row(category, RowSwitch::Push),
            (Channel::Slack, Concern::Lead(event)) => Self::LeadAlert(event),
            (Channel::Email, Concern::Notice(NoticeKind::SecurityAlerts)) => Self::Mandatory,
            (Channel::Email, Concern::Notice(NoticeKind::Optional(toggle))) => {
                Self::AccountEmail(toggle)
            }
            (
                Channel::InApp,
                Concern::Assignment
                | Concern::Comment
                | Concern::LaneChange
                | Concern::Mention
                | Concern::ProjectMembership
                | Concern::TeamMembership
                | Concern::Report,
            ) => Self::Mandatory,
            (Channel::Email, Concern::Assignment) => {
                Self::Activity(ActivityToggle::NotifyAssignment)
            }
            (Channel::Email, Concern::Comment | Concern::LaneChange) => {
                Self::Activity(ActivityToggle::NotifyWatchedActivityEmail)
            }
            (Channel::Email, Concern::Mention) => Self::Activity(ActivityToggle::NotifyMentions),
            (Channel::Email, Concern::ProjectMembership) => {
                Self::Activity(ActivityToggle::NotifyProjectMembership)
            }
            (Channel::Email, Concern::TeamMembership) => {
                Self::Activity(ActivityToggle::NotifyTeamMembership)
            }
            (Channel::Email, Concern::Report) => {
                Self::Activity(ActivityToggle::NotifyReportActivityEmail)
            }
            (Channel::InApp | Channel::Push, Concern::Lead(_) | Concern::Notice(_))
            | (Channel::Email, Concern::Lead(_))
            | (Channel::Slack, Concern::Message(_) | Concern::Notice(_))
            | (
                Channel::Push | Channel::Slack,
                Concern::Assignment
                | Concern::Comment
                | Concern::LaneChange
                | Concern::Mention
                | Concern::ProjectMembership
                | Concern::TeamMembership
                | Concern::Report,
            ) => return None,
        })
    }
}

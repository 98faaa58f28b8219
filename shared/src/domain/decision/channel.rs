//! The ways to reach a person, and which events use them.

use crate::domain::event::EventType;

/// A way to reach a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Channel {
    /// Their inbox.
    InApp,
    /// Email.
    Email,
    /// Their devices, by Web Push.
    Push,
    /// A direct message in Slack.
    Slack,
}

impl Channel {
    /// Every channel, in the order in which answers list them.
    pub const ALL: [Self; 4] = [Self::InApp, Self::Email, Self::Push, Self::Slack];

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Email => "email",
            Self::Push => "push",
            Self::Slack => "slack",
        }
    }

    /// Whether events of that type ever use the channel.
    #[must_use]
    pub const fn is_offered_to(self, event_type: EventType) -> bool {
        match event_type {
            EventType::Lead(_) => matches!(self, Self::Slack),
            EventType::AccountNotice => matches!(self, Self::Email),
            EventType::MessageSent => matches!(self, Self::InApp | Self::Email | Self::Push),
            EventType::IssueAssigned
            | EventType::IssueUnassigned
            | EventType::IssueCommented
            | EventType::IssueLaneChanged
            | EventType::ProjectMemberAdded
            | EventType::TeamMemberAdded
            | EventType::ReportCreated => matches!(self, Self::InApp | Self::Email),
            // These notify nobody.
            EventType::IssueCreated
            | EventType::ProjectCreated
            | EventType::ProjectMemberRemoved
            | EventType::MemberUpserted
            | EventType::MemberRemoved => false,
        }
    }
}

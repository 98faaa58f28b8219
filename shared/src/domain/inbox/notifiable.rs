//! What a notification is about.

use serde::{Deserialize, Serialize};

use crate::domain::channel_preference::Category;
use crate::domain::id::{IssueId, IssueKey, ProjectId, TeamId};
use crate::domain::text::{Line, MessageBody};

/// What something happened to, as it was called then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Notifiable {
    /// An issue.
    Issue {
        /// Which it is.
        id: IssueId,
        /// The key that people know it by.
        key: IssueKey,
        /// What it is about.
        title: Line,
        /// The project it is in.
        project: ProjectId,
    },
    /// A project.
    Project {
        /// Which it is.
        id: ProjectId,
        /// What it is called.
        name: Line,
    },
    /// A team.
    Team {
        /// Which it is.
        id: TeamId,
        /// What it is called.
        name: Line,
    },
    /// A message; its title is the notification's own sentence.
    Message {
        /// What it is about.
        category: Category,
        /// What it says below its title.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body: Option<MessageBody>,
        /// The conversation it is part of.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conversation: Option<Line>,
    },
}

//! What happens to issues.

use deserr::Deserr;
use serde::{Deserialize, Serialize};

use super::{Mentions, ProjectRef};
use crate::domain::id::{CommentId, IssueId, IssueKey, UserId};
use crate::domain::text::{CommentText, Line};

/// An issue, as an event names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct IssueRef {
    /// Which it is.
    pub id: IssueId,
    /// The key that people know it by, as the source spells it.
    pub key: IssueKey,
    /// What it is about.
    pub title: Line,
}

/// `issue.created`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct IssueCreated {
    /// The project it is in.
    pub project: ProjectRef,
    /// The issue.
    pub issue: IssueRef,
    /// Who created it.
    pub actor: UserId,
}

/// `issue.assigned`, `issue.unassigned`: an issue was given to someone, or taken from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct IssueAssignment {
    /// The project it is in.
    pub project: ProjectRef,
    /// The issue.
    pub issue: IssueRef,
    /// Who assigned or unassigned it.
    pub actor: UserId,
    /// Whom it was given to, or taken from.
    pub assignee: UserId,
}

/// `issue.commented`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct IssueCommented {
    /// The project it is in.
    pub project: ProjectRef,
    /// The issue.
    pub issue: IssueRef,
    /// Who wrote it.
    pub actor: UserId,
    /// What was written.
    pub comment: Comment,
    /// Whom it mentions.
    pub mentions: Mentions,
}

/// A comment on an issue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct Comment {
    /// Which it is.
    pub id: CommentId,
    /// What it says.
    pub text: CommentText,
}

/// `issue.lane_changed`: an issue went from one lane to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct IssueMoved {
    /// The project it is in.
    pub project: ProjectRef,
    /// The issue.
    pub issue: IssueRef,
    /// Who moved it.
    pub actor: UserId,
    /// Whence, and where to.
    pub lane: Lanes,
}

/// The lane that an issue was in, and the one it is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct Lanes {
    /// The lane it was in.
    pub from: Line,
    /// The lane it is in.
    pub to: Line,
}

//! What people and programs send to people.

use deserr::Deserr;
use serde::{Deserialize, Serialize};

use super::Recipients;
use crate::domain::channel_preference::Category;
use crate::domain::id::UserId;
use crate::domain::text::{Line, MessageBody};

/// `message.sent`: a message is for some people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Deserr)]
pub struct MessageSent {
    /// What it is about, and so which row of a person's channel preferences rules it. A category of
    /// the deployment as the event came in.
    pub category: Category,
    /// Whom it is for.
    pub recipients: Recipients,
    /// What it says in a line.
    pub title: Line,
    /// What else it says; never empty on input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default, map = MessageBody::unless_empty)]
    pub body: Option<MessageBody>,
    /// Who sent it, if a person did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub actor: Option<UserId>,
    /// The conversation it is part of, in the words of its source.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[deserr(default)]
    pub conversation: Option<Line>,
}

//! Slack, by its Web API: who is in a workspace, and messages to them.

use std::fmt;
use std::pin::Pin;

use super::secrets::SecretError;
use crate::aws::AwsFault;
use crate::domain::slack::SlackUserId;

/// What a call of the port gives: boxed, since ports are held as trait objects.
pub type Calling<'a, T> = Pin<Box<dyn Future<Output = Result<T, SlackError>> + Send + 'a>>;

/// A bot token of one workspace.
#[derive(Clone, PartialEq, Eq)]
pub struct SlackToken(Box<str>);

impl SlackToken {
    /// A token as it stands in a secret. White space around it is no part of it; `None` for what
    /// cannot be a token of Slack's.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let token = text.trim();
        let is_whole = token.bytes().all(|byte| byte.is_ascii_graphic());
        (token.starts_with("xox") && is_whole).then(|| Self(token.into()))
    }

    /// The token in full: for Slack alone.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A token is a secret: a stray `{:?}` must not print one.
impl fmt::Debug for SlackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SlackToken(…)")
    }
}

/// Slack's Web API, as far as it is used. Each is one attempt.
pub trait SlackApi: Send + Sync {
    /// A page of the users of the token's workspace (`users.list`), the first one or the one that a
    /// cursor leads to.
    fn list_users<'a>(
        &'a self,
        token: &'a SlackToken,
        cursor: Option<&'a str>,
    ) -> Calling<'a, UsersPage>;

    /// Sends a direct message (`chat.postMessage`).
    fn post_message<'a>(
        &'a self,
        token: &'a SlackToken,
        message: &'a SlackMessage,
    ) -> Calling<'a, ()>;

    /// Whether the token is good (`auth.test`).
    fn test_token<'a>(&'a self, token: &'a SlackToken) -> Calling<'a, ()>;
}

/// Some users of a workspace.
#[derive(Clone, PartialEq, Eq)]
pub struct UsersPage {
    /// Who they are.
    pub users: Vec<SlackUser>,
    /// What leads to the next page, if there is one.
    pub next: Option<String>,
}

/// A user of a workspace.
#[derive(Clone, PartialEq, Eq)]
pub struct SlackUser {
    /// Their id.
    pub id: SlackUserId,
    /// Their address, where the token may see it.
    pub email: Option<String>,
    /// Whether it is someone to write to: no bot, and nobody who was deactivated.
    pub is_active_person: bool,
}

/// A direct message.
#[derive(Clone, PartialEq, Eq)]
pub struct SlackMessage {
    /// Whom it goes to.
    pub to: SlackUserId,
    /// The request's body, in JSON: the channel is the user's id.
    pub body: String,
}

/// Why Slack did not do what it was asked, or may not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SlackError {
    /// It was not done, and may be later: Slack was busy, out of order or out of reach.
    #[error("Slack did not do it ({code})")]
    Later {
        /// Slack's error code, or how it cannot be reached.
        code: String,
        /// For how long Slack asks to be left alone, in seconds.
        retry_after: Option<u32>,
    },
    /// The org unit's token is no good, and the one in its secret is no other.
    #[error("Slack refused the token ({code})")]
    TokenRefused {
        /// Slack's error code.
        code: String,
    },
    /// The user cannot be written to, today or ever.
    #[error("Slack has no such user to write to ({code})")]
    UserGone {
        /// Slack's error code.
        code: String,
    },
    /// Where the list of users was to go on is no place in it any more.
    #[error("Slack does not know the cursor any more")]
    CursorGone,
    /// It was not done and never will be.
    #[error("Slack refused it ({code})")]
    Refused {
        /// Slack's error code.
        code: String,
    },
    /// It was handed over and no answer came: it may have been done.
    #[error("no answer came from Slack ({how})")]
    Unanswered {
        /// In what way.
        how: &'static str,
    },
    /// The org unit has no token.
    #[error("the org unit has no Slack token")]
    NotConfigured,
    /// The secret that should hold the token holds something else.
    #[error("what is kept as a Slack token is none")]
    NoToken,
    /// The token could not be read.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The function names no Slack: a mistake of ours.
    #[error("this function was booted without Slack")]
    NotNamed,
}

impl SlackError {
    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Later { .. } => "slack.later",
            Self::TokenRefused { .. } => "slack.token_refused",
            Self::UserGone { .. } => "slack.user_gone",
            Self::CursorGone => "slack.cursor_gone",
            Self::Refused { .. } => "slack.refused",
            Self::Unanswered { .. } => "slack.unanswered",
            Self::NotConfigured => "slack.not_configured",
            Self::NoToken => "slack.no_token",
            Self::Secret(error) => error.kind(),
            Self::NotNamed => "slack.not_named",
        }
    }

    /// Whether the same may be done in minutes or hours, if nobody but the operators does anything
    /// about it.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Later { .. } | Self::TokenRefused { .. } | Self::NoToken => true,
            Self::Secret(SecretError::Rejected { code }) => AwsFault::is_of_the_deployment(code),
            Self::Secret(error) => error.is_transient(),
            Self::UserGone { .. }
            | Self::CursorGone
            | Self::Refused { .. }
            // Whoever was not told may have been: a second copy is worse than a dead letter.
            | Self::Unanswered { .. }
            // Whoever is to be told by Slack again has a token stored, and the dead letters put back.
            | Self::NotConfigured
            | Self::NotNamed => false,
        }
    }

    /// What the log adds: Slack's error code, or how it cannot be reached.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Later { code, .. }
            | Self::TokenRefused { code }
            | Self::UserGone { code }
            | Self::Refused { code } => Some(code),
            Self::Unanswered { how } => Some(how),
            Self::Secret(error) => error.code(),
            Self::CursorGone | Self::NotConfigured | Self::NoToken | Self::NotNamed => None,
        }
    }
}

/// The Slack of a function that names none.
pub(crate) struct NoSlackApi;

impl SlackApi for NoSlackApi {
    fn list_users<'a>(&'a self, _: &'a SlackToken, _: Option<&'a str>) -> Calling<'a, UsersPage> {
        Box::pin(std::future::ready(Err(SlackError::NotNamed)))
    }

    fn post_message<'a>(&'a self, _: &'a SlackToken, _: &'a SlackMessage) -> Calling<'a, ()> {
        Box::pin(std::future::ready(Err(SlackError::NotNamed)))
    }

    fn test_token<'a>(&'a self, _: &'a SlackToken) -> Calling<'a, ()> {
        Box::pin(std::future::ready(Err(SlackError::NotNamed)))
    }
}

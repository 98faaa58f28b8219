//! Workspaces: who is in one, what its token may do, and what was sent there.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::fault::SlackFault;
use super::request::Call;
use crate::problem::Problem;

/// A workspace behind its token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// Who is in it, in the order that Slack lists them. Slackbot, whom every workspace has, comes
    /// before them.
    pub users: Vec<User>,
    /// How often `users.list` may be called in a minute.
    pub users_list_per_minute: usize,
    /// What the token may not do, though the app needs it.
    pub lacks: BTreeSet<Scope>,
    /// Whether the token was revoked.
    pub is_revoked: bool,
    /// Whether the workspace was deleted, or the app's bot taken out of it. Slack then answers
    /// `account_inactive` to whatever the token asks.
    pub is_gone: bool,
}

/// Nobody but Slackbot, all scopes, and the tier that `users.list` is documented to have (2: 20 calls
/// a minute).
impl Default for Workspace {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            users_list_per_minute: 20,
            lacks: BTreeSet::new(),
            is_revoked: false,
            is_gone: false,
        }
    }
}

impl Workspace {
    /// With those users, and everything else as in the default one.
    #[must_use]
    pub fn of(users: impl IntoIterator<Item = User>) -> Self {
        Self { users: users.into_iter().collect(), ..Self::default() }
    }
}

/// What a token may be granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// `users:read`
    UsersRead,
    /// `users:read.email`: without it, users are listed without their addresses.
    UsersReadEmail,
    /// `chat:write`
    ChatWrite,
}

impl Scope {
    /// As Slack writes it.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::UsersRead => "users:read",
            Self::UsersReadEmail => "users:read.email",
            Self::ChatWrite => "chat:write",
        }
    }
}

/// A user of a workspace.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Their id, such as `U012AB3CD`.
    pub id: String,
    /// Their address. A bot has none.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether they were deactivated.
    #[serde(default, rename = "deleted")]
    pub is_deleted: bool,
    /// Whether it is a bot.
    #[serde(default)]
    pub is_bot: bool,
}

impl User {
    /// Someone active, with an address.
    #[must_use]
    pub fn new(id: &str, email: &str) -> Self {
        let email = Some(email.to_owned());
        Self { id: id.to_owned(), email, is_deleted: false, is_bot: false }
    }

    /// As Slack has them, with the fields that matter here and a few of those around them. Their
    /// address is shown if the token may see it.
    pub(super) fn shown(&self, has_email_scope: bool) -> Value {
        let Self { id, email, is_deleted, is_bot } = self;
        let name = email.as_deref().and_then(|email| email.split('@').next()).unwrap_or(id);
        let mut profile = json!({ "real_name": name, "display_name": name, "team": TEAM });
        let seen = email.as_ref().filter(|_| has_email_scope);
        if let Some((email, profile)) = seen.zip(profile.as_object_mut()) {
            profile.insert("email".to_owned(), json!(email));
        }
        json!({
            "id": id, "team_id": TEAM, "name": name, "deleted": is_deleted, "is_bot": is_bot,
            "is_app_user": false, "updated": 1_700_000_000, "profile": profile,
        })
    }

    /// Slackbot, which is no bot by its flag.
    pub(super) fn slackbot() -> Self {
        Self { id: SLACKBOT.to_owned(), email: None, is_deleted: false, is_bot: false }
    }
}

/// The id of every workspace here.
pub(super) const TEAM: &str = "T0LOCAL00";

/// The id of Slackbot in every workspace.
pub(super) const SLACKBOT: &str = "USLACKBOT";

/// A message that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The token that it was posted with.
    pub token: String,
    /// The user that it went to.
    pub to: String,
    /// Its timestamp, which is its id in the channel.
    pub ts: String,
    /// What was posted: all arguments, with blocks as JSON however they came.
    pub body: Value,
}

/// Where workspaces are described, and where what was sent there is kept.
pub trait Workspaces: Send + Sync {
    /// The workspace of a token, if it leads to one.
    ///
    /// # Errors
    ///
    /// [`Problem`], if its description cannot be understood.
    fn workspace(&self, token: &str) -> Result<Option<Workspace>, Problem>;

    /// Keeps a message.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be kept.
    fn keep(&self, message: Message) -> Result<(), Problem>;

    /// Notes a call that came, and says what happens to it: nothing, unless a test wants it.
    fn note(&self, _: &Call) -> Option<SlackFault> {
        None
    }

    /// Somebody has died of [`SlackFault::Die`].
    fn note_death(&self) {}
}

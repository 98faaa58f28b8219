//! Slack workspaces: one for each org unit that has a token of it.

mod tokens;

use std::sync::Arc;

use jiff::Timestamp;

use crate::deliver::secrets::{NoSecrets, Secrets};
use crate::deliver::slack::{NoSlackApi, SlackApi, SlackError, SlackMessage, UsersPage};
use crate::domain::id::OrgUnitId;
use crate::telemetry::{Log, StandardOutput};
use tokens::KeptTokens;

/// The workspaces of the org units, each behind its token.
pub struct Slack {
    api: Arc<dyn SlackApi>,
    tokens: KeptTokens,
}

impl Slack {
    /// Workspaces behind that API. The token of an org unit is the secret whose name is that prefix
    /// and the org unit's id, as [`secret_name`] has it.
    #[must_use]
    pub fn new(
        api: Arc<dyn SlackApi>,
        secrets: Arc<dyn Secrets>,
        secret_prefix: String,
        log: Arc<dyn Log>,
    ) -> Self {
        Self { api, tokens: KeptTokens::new(secrets, secret_prefix, log) }
    }

    /// That of a function that does not name it, which says so to whoever uses it.
    pub(crate) fn not_named() -> Self {
        let log = Arc::new(StandardOutput);
        Self::new(Arc::new(NoSlackApi), Arc::new(NoSecrets), String::new(), log)
    }
}

impl Slack {
    /// A page of the users of the org unit's workspace.
    ///
    /// # Errors
    ///
    /// [`SlackError`].
    pub async fn list_users(
        &self,
        org_unit: &OrgUnitId,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<UsersPage, SlackError> {
        let token = self.tokens.token(org_unit, now).await?;
        self.api.list_users(&token, cursor).await
    }

    /// Sends a direct message to someone of the org unit's workspace.
    ///
    /// # Errors
    ///
    /// [`SlackError`].
    pub async fn post_message(
        &self,
        org_unit: &OrgUnitId,
        message: &SlackMessage,
        now: Timestamp,
    ) -> Result<(), SlackError> {
        let token = self.tokens.token(org_unit, now).await?;
        self.api.post_message(&token, message).await
    }
}

/// The name of the secret that holds an org unit's token: Secrets Manager takes fewer characters in a
/// name than an org unit's id may have.
#[must_use]
pub fn secret_name(prefix: &str, org_unit: &OrgUnitId) -> String {
    let id = org_unit.as_str().replace(':', "+3A").replace('|', "+7C");
    format!("{prefix}{id}")
}

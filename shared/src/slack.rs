//! Slack workspaces: one for each org unit that has a token of it.

mod message;
mod tokens;

use std::sync::Arc;

use jiff::Timestamp;

pub(crate) use message::compose;

use crate::deliver::secrets::{NoSecrets, Secrets};
use crate::deliver::slack::{
    NoSlackApi, SlackApi, SlackError, SlackMessage, SlackToken, UsersPage,
};
use crate::domain::id::OrgUnitId;
use crate::telemetry::{EventLine, EventName, Log, StandardOutput};
use tokens::{FETCH_TIME, KeptTokens};

/// The workspaces of the org units, each behind its token.
pub struct Slack {
    api: Arc<dyn SlackApi>,
    tokens: KeptTokens,
    log: Arc<dyn Log>,
}

impl Slack {
    /// Workspaces behind that API. The token of an org unit is the secret whose name is that prefix
    /// and the org unit's id, as [`secret_name`] has it. A token that Slack refuses is logged as an
    /// error, which is what to raise an alarm for.
    #[must_use]
    pub fn new(
        api: Arc<dyn SlackApi>,
        secrets: Arc<dyn Secrets>,
        secret_prefix: String,
        log: Arc<dyn Log>,
    ) -> Self {
        Self { api, tokens: KeptTokens::new(secrets, secret_prefix, log.clone()), log }
    }

    /// That of a function that does not name it, which says so to whoever uses it.
    pub(crate) fn not_named() -> Self {
        let log = Arc::new(StandardOutput);
        Self::new(Arc::new(NoSlackApi), Arc::new(NoSecrets), String::new(), log)
    }

    /// The workspace of an org unit, its token at hand: fetched in four seconds at the most.
    ///
    /// # Errors
    ///
    /// [`SlackError`], if there is no token, or it could not be read.
    pub async fn workspace<'a>(
        &'a self,
        org_unit: &'a OrgUnitId,
        now: Timestamp,
    ) -> Result<Workspace<'a>, SlackError> {
        let token = self.tokens.token(org_unit, now).await?;
        Ok(Workspace { slack: self, org_unit, token })
    }

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
        let workspace = self.workspace(org_unit, now).await?;
        workspace.ask(async |token| self.api.list_users(token, cursor).await, now).await
    }
}

impl Slack {
    fn report_refused(&self, code: &str) {
        EventLine { level: "error", name: EventName::SlackTokenRefused, detail: code }
            .write_to(&*self.log);
    }
}

/// The workspace of one org unit.
pub struct Workspace<'a> {
    slack: &'a Slack,
    org_unit: &'a OrgUnitId,
    token: SlackToken,
}

impl Workspace<'_> {
    /// Sends a direct message, in twenty seconds at the most: where Slack refuses the token, a new one
    /// is fetched and the message sent with it, and each time Slack may be asked about the token.
    ///
    /// # Errors
    ///
    /// [`SlackError`].
    pub async fn post_message(
        &self,
        message: &SlackMessage,
        now: Timestamp,
    ) -> Result<(), SlackError> {
        self.ask(async |token| self.post_once(token, message).await, now).await
    }

    /// Asks with the token at hand. If Slack refuses that one and there is another one by now, asks once
    /// more.
    async fn ask<T>(
        &self,
        ask: impl AsyncFn(&SlackToken) -> Result<T, SlackError>,
        now: Timestamp,
    ) -> Result<T, SlackError> {
        let Self { slack, org_unit, token } = self;
        let mut code = match ask(token).await {
            Err(SlackError::TokenRefused { code }) => code,
            said => return said,
        };
        let newer = slack.tokens.other_than(token, org_unit, now);
        // Also whoever waits for someone else's fetch waits no longer than for their own.
        let newer = tokio::time::timeout(FETCH_TIME, newer).await.unwrap_or(Ok(None));
        if newer.is_err() {
            slack.report_refused(&code);
        }
        if let Some(newer) = newer? {
            code = match ask(&newer).await {
                Err(SlackError::TokenRefused { code }) => code,
                said => return said,
            };
        }
        slack.report_refused(&code);
        Err(SlackError::TokenRefused { code })
    }

    /// Slack says `account_inactive` where the account that is written to is, and where the one that
    /// the token is of is: a bot that was removed must break nobody's mapping.
    async fn post_once(
        &self,
        token: &SlackToken,
        message: &SlackMessage,
    ) -> Result<(), SlackError> {
        let api = &self.slack.api;
        let gone = match api.post_message(token, message).await {
            Err(gone @ SlackError::UserGone { .. }) => gone,
            said => return said,
        };
        if gone.code() == Some(INACTIVE) {
            match api.test_token(token).await {
                // Whoever does not answer the question has not refused the token.
                Ok(()) | Err(SlackError::Refused { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Err(gone)
    }
}

/// What Slack says of accounts of both kinds.
const INACTIVE: &str = "account_inactive";

/// The name of the secret that holds an org unit's token: Secrets Manager takes fewer characters in a
/// name than an org unit's id may have.
#[must_use]
pub fn secret_name(prefix: &str, org_unit: &OrgUnitId) -> String {
    let id = org_unit.as_str().replace(':', "+3A").replace('|', "+7C");
    format!("{prefix}{id}")
}

#[cfg(test)]
mod tests;

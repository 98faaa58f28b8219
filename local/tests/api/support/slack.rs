//! Slack workspaces of org units: who is in them, and the secrets that hold their tokens.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use local::environment::SLACK_TOKENS;
use local::slack::{self, LocalSlack, User, Workspace};
use shared::deliver::secrets::{Fetching, SecretError, Secrets};
use shared::slack::Slack;

use super::Api;
use super::doubles::{ManualClock, MemoryLog};

/// Gives an org unit a workspace with those users, and the token that [`token_of`] says.
pub(crate) fn connect_slack(api: &Api, org_unit: &str, users: impl IntoIterator<Item = User>) {
    connect_workspace(api, org_unit, Workspace::of(users));
}

/// As [`connect_slack`], with everything about the workspace.
pub(crate) fn connect_workspace(api: &Api, org_unit: &str, workspace: Workspace) {
    let token = token_of(org_unit);
    api.leaks.secrets.value(&token);
    for User { id, email, .. } in &workspace.users {
        api.leaks.secrets.value(id);
        api.leaks.secrets.value(email.as_deref().unwrap_or_default());
    }
    api.slack.set_workspace(&token, workspace);
    api.slack_tokens.set(org_unit, &token);
}

/// The token of an org unit.
pub(crate) fn token_of(org_unit: &str) -> String {
    format!("xoxb-{org_unit}")
}

/// The Slack user that a user of the directory is: `U0000007A` for `7`, with the address that the
/// directory has of them.
pub(crate) fn slack_user(user: &str) -> User {
    User::new(&slack_id(user), &format!("{user}@acme.example"))
}

/// The id of [`slack_user`]: capital letters and digits alone, whatever the user is called.
pub(crate) fn slack_id(user: &str) -> String {
    format!("U{:0>7}A", user.to_ascii_uppercase())
}

/// So many Slack users, `1@acme.example` and on.
pub(crate) fn slack_users(count: usize) -> impl Iterator<Item = User> {
    (1..=count).map(|number| slack_user(&number.to_string()))
}

/// A Slack without any workspace, the secrets with the tokens, and what the functions use of both.
pub(super) async fn start_slack(
    clock: &Arc<ManualClock>,
    log: &Arc<MemoryLog>,
) -> (LocalSlack, Arc<ScriptedTokens>, Arc<Slack>) {
    let local = LocalSlack::start(clock.clone()).await.expect("a Slack");
    let tokens = Arc::new(ScriptedTokens::default());
    let workspaces = slack::workspaces(local.url(), tokens.clone(), log.clone());
    (local, tokens, workspaces.expect("a URL"))
}

/// The secrets with the tokens of org units: they can be changed, and fetches are counted. Nobody has
/// one at first.
#[derive(Default)]
pub(crate) struct ScriptedTokens(Mutex<State>);

#[derive(Default)]
struct State {
    by_id: BTreeMap<String, String>,
    error: Option<SecretError>,
    fetched: Vec<String>,
}

impl ScriptedTokens {
    /// From now on the secret of that org unit holds that.
    pub(crate) fn set(&self, org_unit: &str, token: &str) {
        self.state().by_id.insert(secret_id(org_unit), token.to_owned());
    }

    /// From now on that org unit has no secret.
    pub(crate) fn remove(&self, org_unit: &str) {
        self.state().by_id.remove(&secret_id(org_unit));
    }

    /// From now on no secret can be read; with `None`, they can again.
    pub(crate) fn fail(&self, error: impl Into<Option<SecretError>>) {
        self.state().error = error.into();
    }

    /// How often a secret was asked for.
    pub(crate) fn fetches(&self) -> usize {
        self.state().fetched.len()
    }

    /// The ids of the secrets that were asked for, in their order.
    pub(crate) fn fetched(&self) -> Vec<String> {
        self.state().fetched.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the secret of an org unit is called: nobody but the service may make the id of one.
fn secret_id(org_unit: &str) -> String {
    format!("{SLACK_TOKENS}{}", org_unit.replace(':', "+3A").replace('|', "+7C"))
}

impl Secrets for ScriptedTokens {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        let mut state = self.state();
        state.fetched.push(id.to_owned());
        let unknown = || SecretError::Rejected { code: "ResourceNotFoundException".to_owned() };
        let answer = match &state.error {
            Some(error) => Err(error.clone()),
            None => state.by_id.get(id).cloned().ok_or_else(unknown),
        };
        Box::pin(std::future::ready(answer))
    }
}

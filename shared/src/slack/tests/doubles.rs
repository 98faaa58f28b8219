//! What stands in for Slack, for the secrets, and for the log.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};

use jiff::Timestamp;

use crate::deliver::secrets::{Fetching, SecretError, Secrets};
use crate::deliver::slack::{Calling, SlackApi, SlackError, SlackMessage, SlackToken, UsersPage};
use crate::domain::id::OrgUnitId;
use crate::slack::Slack;
use crate::telemetry::Log;

/// That many seconds after the tests begin.
pub(in crate::slack) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_773_410_400 + seconds).unwrap()
}

pub(in crate::slack) fn org_unit(id: &str) -> OrgUnitId {
    OrgUnitId::parse(id).unwrap()
}

/// A Slack that does as it is told, and all is well unless it is told otherwise.
pub(in crate::slack) struct Script {
    pub(in crate::slack) slack: Slack,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared(Mutex<State>);

#[derive(Default)]
struct State {
    secrets: BTreeMap<String, String>,
    /// Those that are never read to their end.
    endless: BTreeSet<String>,
    failing: Option<SecretError>,
    fetches: usize,
    says: BTreeMap<String, SlackError>,
    calls: Vec<String>,
    lines: Vec<String>,
}

impl Script {
    pub(in crate::slack) fn new() -> Self {
        let state = Arc::new(Shared::default());
        let slack = Slack::new(state.clone(), state.clone(), "slack/".to_owned(), state.clone());
        Self { slack, state }
    }

    /// From now on the secret of that org unit holds that.
    pub(in crate::slack) fn keep(&self, org_unit: &str, secret: &str) {
        let name = format!("slack/{org_unit}");
        self.state.lock().endless.remove(&name);
        self.state.lock().secrets.insert(name, secret.to_owned());
    }

    pub(in crate::slack) fn remove(&self, org_unit: &str) {
        self.state.lock().secrets.remove(&format!("slack/{org_unit}"));
    }

    /// From now on the secret of that org unit is waited for in vain.
    pub(in crate::slack) fn withhold(&self, org_unit: &str) {
        self.state.lock().endless.insert(format!("slack/{org_unit}"));
    }

    pub(in crate::slack) fn fail(&self, error: impl Into<Option<SecretError>>) {
        self.state.lock().failing = error.into();
    }

    /// What it says of a call from now on, named by its method and token.
    pub(in crate::slack) fn says(&self, call: &str, error: SlackError) {
        self.state.lock().says.insert(call.to_owned(), error);
    }

    /// The calls that came, by method and token.
    pub(in crate::slack) fn calls(&self) -> Vec<String> {
        self.state.lock().calls.clone()
    }

    pub(in crate::slack) fn fetches(&self) -> usize {
        self.state.lock().fetches
    }

    pub(in crate::slack) fn lines(&self) -> Vec<String> {
        self.state.lock().lines.clone()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    fn answer<T: Send + 'static>(
        &self,
        method: &str,
        token: &SlackToken,
        good: T,
    ) -> Calling<'static, T> {
        let call = format!("{method} {}", token.as_str());
        let mut state = self.lock();
        let answer = state.says.get(&call).cloned();
        state.calls.push(call);
        Box::pin(std::future::ready(answer.map_or(Ok(good), Err)))
    }
}

impl SlackApi for Shared {
    fn list_users<'a>(
        &'a self,
        token: &'a SlackToken,
        _: Option<&'a str>,
    ) -> Calling<'a, UsersPage> {
        self.answer("users.list", token, UsersPage { users: Vec::new(), next: None })
    }

    fn post_message<'a>(&'a self, token: &'a SlackToken, _: &'a SlackMessage) -> Calling<'a, ()> {
        self.answer("chat.postMessage", token, ())
    }

    fn test_token<'a>(&'a self, token: &'a SlackToken) -> Calling<'a, ()> {
        self.answer("auth.test", token, ())
    }
}

impl Secrets for Shared {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        let mut state = self.lock();
        state.fetches += 1;
        if state.endless.contains(id) {
            return Box::pin(std::future::pending());
        }
        let unknown = || SecretError::Rejected { code: "ResourceNotFoundException".to_owned() };
        let secret = state.secrets.get(id).cloned().ok_or_else(unknown);
        let answer = state.failing.clone().map_or(secret, Err);
        Box::pin(std::future::ready(answer))
    }
}

impl Log for Shared {
    fn write(&self, line: &str) {
        self.lock().lines.push(line.to_owned());
    }
}

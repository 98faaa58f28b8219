//! Workspaces that a test describes.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::fault::SlackFault;
use super::request::Call;
use super::workspace::{Message, Workspace, Workspaces};
use crate::faults::Plan;
use crate::problem::Problem;

/// Workspaces by their tokens, what becomes of calls, and everything that came.
#[derive(Default)]
pub(super) struct Memory {
    state: Mutex<State>,
    died: Notify,
}

#[derive(Default)]
struct State {
    workspaces: BTreeMap<String, Workspace>,
    messages: Vec<Message>,
    plan: Plan<SlackFault>,
    calls: Vec<Call>,
    watcher: Option<Watcher>,
}

/// Hears of each call before anything becomes of it.
type Watcher = Arc<dyn Fn(&Call) + Send + Sync>;

impl Memory {
    pub(super) fn set_workspace(&self, token: &str, workspace: Workspace) {
        self.state().workspaces.insert(token.to_owned(), workspace);
    }

    pub(super) fn set(&self, plan: Plan<SlackFault>) {
        let mut state = self.state();
        state.plan = plan;
        state.calls.clear();
    }

    pub(super) fn watch(&self, watcher: Watcher) {
        self.state().watcher = Some(watcher);
    }

    pub(super) fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    pub(super) fn messages(&self) -> Vec<Message> {
        self.state().messages.clone()
    }

    pub(super) fn take_messages(&self) -> Vec<Message> {
        std::mem::take(&mut self.state().messages)
    }

    pub(super) async fn death(&self) {
        self.died.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Workspaces for Memory {
    fn workspace(&self, token: &str) -> Result<Option<Workspace>, Problem> {
        Ok(self.state().workspaces.get(token).cloned())
    }

    fn keep(&self, message: Message) -> Result<(), Problem> {
        self.state().messages.push(message);
        Ok(())
    }

    fn note(&self, call: &Call) -> Option<SlackFault> {
        let watcher = self.state().watcher.clone();
        if let Some(watcher) = watcher {
            watcher(call);
        }
        let mut state = self.state();
        state.calls.push(call.clone());
        state.plan.next_fault()
    }

    fn note_death(&self) {
        self.died.notify_one();
    }
}

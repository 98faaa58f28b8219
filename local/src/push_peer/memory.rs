//! Messages that a test looks at.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

use super::fault::PushFault;
use super::request::Message;
use super::server::Messages;
use crate::faults::Plan;
use crate::problem::Problem;

/// What came, and what becomes of what comes.
#[derive(Default)]
pub(super) struct Memory {
    state: Mutex<State>,
    died: Notify,
}

#[derive(Default)]
struct State {
    plan: Plan<PushFault>,
    by_endpoint: BTreeMap<String, VecDeque<PushFault>>,
    calls: Vec<String>,
    messages: Vec<Message>,
}

impl Memory {
    pub(super) fn set(&self, plan: Plan<PushFault>) {
        let mut state = self.state();
        state.plan = plan;
        state.calls.clear();
    }

    pub(super) fn fail_at(&self, endpoint: &str, faults: VecDeque<PushFault>) {
        self.state().by_endpoint.insert(endpoint.to_owned(), faults);
    }

    pub(super) fn calls(&self) -> Vec<String> {
        self.state().calls.clone()
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

impl Messages for Memory {
    fn note(&self, endpoint: &str) -> Option<PushFault> {
        let mut state = self.state();
        state.calls.push(endpoint.to_owned());
        let of_endpoint = state.by_endpoint.get_mut(endpoint).and_then(VecDeque::pop_front);
        of_endpoint.or_else(|| state.plan.next_fault())
    }

    fn keep(&self, message: Message) -> Result<(), Problem> {
        self.state().messages.push(message);
        Ok(())
    }

    fn note_death(&self) {
        self.died.notify_one();
    }
}

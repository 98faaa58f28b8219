//! A queue that fails as told: what the fault proxy is to the store.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use shared::deliver::queue::{DeadLetter, Message, Queue, QueueError, Sending};
use tokio::sync::Notify;

use super::LocalQueue;
use crate::faults::Plan;

/// What may happen to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueFault {
    /// The queue never sees it, and the sender does not know that.
    LoseRequest,
    /// The queue does it, and the sender does not know that.
    LoseAnswer,
    /// The queue takes the first half of the messages, rounded down, and gives the others back as
    /// if it were busy.
    TakeHalf,
    /// The queue is busy.
    Throttle,
    /// The queue refuses it, and will again.
    Refuse,
    /// The queue does it, and the sender dies before they know: the call never comes back. A test waits for
    /// [`FaultyQueue::death`] and then drops whatever it ran, as when a process ends.
    Die,
}

/// A call that came through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QueueCall {
    /// So many messages.
    Send(usize),
    /// A dead letter.
    Bury,
}

/// Stands between the functions and a queue.
pub struct FaultyQueue {
    queue: LocalQueue,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    plan: Plan<QueueFault>,
    calls: Vec<QueueCall>,
    died: Arc<Notify>,
}

impl FaultyQueue {
    /// In front of that queue; every call passes, for now.
    #[must_use]
    pub fn new(queue: LocalQueue) -> Self {
        Self { queue, state: Mutex::default() }
    }

    /// From now on, calls meet this; the count starts anew.
    pub fn set(&self, plan: Plan<QueueFault>) {
        *self.state() = State { plan, ..State::default() };
    }

    /// The calls that came since [`FaultyQueue::set`], in their order, failed ones too.
    #[must_use]
    pub fn calls(&self) -> Vec<QueueCall> {
        self.state().calls.clone()
    }

    /// Waits until somebody has died of [`QueueFault::Die`] since [`FaultyQueue::set`].
    pub async fn death(&self) {
        let died = Arc::clone(&self.state().died);
        died.notified().await;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, call: QueueCall) -> Option<QueueFault> {
        let mut state = self.state();
        state.calls.push(call);
        state.plan.next_fault()
    }

    async fn send_all(&self, mut messages: Vec<Message>) -> Result<(), QueueError> {
        let fault = self.note(QueueCall::Send(messages.len()));
        match fault {
            None => return self.queue.send(messages).await,
            Some(QueueFault::LoseAnswer) => self.queue.send(messages).await?,
            Some(QueueFault::TakeHalf) => {
                messages.truncate(messages.len() / 2);
                self.queue.send(messages).await?;
            }
            Some(QueueFault::Die) => {
                let died = Arc::clone(&self.state().died);
                self.queue.send(messages).await?;
                died.notify_one();
                std::future::pending().await
            }
            Some(QueueFault::LoseRequest | QueueFault::Throttle | QueueFault::Refuse) => {}
        }
        fault.map_or(Ok(()), |fault| Err(error_of(fault)))
    }

    async fn bury_one(&self, letter: DeadLetter) -> Result<(), QueueError> {
        let fault = self.note(QueueCall::Bury);
        match fault {
            None => return self.queue.bury(letter).await,
            Some(QueueFault::LoseAnswer) => self.queue.bury(letter).await?,
            Some(QueueFault::Die) => {
                let died = Arc::clone(&self.state().died);
                self.queue.bury(letter).await?;
                died.notify_one();
                std::future::pending().await
            }
            Some(
                QueueFault::LoseRequest
                | QueueFault::TakeHalf
                | QueueFault::Throttle
                | QueueFault::Refuse,
            ) => {}
        }
        fault.map_or(Ok(()), |fault| Err(error_of(fault)))
    }
}

fn error_of(fault: QueueFault) -> QueueError {
    match fault {
        QueueFault::LoseRequest | QueueFault::LoseAnswer | QueueFault::Die => {
            QueueError::Unreachable { how: "injected" }
        }
        QueueFault::TakeHalf | QueueFault::Throttle => QueueError::Throttled,
        QueueFault::Refuse => QueueError::Rejected { code: "Injected".to_owned() },
    }
}

impl Queue for FaultyQueue {
    fn send(&self, messages: Vec<Message>) -> Sending<'_> {
        Box::pin(self.send_all(messages))
    }

    fn bury(&self, letter: DeadLetter) -> Sending<'_> {
        Box::pin(self.bury_one(letter))
    }
}

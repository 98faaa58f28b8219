//! A queue as SQS has them: at least once, in no order, with a visibility timeout, a count of
//! receives, and dead letters. Kept in a table of the engine, so that it outlives the process.
//!
//! One process owns a queue: an index in memory knows what waits and until when, and every change
//! is in the table before it is in the index. What was in flight when a process died is visible to
//! the next one. A second process on the same engine sees what was there when it started, and may
//! hand out a message that the first one is working on; neither loses any.

mod faulty;
mod look;
mod table;
mod waiting;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use futures_util::future::join_all;
use serde_json::json;
use shared::app::{Clock, Entropy as _, SystemEntropy};
use shared::deliver::queue::{DeadLetter, LONGEST_DELAY, Message, Queue, QueueError, Sending};
use shared::telemetry::Log;
use tokio::sync::Notify;

pub use faulty::{FaultyQueue, QueueCall, QueueFault};
pub use look::{BuriedLetter, Mark, WaitingMessage};
pub use table::TABLE;
use table::{Buried, Stored, Table};
use waiting::{Instant, Waiting};

use crate::problem::Problem;
use crate::template::QueueRules;

/// How long a message stays hidden whose receipt could not be written down.
const PAUSE: Duration = Duration::from_secs(1);

/// A queue of this process.
#[derive(Clone)]
pub struct LocalQueue(Arc<Parts>);

struct Parts {
    table: Table,
    rules: QueueRules,
    clock: Arc<dyn Clock>,
    log: Arc<dyn Log>,
    waiting: Mutex<Waiting>,
    changed: Notify,
    sequence: AtomicU64,
    entropy: SystemEntropy,
}

/// A message that was handed out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Received {
    /// The queue's id of it.
    pub id: String,
    /// Whose it is.
    pub org_unit: String,
    /// What it says.
    pub body: String,
    /// How often it was handed out, this time included.
    pub receives: u32,
}

impl LocalQueue {
    /// The queue of that name in the engine, with what it held before.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the engine does not answer.
    pub async fn open(
        client: Client,
        name: &str,
        rules: QueueRules,
        clock: Arc<dyn Clock>,
        log: Arc<dyn Log>,
    ) -> Result<Self, Problem> {
        let table = Table::open(client, name).await?;
        let held = table.messages().await;
        let held = held.map_err(|error| Problem::new("the queue cannot be read", error))?;
        let mut waiting = Waiting::default();
        for Stored { id, org_unit, due, .. } in &held {
            waiting.add(id, org_unit, *due);
        }
        Ok(Self(Arc::new(Parts {
            table,
            rules,
            clock,
            log,
            waiting: Mutex::new(waiting),
            changed: Notify::new(),
            sequence: AtomicU64::new(0),
            entropy: SystemEntropy::default(),
        })))
    }

    /// Hands out up to so many messages, fairly among org units, and hides them for the visibility
    /// timeout. Whoever is done with one deletes it. One that was handed out too often goes to the
    /// dead letters instead.
    pub async fn receive(&self, most: usize) -> Vec<Received> {
        let now = self.now();
        let until = after(now, self.0.rules.visibility_timeout);
        let taken = self.waiting().take(most, now, until);
        let received = taken.into_iter().map(|id| self.hand_out(id));
        join_all(received).await.into_iter().flatten().collect()
    }

    async fn hand_out(&self, id: String) -> Option<Received> {
        let counted = self.0.table.count_receive(&id).await;
        let stored = match counted {
            Ok(Some(stored)) => stored,
            // Another process is done with it.
            Ok(None) => {
                self.waiting().remove(&id);
                return None;
            }
            Err(error) => {
                self.give_back(&id, &error);
                return None;
            }
        };
        let Stored { id, org_unit, body, due: _, receives } = stored;
        let most = self.0.rules.most_receives;
        if receives <= most {
            return Some(Received { id, org_unit, body, receives });
        }
        let reason = format!("received {most} times without being done");
        // The message's own id: if two processes bury it, they bury one letter.
        let letter = Buried { id: id.clone(), body, reason, at: self.now() };
        match self.0.table.move_to_dead(&id, &letter).await {
            Ok(()) => {
                self.waiting().remove(&id);
                self.note("queue.buried", letter.why());
            }
            Err(error) => self.give_back(&id, &error),
        }
        None
    }

    /// Takes out messages that are done. Those that cannot be taken out are handed out again.
    pub async fn delete(&self, ids: &[String]) {
        for ids in ids.chunks(table::BATCH) {
            match self.0.table.delete(ids).await {
                Ok(()) => ids.iter().for_each(|id| self.waiting().remove(id)),
                Err(error) => self.note("queue.not_deleted", &error.to_string()),
            }
        }
    }

    /// Waits until a message is visible, however long that takes. For one waiter at a time.
    pub async fn ready(&self) {
        loop {
            let due = self.waiting().next_due();
            let changed = self.0.changed.notified();
            let Some(due) = due else {
                changed.await;
                continue;
            };
            let left = u64::try_from(due.saturating_sub(self.now())).unwrap_or_default();
            if left == 0 {
                return;
            }
            tokio::time::timeout(Duration::from_millis(left), changed).await.ok();
        }
    }

    /// Whether a message is visible.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let now = self.now();
        self.waiting().next_due().is_some_and(|due| due <= now)
    }

    async fn send_all(self, messages: Vec<Message>) -> Result<(), QueueError> {
        let now = self.now();
        let messages =
            messages.into_iter().map(|Message { group: org_unit, body, delay }| Stored {
                id: self.next_id(),
                org_unit,
                body,
                due: after(now, delay.min(LONGEST_DELAY)),
                receives: 0,
            });
        let messages: Vec<Stored> = messages.collect();
        self.0.table.put(&messages).await?;
        let mut waiting = self.waiting();
        for Stored { id, org_unit, due, .. } in &messages {
            waiting.add(id, org_unit, *due);
        }
        drop(waiting);
        self.0.changed.notify_one();
        Ok(())
    }

    async fn bury_one(self, DeadLetter { body, reason }: DeadLetter) -> Result<(), QueueError> {
        let letter = Buried { id: self.next_id(), body, reason, at: self.now() };
        self.0.table.bury(&letter).await?;
        self.note("queue.buried", letter.why());
        Ok(())
    }

    fn give_back(&self, id: &String, error: &QueueError) {
        let until = after(self.now(), PAUSE);
        self.waiting().give_back(id, until);
        self.note("queue.not_received", &error.to_string());
    }

    /// Sorts by time, and no other process makes the same one.
    fn next_id(&self) -> String {
        let sequence = self.0.sequence.fetch_add(1, Ordering::Relaxed);
        let random = self.0.entropy.bits() >> 64;
        format!("{:013}-{sequence:08}-{random:016x}", self.now())
    }

    fn now(&self) -> Instant {
        self.0.clock.now().as_millisecond()
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn note(&self, name: &str, detail: &str) {
        let line = json!({ "level": "error", "event.name": name, "event.detail": detail });
        self.0.log.write(&line.to_string());
    }
}

/// A task of its own for each: as with SQS, a request that was sent arrives, also if the sender
/// does not wait for the answer.
impl Queue for LocalQueue {
    fn send(&self, messages: Vec<Message>) -> Sending<'_> {
        let sending = self.clone().send_all(messages);
        Box::pin(async { tokio::spawn(sending).await.unwrap_or(Err(LOST)) })
    }

    fn bury(&self, letter: DeadLetter) -> Sending<'_> {
        let burying = self.clone().bury_one(letter);
        Box::pin(async { tokio::spawn(burying).await.unwrap_or(Err(LOST)) })
    }
}

/// The runtime ended before the task did.
const LOST: QueueError = QueueError::Unreachable { how: "stopped" };

fn after(now: Instant, time: Duration) -> Instant {
    now.saturating_add(Instant::try_from(time.as_millis()).unwrap_or(Instant::MAX))
}

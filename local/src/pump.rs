//! What takes messages out of a queue and invokes its worker with them, as Lambda does: batch after
//! batch, each inside the worker's time. What succeeded is deleted, what failed is handed out again
//! when its visibility timeout is over.

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use shared::app::App;
use shared::boot::{BatchAnswer, Invocation, QueueAttributes, QueueBatch, QueueRecord};

use crate::functions::{self, Worker};
use crate::problem::Problem;
use crate::queue::{LocalQueue, Received};
use crate::template::Template;

/// Between a queue and its worker.
pub struct Pump {
    app: Rc<App>,
    queue: LocalQueue,
    worker: Worker,
    function: String,
    batch: usize,
    timeout: Duration,
}

/// What a pump did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pumped {
    /// How often it invoked the worker.
    pub batches: usize,
    /// With how many messages in all.
    pub messages: usize,
}

impl Pump {
    /// Between the queue of that logical id and the function that the template has work there.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no such function.
    pub fn new(
        template: &Template,
        logical_id: &str,
        app: Rc<App>,
        queue: LocalQueue,
    ) -> Result<Self, Problem> {
        let nobody = || Problem(format!("nobody works at {logical_id}"));
        let (function, batch) = template.worker(logical_id).ok_or_else(nobody)?;
        let worker = functions::workers().remove(function.name.as_str()).ok_or_else(nobody)?;
        let (function, timeout) = (function.name.clone(), function.timeout);
        Ok(Self { app, queue, worker, function, batch, timeout })
    }

    /// Puts another worker at the queue: for tests of what a worker may do.
    pub fn replace(&mut self, worker: Worker) {
        self.worker = worker;
    }

    /// Gives the worker another time: for tests of the deadline.
    pub fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = timeout;
    }

    /// Goes on until `stop` resolves, and then to the end of the batch under way. Sleeps until a
    /// message comes or is due.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        loop {
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = self.queue.ready() => {}
            }
            self.pass_on().await;
        }
    }

    /// Goes on until no message is visible.
    pub async fn drain(&self) -> Pumped {
        let mut pumped = Pumped::default();
        while self.queue.is_ready() {
            let messages = self.pass_on().await;
            pumped.batches += usize::from(messages > 0);
            pumped.messages += messages;
        }
        pumped
    }

    /// Replays a recorded event against the worker, as `sam local invoke` does.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the event is none, or the worker does not live to answer.
    pub async fn replay(&self, event: &str) -> Result<BatchAnswer, Problem> {
        let batch = serde_json::from_str(event);
        let batch = batch.map_err(|error| Problem::new("this is no batch of messages", error))?;
        let answer = self.invoke(batch).await;
        answer.ok_or_else(|| Problem("the worker did not live to answer".to_owned()))
    }

    /// Passes one batch on, if there is one, and says how many messages it had.
    pub async fn pass_on(&self) -> usize {
        let received = self.queue.receive(self.batch).await;
        if received.is_empty() {
            return 0;
        }
        let ids: Vec<String> = received.iter().map(|message| message.id.clone()).collect();
        let records = received.into_iter().map(|message| {
            let Received { id: message_id, org_unit, body, receives: _ } = message;
            let attributes = QueueAttributes { group: Some(org_unit) };
            QueueRecord { message_id, body, attributes }
        });
        let done = match self.invoke(QueueBatch { records: records.collect() }).await {
            Some(answer) => done(&ids, answer),
            None => Vec::new(),
        };
        self.queue.delete(&done).await;
        ids.len()
    }

    /// What the worker answers; nothing if it is killed at the end of its time, or panics.
    async fn invoke(&self, batch: QueueBatch) -> Option<BatchAnswer> {
        let (id, function) = ("local".to_owned(), self.function.clone().into());
        let invocation = Invocation { id, function, remaining: self.timeout };
        let work = (self.worker)(Rc::clone(&self.app), batch, invocation);
        let work = AssertUnwindSafe(work).catch_unwind();
        tokio::time::timeout(self.timeout, work).await.ok()?.ok()
    }
}

/// What the queue is rid of. An answer that names a message which was not in the batch is taken for
/// the failure of all of them, as Lambda does.
fn done(ids: &[String], answer: BatchAnswer) -> Vec<String> {
    let failures = answer.batch_item_failures.into_iter();
    let failed: BTreeSet<String> = failures.map(|failure| failure.item_identifier).collect();
    if !failed.iter().all(|id| ids.contains(id)) {
        return Vec::new();
    }
    ids.iter().filter(|id| !failed.contains(*id)).cloned().collect()
}

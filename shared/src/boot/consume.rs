//! A batch of a queue's messages: each is done, put back for later, or put among the dead letters
//! by itself, and the others do not notice.
//!
//! A worker may be killed at any line, and a message may come twice and late: handlers do the same
//! thing again without harm. The queue's own count of receives counts crashes, and what could be put
//! nowhere.

use futures_util::future::join_all;
use serde::{Deserialize, Serialize};

use super::Invocation;
use super::envelope::attempted_once_more;
use super::work::{Outcome, Work, reason};
use crate::app::App;
use crate::deliver::queue::{
    DeadLetter, LONGEST_DELAY, MOST_ATTEMPTS, Message, Queue, delay_before,
};
use crate::failure::Failure;
use crate::telemetry::Tally;

/// The group of a message that has none.
const NO_GROUP: &str = "none";

/// The event that Lambda makes of messages (SQS event source).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueBatch {
    /// The messages.
    #[serde(rename = "Records")]
    pub records: Vec<QueueRecord>,
}

/// One message of a batch.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueRecord {
    /// The queue's own id of it.
    pub message_id: String,
    /// What it says.
    pub body: String,
    /// What the queue says of it.
    #[serde(default)]
    pub attributes: QueueAttributes,
}

/// What the queue says of a message.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueAttributes {
    /// Whose it is, for the queue to be fair; nothing, where whoever sent it did not say.
    #[serde(rename = "MessageGroupId")]
    pub group: Option<String>,
}

/// What a message says is not for a log.
impl std::fmt::Debug for QueueRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueueRecord").field("message_id", &self.message_id).finish_non_exhaustive()
    }
}

/// Nor whose it is.
impl std::fmt::Debug for QueueAttributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("QueueAttributes").finish_non_exhaustive()
    }
}

/// Which messages the queue is to hand out again (`ReportBatchItemFailures`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchAnswer {
    /// The failed ones; all others are done with.
    pub batch_item_failures: Vec<BatchItemFailure>,
}

/// One message to hand out again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BatchItemFailure {
    /// The queue's own id of it.
    pub item_identifier: String,
}

/// What a message asks for.
pub trait Job: Sized {
    /// The queue it waits in.
    fn queue(app: &App) -> &dyn Queue;

    /// Reads a message.
    ///
    /// # Errors
    ///
    /// [`Unreadable`], if it is no such job.
    fn read(body: &str) -> Result<Self, Unreadable>;

    /// The message to put back, for another attempt later; none if there were enough.
    fn next_attempt(&self, app: &App) -> Option<Message>;
}

/// Why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unreadable {
    /// It is of a later version than this one, or asks for what this one knows nothing of: while a
    /// deployment shifts, the other may read it.
    Newer,
    /// Nobody can read it.
    Malformed,
}

/// Works on every message of a batch, side by side.
pub async fn consume_batch<H, J>(
    app: &App,
    handle: &H,
    batch: QueueBatch,
    invocation: &Invocation,
) -> BatchAnswer
where
    H: AsyncFn(&App, J) -> Result<(), Failure>,
    J: Job,
{
    let all = batch.records.into_iter().map(|record| one(app, handle, record, invocation));
    let failed = join_all(all).await.into_iter().flatten();
    let failed = failed.map(|item_identifier| BatchItemFailure { item_identifier });
    BatchAnswer { batch_item_failures: failed.collect() }
}

/// Works on one message; gives its id if the queue is to hand it out again.
async fn one<H, J>(
    app: &App,
    handle: &H,
    record: QueueRecord,
    invocation: &Invocation,
) -> Option<String>
where
    H: AsyncFn(&App, J) -> Result<(), Failure>,
    J: Job,
{
    let QueueRecord { message_id, body, attributes } = record;
    let work = Work::start(Some(&message_id), invocation);
    let (outcome, tally) = match J::read(&body) {
        Err(Unreadable::Newer) => (leave::<J>(app, body, attributes.group).await, Tally::default()),
        Err(Unreadable::Malformed) => {
            (bury::<J>(app, body, Failure::UnreadableMessage).await, Tally::default())
        }
        Ok(job) => {
            let next = job.next_attempt(app);
            let (done, tally) = work.attempt(app, handle(app, job)).await;
            (settle::<J>(app, done, next, body).await, tally)
        }
    };
    work.log(app, &outcome, &tally);
    matches!(outcome, Outcome::Failed(_)).then(|| message_id.clone())
}

/// What may pass waits for its time; what does not needs someone to look at it.
async fn settle<J: Job>(
    app: &App,
    done: Result<(), Failure>,
    next: Option<Message>,
    body: String,
) -> Outcome {
    let Err(failure) = done else { return Outcome::Done };
    match next {
        Some(Message { group, body, delay }) if failure.may_pass() => {
            let delay = delay.max(failure.retry_after()).min(LONGEST_DELAY);
            put_back::<J>(app, Message { group, body, delay }, failure).await
        }
        Some(_) | None => bury::<J>(app, body, failure).await,
    }
}

/// Leaves a message to a function that can read it: as it is, with one attempt more, and later and later.
/// It is as long in the queue as work that fails for now, which is longer than a deployment shifts.
async fn leave<J: Job>(app: &App, body: String, group: Option<String>) -> Outcome {
    match attempted_once_more(&body) {
        Some((attempts, body)) if attempts < MOST_ATTEMPTS => {
            let group = group.unwrap_or_else(|| NO_GROUP.to_owned());
            let delay = delay_before(attempts, app.random());
            put_back::<J>(app, Message { group, body, delay }, Failure::NewerMessage).await
        }
        Some(_) | None => bury::<J>(app, body, Failure::NewerMessage).await,
    }
}

/// The copy is there before this one is deleted.
async fn put_back<J: Job>(app: &App, message: Message, failure: Failure) -> Outcome {
    match J::queue(app).send(vec![message]).await {
        Ok(()) => Outcome::Later(failure),
        Err(error) => Outcome::Failed(error.into()),
    }
}

async fn bury<J: Job>(app: &App, body: String, failure: Failure) -> Outcome {
    let letter = DeadLetter::new(&body, &reason(&failure));
    match J::queue(app).bury(letter).await {
        Ok(()) => Outcome::Dead(failure),
        Err(error) => Outcome::Failed(error.into()),
    }
}

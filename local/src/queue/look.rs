//! A look into a queue, which SQS does not grant: for tests, and to say why a letter is dead.

use jiff::Timestamp;
use shared::deliver::queue::QueueError;

use super::LocalQueue;
use super::table::{Buried, Stored};
use super::waiting::Instant;

/// A message that is in the queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMessage {
    /// Whose it is.
    pub org_unit: String,
    /// What it says.
    pub body: String,
    /// How often it was handed out.
    pub receives: u32,
    /// Until when nobody sees it; nothing if it is visible.
    pub hidden_until: Option<Timestamp>,
}

/// A message that is among the dead letters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuriedLetter {
    /// What it says.
    pub body: String,
    /// Why it is there.
    pub reason: String,
    /// Since when.
    pub at: Timestamp,
}

/// A moment in the life of a queue, to ask what was buried after it.
#[derive(Debug, Clone)]
pub struct Mark(String);

impl LocalQueue {
    /// Every message that is in the queue, handed out or not, in the order they were sent.
    ///
    /// # Errors
    ///
    /// [`QueueError`], if the table cannot be read.
    pub async fn messages(&self) -> Result<Vec<WaitingMessage>, QueueError> {
        let (stored, now) = (self.0.table.messages().await?, self.now());
        let waiting = self.waiting();
        let messages = stored.into_iter().map(|stored| {
            let Stored { id, org_unit, body, due: _, receives } = stored;
            let hidden_until = waiting.hidden_until(&id).filter(|until| *until > now);
            let hidden_until = hidden_until.map(instant);
            WaitingMessage { org_unit, body, receives, hidden_until }
        });
        Ok(messages.collect())
    }

    /// This moment.
    #[must_use]
    pub fn mark(&self) -> Mark {
        Mark(self.next_id())
    }

    /// The dead letters, or those that were buried after a moment.
    ///
    /// # Errors
    ///
    /// [`QueueError`], if the table cannot be read.
    pub async fn dead_letters(
        &self,
        after: Option<&Mark>,
    ) -> Result<Vec<BuriedLetter>, QueueError> {
        let after = after.map(|Mark(id)| id.as_str()).unwrap_or_default();
        let letters = self.0.table.dead_letters(after).await?.into_iter();
        let letters = letters.map(|Buried { id: _, body, reason, at }| BuriedLetter {
            body,
            reason,
            at: instant(at),
        });
        Ok(letters.collect())
    }
}

fn instant(milliseconds: Instant) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::MAX)
}

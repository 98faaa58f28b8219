//! A queue: at least once, in no order, with a place for letters that nobody can deliver.

use std::pin::Pin;
use std::time::Duration;

use crate::aws::AwsFault;

/// The longest that a message may be kept back (SQS, `DelaySeconds`).
pub const LONGEST_DELAY: Duration = Duration::from_secs(15 * 60);

/// How often a job is attempted before someone has to look at it: about eight hours.
pub const MOST_ATTEMPTS: u32 = 50;

/// The pause before the second attempt of a job; twice as long before each further one.
const FIRST_DELAY: Duration = Duration::from_secs(5);

/// How long a job waits that was attempted so many times: from half of a time that doubles up to
/// [`LONGEST_DELAY`], to all of it, as chance has it, so that what failed together does not come
/// back together.
#[must_use]
pub fn delay_before(attempts: u32, random: u128) -> Duration {
    let doublings = attempts.saturating_sub(1).min(16);
    let longest = FIRST_DELAY.saturating_mul(1 << doublings).min(LONGEST_DELAY);
    let half = longest / 2;
    let milliseconds = half.as_millis().max(1);
    half + Duration::from_millis(u64::try_from(random % milliseconds).unwrap_or_default())
}

/// Something for a worker to do.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// The org unit whose it is, as text: a queue is fair among groups, so that the storm of one does
    /// not hold up the others. It gives no authority over anything.
    pub group: String,
    /// What it says. It names what is stored and does not repeat it.
    pub body: String,
    /// For how long nobody sees it; at most [`LONGEST_DELAY`].
    pub delay: Duration,
}

/// A message that nobody will try again by themselves.
#[derive(Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// The message's body, as far as any queue takes it.
    pub body: String,
    /// Why it is dead: fixed words, and of an event that is wrong the places and the rules, for whoever
    /// looks after the queue.
    pub reason: String,
}

/// The longest body of a dead letter, in bytes: with its reason it fits into every queue.
const LONGEST_BODY: usize = 200 * 1024;

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 1024;

impl DeadLetter {
    /// A letter that any queue takes: what is too long is cut off, and what SQS does not take as a
    /// character is U+FFFD.
    #[must_use]
    pub fn new(body: &str, reason: &str) -> Self {
        Self { body: fit(body, LONGEST_BODY), reason: fit(reason, LONGEST_REASON) }
    }
}

/// The characters of XML 1.0 are what a message may hold (SQS, `SendMessage`).
fn fit(text: &str, longest: usize) -> String {
    let is_taken = |character: char| matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    let taken = |character| if is_taken(character) { character } else { '\u{fffd}' };
    let text: String = text.chars().map(taken).collect();
    match text.get(..text.floor_char_boundary(longest)) {
        Some(beginning) if beginning.len() < text.len() => format!("{beginning}…"),
        Some(_) | None => text,
    }
}

/// What a call of a port gives: boxed, since ports are held as trait objects.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<(), QueueError>> + Send + 'a>>;

/// A queue and its dead letters.
pub trait Queue: Send + Sync {
    /// Puts every message in. They are durable when it is done; some of them may be if it fails.
    fn send(&self, messages: Vec<Message>) -> Sending<'_>;

    /// Puts a message among the dead letters.
    fn bury(&self, letter: DeadLetter) -> Sending<'_>;
}

/// Why a message is not in its queue, after the client's retries.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QueueError {
    /// The queue takes no more for now.
    #[error("the queue is throttling")]
    Throttled,
    /// No answer came, or none that is one.
    #[error("the queue cannot be reached ({how})")]
    Unreachable {
        /// In what way.
        how: &'static str,
    },
    /// The queue refused the message: a mistake of ours, or of the deployment.
    #[error("the queue answered {code}")]
    Rejected {
        /// The error code of the SQS API. Its message may quote values, and is dropped.
        code: String,
    },
    /// The function names no queue: a mistake of ours.
    #[error("this function was booted without a queue")]
    NotNamed,
}

impl QueueError {
    /// Whether the same message may be taken in a moment.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Throttled | Self::Unreachable { .. } => true,
            Self::Rejected { .. } | Self::NotNamed => false,
        }
    }

    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Throttled => "queue.throttled",
            Self::Unreachable { .. } => "queue.unreachable",
            Self::Rejected { .. } => "queue.rejected",
            Self::NotNamed => "queue.not_named",
        }
    }

    /// What the log adds: an error code, or how the queue cannot be reached.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Throttled | Self::NotNamed => None,
            Self::Unreachable { how } => Some(how),
            Self::Rejected { code } => Some(code),
        }
    }
}

impl From<AwsFault> for QueueError {
    fn from(fault: AwsFault) -> Self {
        match fault {
            // No transaction reaches a queue.
            AwsFault::Throttled | AwsFault::Conflict => Self::Throttled,
            AwsFault::Unreachable { how } => Self::Unreachable { how },
            AwsFault::Rejected { code } => Self::Rejected { code },
        }
    }
}

/// The queue of a function that names none.
pub(crate) struct NoQueue;

impl Queue for NoQueue {
    fn send(&self, _: Vec<Message>) -> Sending<'_> {
        Box::pin(std::future::ready(Err(QueueError::NotNamed)))
    }

    fn bury(&self, _: DeadLetter) -> Sending<'_> {
        Box::pin(std::future::ready(Err(QueueError::NotNamed)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_one_that_sqs_takes() {
        let letter = DeadLetter::new("a\u{0}b\tc\u{ffff}😀", &"ä".repeat(LONGEST_REASON));
        assert_eq!(letter.body, "a\u{fffd}b\tc\u{fffd}😀");
        assert_eq!(letter.reason, format!("{}…", "ä".repeat(LONGEST_REASON / 2)));
        assert_eq!(DeadLetter::new(&"x".repeat(LONGEST_BODY), "").body.len(), LONGEST_BODY);
    }

    #[test]
    fn the_delay_doubles_up_to_a_quarter_of_an_hour_and_is_spread() {
        let shortest = |attempts| delay_before(attempts, 0).as_millis();
        assert_eq!([1, 2, 3, 4].map(shortest), [2500, 5000, 10_000, 20_000]);
        assert_eq!([9, 50, u32::MAX].map(shortest), [450_000; 3]);
        for random in [1, 77, u128::MAX] {
            assert!(delay_before(50, random) <= LONGEST_DELAY);
        }
        assert_eq!(delay_before(1, 2499).as_millis(), 4999);
    }
}

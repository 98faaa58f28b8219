//! How often a method may be called.
//!
//! Slack documents tiers for each method and workspace, "20+ per minute" for the second, and for
//! `chat.postMessage` about one message a second for each channel, with short bursts. Here both are
//! one rule: so many calls in any span of so many seconds, and what was refused does not count. A
//! channel takes 10 messages in any 10 seconds.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::answer::Answer;

/// So many calls in any span of so many seconds.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    pub(super) calls: usize,
    pub(super) seconds: i64,
}

/// What a channel takes.
pub(super) const MESSAGES: Rate = Rate { calls: 10, seconds: 10 };

/// When calls were let in, by what they are counted under.
#[derive(Default)]
pub(super) struct Limits(Mutex<BTreeMap<Vec<String>, VecDeque<Timestamp>>>);

impl Limits {
    /// Lets a call in, if the rate allows one more under those words.
    ///
    /// # Errors
    ///
    /// [`Answer::RateLimited`], with the seconds until it does: at least 1, and whole ones.
    pub(super) fn admit(&self, under: &[&str], rate: Rate, now: Timestamp) -> Result<(), Answer> {
        let under = under.iter().map(|&word| word.to_owned()).collect();
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let let_in = counted.entry(under).or_default();
        let span = SignedDuration::from_secs(rate.seconds);
        while let_in.front().is_some_and(|earliest| now.duration_since(*earliest) >= span) {
            let_in.pop_front();
        }
        if let_in.len() < rate.calls {
            let_in.push_back(now);
            return Ok(());
        }
        let waited =
            let_in.front().map_or(SignedDuration::ZERO, |first| now.duration_since(*first));
        let left = (span - waited).as_millis();
        Err(Answer::RateLimited(u32::try_from((left + 999) / 1000).unwrap_or(1).max(1)))
    }
}

//! What the functions log, added up.

use std::sync::{Mutex, MutexGuard, PoisonError};

use local::problem::Problem;
use serde_json::Value;
use shared::telemetry::Log;

/// How many lines of trouble are kept to be shown.
const MOST_TROUBLES: usize = 5;

/// Takes what is logged of each message.
#[derive(Default)]
pub(crate) struct Tally(Mutex<Sums>);

/// What the lines say together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Sums {
    /// How often DynamoDB was called, retries included.
    pub(crate) store_calls: u32,
    /// The first lines of what was not done at once.
    troubles: Vec<String>,
}

impl Sums {
    /// Whether all that was dispatched was done at once: what had to be tried again measures
    /// something else.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.troubles.is_empty() {
            return Ok(());
        }
        Err(Problem(format!("not everything was done at once:\n{}", self.troubles.join("\n"))))
    }
}

impl Tally {
    /// What was logged since this was asked before.
    pub(crate) fn take(&self) -> Sums {
        std::mem::take(&mut *self.sums())
    }

    fn sums(&self) -> MutexGuard<'_, Sums> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Log for Tally {
    fn write(&self, line: &str) {
        let json: Value = serde_json::from_str(line).unwrap_or_default();
        let mut sums = self.sums();
        let calls = json.get("store.attempts").and_then(Value::as_u64).unwrap_or_default();
        sums.store_calls = sums.store_calls.saturating_add(calls.try_into().unwrap_or(u32::MAX));
        let is_done = json.get("work.outcome").is_some_and(|outcome| outcome == "done");
        if !is_done && sums.troubles.len() < MOST_TROUBLES {
            sums.troubles.push(line.to_owned());
        }
    }
}

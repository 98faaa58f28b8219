//! What one request, or one piece of work, costs and brings about, counted while it runs.
//!
//! Whoever brings something about notes it where it happens; nobody hands a counter around. Where nobody
//! counts, as outside requests and work, a note is lost.

use std::cell::Cell;

use jiff::SignedDuration;

use crate::domain::decision::Outcome;
use crate::domain::delivery::DeliveryStatus;

/// What was counted.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    /// Calls of the store, retries included.
    pub(crate) store_attempts: u32,
    /// Capacity that the store says they took, in its units of reading and of writing.
    pub(crate) store_units: f64,
    /// How often it was decided that something is sent.
    pub(crate) allowed: u32,
    /// How often it was decided that something waits for a digest.
    pub(crate) deferred: u32,
    /// How often it was decided that something is not sent.
    pub(crate) denied: u32,
    /// What was delivered, or will never be.
    pub(crate) delivered: Option<Delivered>,
    /// How long after the end of its bucket a digest was sent.
    pub(crate) digest_lag: Option<SignedDuration>,
}

/// A delivery that came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Delivered {
    /// Over which channel.
    pub(crate) channel: &'static str,
    /// How it ended: the delivery's state.
    pub(crate) result: &'static str,
}

/// One request, or one piece of work.
struct Counting {
    is_metered: bool,
    tally: Cell<Tally>,
}

tokio::task_local! {
    static COUNTING: Counting;
}

/// Runs a request or a piece of work, and counts. What only metrics need is asked for if it `is_metered`.
pub(crate) async fn tallied<F: Future>(is_metered: bool, work: F) -> (F::Output, Tally) {
    let counting = Counting { is_metered, tally: Cell::default() };
    let counted = async {
        let output = work.await;
        (output, COUNTING.with(|counting| counting.tally.get()))
    };
    COUNTING.scope(counting, counted).await
}

/// Whether anybody needs what only metrics need.
pub(crate) fn is_metered() -> bool {
    COUNTING.try_with(|counting| counting.is_metered).unwrap_or_default()
}

/// Notes one attempt at a call of the store.
pub(crate) fn note_store_attempt() {
    note(|tally| Tally { store_attempts: tally.store_attempts.saturating_add(1), ..tally });
}

/// Notes what the store says that a call took.
pub(crate) fn note_store_units(units: f64) {
    note(|tally| Tally { store_units: tally.store_units + units, ..tally });
}

/// Notes what was decided about one person and one channel.
pub fn note_decision(outcome: Outcome) {
    note(|tally| match outcome {
        Outcome::Allow => Tally { allowed: tally.allowed.saturating_add(1), ..tally },
        Outcome::Defer { .. } => Tally { deferred: tally.deferred.saturating_add(1), ..tally },
        Outcome::Deny => Tally { denied: tally.denied.saturating_add(1), ..tally },
    });
}

/// Notes how far a delivery is, if that is its end.
pub(crate) fn note_delivery(channel: &'static str, status: DeliveryStatus) {
    match status {
        DeliveryStatus::Sent | DeliveryStatus::Denied | DeliveryStatus::Failed => {
            let delivered = Some(Delivered { channel, result: status.name() });
            note(|tally| Tally { delivered, ..tally });
        }
        DeliveryStatus::Sending | DeliveryStatus::Waiting => {}
    }
}

/// Notes how long after the end of its bucket a digest was sent.
pub(crate) fn note_digest_sent(lag: SignedDuration) {
    note(|tally| Tally { digest_lag: Some(lag), ..tally });
}

fn note(change: impl FnOnce(Tally) -> Tally) {
    COUNTING.try_with(|counting| counting.tally.set(change(counting.tally.get()))).ok();
}

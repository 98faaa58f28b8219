//! Sends digests as they fall due: a schedule has it find them, and it sends each that it takes out of its
//! queue.

use jiff::Timestamp;
use shared::app::App;
use shared::digests::{self, DigestJob};
use shared::failure::Failure;

/// Puts a message into the queue for each digest that is due at that instant.
///
/// # Errors
///
/// A [`Failure`]; the next tick finds what this one left.
pub async fn tick(app: &App, at: Timestamp) -> Result<(), Failure> {
    digests::find(app, at).await
}

/// Sends one digest, once, or finds more of them.
///
/// # Errors
///
/// A [`Failure`]; doing it again is safe, and does nothing where it was done.
pub async fn handle(app: &App, job: DigestJob) -> Result<(), Failure> {
    digests::work(app, &job).await
}

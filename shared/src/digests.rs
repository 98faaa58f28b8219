//! Digests: found as they fall due, and sent, each once.
//!
//! A schedule looks for what is due, and puts a message for each digest into a queue. Whoever takes one out
//! of it closes the digest, reads what waited, decides each again, sends one email, and marks it.

mod due;
mod job;
mod sending;

pub use due::find;
pub use job::DigestJob;

use crate::app::App;
use crate::failure::Failure;
use job::Task;

/// Does what a message of the queue asks for.
///
/// # Errors
///
/// A [`Failure`]; doing it again is safe, and does nothing where it was done.
pub async fn work(app: &App, job: &DigestJob) -> Result<(), Failure> {
    match job.task() {
        Task::Send(digest) => sending::send(app, digest, job.is_last()).await,
        Task::Find { shard, until } => due::find_all(app, *shard, *until).await,
    }
}

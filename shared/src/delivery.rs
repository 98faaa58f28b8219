//! Delivering notifications outside an inbox: each once.

mod job;

pub use job::DeliveryJob;

use crate::app::App;
use crate::failure::Failure;

/// Delivers one notification, once.
///
/// # Errors
///
/// A [`Failure`]; delivering it again is safe, and does nothing where it was delivered.
pub async fn deliver(app: &App, job: &DeliveryJob) -> Result<(), Failure> {
    let accepted = app.store.accepted_event(job.org_unit(), job.event(), app.now()).await?;
    accepted.map(drop).ok_or(Failure::EventGone)
}

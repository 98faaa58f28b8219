//! Dispatches accepted events: into the directory, and into inboxes.

use shared::app::App;
use shared::events::{self, DispatchJob};
use shared::failure::Failure;

/// Dispatches one accepted event.
///
/// # Errors
///
/// A [`Failure`]; the event may then be dispatched in part, and dispatching it again is safe.
pub async fn handle(app: &App, job: DispatchJob) -> Result<(), Failure> {
    events::dispatch(app, &job).await
}

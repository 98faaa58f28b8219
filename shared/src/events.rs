//! What happens to events between the door and the table.

mod dispatch_job;

pub use dispatch_job::DispatchJob;

use crate::app::App;
use crate::failure::Failure;

impl App {
    /// Dispatches an accepted event.
    ///
    /// # Errors
    ///
    /// A [`Failure`]; the event may then be dispatched in part, and dispatching it again is safe.
    pub async fn dispatch(&self, _job: &DispatchJob) -> Result<(), Failure> {
        Ok(())
    }
}

//! What happens to events between the door and the table: they are accepted, and dispatched.

mod acceptance;
mod directory;
mod dispatch_job;
mod dispatching;

pub use acceptance::accept;
pub use dispatch_job::DispatchJob;
pub use dispatching::dispatch;

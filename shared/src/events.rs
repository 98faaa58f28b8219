//! What becomes of an event: it is accepted, then dispatched.

mod acceptance;
mod directory;
mod dispatch_job;
mod dispatching;
mod inbox;
mod people;
mod telling;

pub use acceptance::{accept, accept_replayed};
pub use dispatch_job::DispatchJob;
pub use dispatching::dispatch;

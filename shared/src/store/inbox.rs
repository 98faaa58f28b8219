//! Inboxes: a row for each event and person, and once it is deleted a tombstone in its place.

mod bulk;
mod erasing;
mod exporting;
mod page;
mod put;
mod row;

pub(super) use exporting::kept_notification;
pub use put::Cause;

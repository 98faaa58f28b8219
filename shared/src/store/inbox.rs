//! Inboxes: a row for each event and person, and once it is deleted a tombstone in its place.

mod bulk;
mod erasing;
mod page;
mod put;
mod row;

pub use put::Cause;

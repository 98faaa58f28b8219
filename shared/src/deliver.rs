//! Ports to what this service hands things to. Each is a narrow trait with its real client here,
//! and a local one in `local`.

pub mod queue;
mod sqs;

pub use sqs::SqsQueue;

//! The whole system in one process: for `cargo dev`, and for the tests. Never deployed.
//!
//! The handlers are the ones that Lambda runs. Around them stand an HTTP gateway with the routes of
//! `template.yaml`, and a DynamoDB engine with the table of `template.yaml`.

pub mod dev;
pub mod engine;
pub mod environment;
pub mod faults;
pub mod functions;
pub mod gateway;
pub mod identity;
pub mod log;
pub mod problem;
pub mod sam;
pub mod server;
pub mod template;
pub mod yaml;

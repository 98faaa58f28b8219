//! The whole system in one process: for `cargo dev`, and for the tests. Never deployed.
//!
//! The handlers are the ones that Lambda runs. Around them stand an HTTP gateway with the routes of
//! `template.yaml`, a queue with its rules, a bus, and a DynamoDB engine with its table.

pub mod bus;
pub mod control;
pub mod dev;
pub mod engine;
pub mod environment;
pub mod erasing;
pub mod faults;
pub mod functions;
pub mod gateway;
pub mod identity;
pub mod log;
pub mod operators;
pub mod outbox;
mod private;
pub mod problem;
pub mod pump;
pub mod push_peer;
pub mod pushing;
pub mod queue;
pub mod queues;
pub mod sam;
pub mod schedules;
pub mod secrets;
pub mod server;
pub mod slack;
pub mod system;
pub mod template;
pub mod unsubscribing;
pub mod yaml;

//! What holds over all functions.

mod api_keys;
mod bus;
mod claims;
mod dev;
mod edge;
mod events;
mod fault_proxy;
mod faults;
mod gateway;
mod inbox;
mod jwks;
mod lambda;
pub(crate) mod laws;
mod logs;
mod outbox;
mod permissions;
mod queue;
mod rights;
mod routes;
pub(crate) mod schedules;
mod secrets;
mod sqs;
mod template;
mod tls;
mod tokens;
mod watches;

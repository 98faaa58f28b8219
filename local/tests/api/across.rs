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
mod leases;
mod logs;
mod outbox;
mod permissions;
mod queue;
mod rights;
mod routes;
mod secrets;
mod slack_folder;
mod sqs;
mod template;
mod tls;
mod tokens;
mod watches;

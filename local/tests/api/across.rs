//! What holds over all functions.

mod bus;
mod claims;
mod dev;
mod edge;
mod events;
mod fault_proxy;
mod faults;
mod gateway;
mod jwks;
mod lambda;
mod laws;
mod logs;
mod permissions;
mod queue;
mod routes;
mod template;
mod tls;
mod tokens;

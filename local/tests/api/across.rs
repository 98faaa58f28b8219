//! What holds over all functions.

mod claims;
mod edge;
mod events;
mod faults;
mod gateway;
mod jwks;
mod laws;
mod logs;
mod routes;
mod tokens;

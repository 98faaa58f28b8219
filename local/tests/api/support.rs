//! The system as the tests hold it: people as values, verbs on them, the clock held still.

mod api;
mod caller;
mod doubles;
pub(crate) mod keys;
mod openapi;
pub(crate) mod process;

pub(crate) use api::{Api, Setup, identity};
pub(crate) use caller::{Answer, Caller};
pub(crate) use doubles::ScriptedJwks;

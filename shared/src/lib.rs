//! What every function shares: who is calling, what they may ask, how it is stored, how it is answered.
//!
//! `ARCHITECTURE.md` at the root of the repository draws the layers and says what must always hold.

pub mod app;
pub mod auth;
pub mod aws;
pub mod boot;
pub mod config;
pub mod deliver;
pub mod delivery;
pub mod digests;
pub mod domain;
pub mod erasures;
pub mod events;
pub mod export;
pub mod failure;
pub mod feedback;
#[cfg(any(test, fuzzing))]
#[expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a law that does not hold is told by a panic"
)]
pub mod fuzzing;
pub mod http;
pub mod identities;
pub mod json;
mod keeping;
pub mod mail;
pub mod push;
pub mod slack;
pub mod store;
pub mod telemetry;
pub mod unsubscribe;
pub mod watching;
pub mod web;

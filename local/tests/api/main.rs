//! What the API promises, as tests: every answer through the endpoint, with real tokens, on a real engine.
//!
//! One module for each function, and `across` for what holds over all of them.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that is surprised fails, and panicking is how"
)]

mod across;
mod get_notification_prefs;
mod put_notification_prefs;
mod support;

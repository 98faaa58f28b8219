//! The laws of preferences, against plain models.

mod account_email;
mod activity;
mod api_keys;
mod channel_preferences;
mod decisions;
mod directory;
mod feedback;
mod identities;
mod inbox;
mod lead_alerts;
mod push_subscriptions;
mod surfaces;
mod tenancy;
mod told;
mod unsubscribing;
mod watches;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::Api;

/// Runs a law over one system; each case is a person of their own.
pub(crate) fn check<S: Strategy>(strategy: S, law: impl AsyncFn(&Api, &str, S::Value)) {
    check_some(48, strategy, law);
}

/// The same, of a law that takes long: so many cases.
pub(crate) fn check_some<S: Strategy>(
    cases: u32,
    strategy: S,
    law: impl AsyncFn(&Api, &str, S::Value),
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let api = runtime.block_on(Api::start());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let cases = std::cell::Cell::new(0);
    TestRunner::new(config)
        .run(&strategy, |value| {
            cases.set(cases.get() + 1);
            runtime.block_on(law(&api, &format!("user-{}", cases.get()), value));
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
}

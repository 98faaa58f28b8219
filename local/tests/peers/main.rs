//! Our requests, put to someone else's server. `.ci/peers` starts the servers and runs this; `cargo
//! test` does not, since it asks for more than cargo.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that is surprised fails, and panicking is how"
)]

mod email;
mod push;
mod secrets;
mod sqs;

/// Where a peer listens, as `.ci/peers` says.
fn peer(variable: &str) -> String {
    #[expect(clippy::disallowed_methods, reason = "the script's way to say where its servers are")]
    let url = std::env::var(variable);
    url.unwrap_or_else(|_| panic!("{variable} is not set; run .ci/peers"))
}

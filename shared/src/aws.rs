//! The way to AWS: one connector for all its services, on Amazon's own roots, and what their
//! answers mean when something went wrong.

mod connector;
mod fault;
mod signing;

use std::time::Duration;

use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;

pub use connector::{ConnectError, Connector, TrustError};
pub use fault::AwsFault;
pub(crate) use fault::code_of;
pub(crate) use signing::KeptSigningKey;

/// The longest first pause between attempts: the SDK draws from nothing to this, and from twice as
/// much for each further one.
const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// The longest of all pauses between attempts.
const LONGEST_BACKOFF: Duration = Duration::from_millis(800);

/// How often a call is attempted in all.
const MAX_ATTEMPTS: u32 = 4;

/// How often and how fast calls are attempted again.
pub(crate) fn retries() -> RetryConfig {
    RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(FIRST_BACKOFF)
        .with_max_backoff(LONGEST_BACKOFF)
}

/// What a client's retries are drawn on: its own, where the SDK would have all clients of the process
/// draw on one.
pub(crate) fn retry_partition(client: &'static str) -> RetryPartition {
    RetryPartition::custom(client).token_bucket(TokenBucket::default()).build()
}

/// How long one attempt may take. How long a connection may take to open is the connector's to
/// know.
pub(crate) fn timeouts(attempt: Duration) -> TimeoutConfig {
    TimeoutConfig::builder().operation_attempt_timeout(attempt).build()
}

/// The pause after so many calls, where the SDK knows of no reason to repeat one: as long as it
/// would draw, at random so that those who met do not meet again.
pub(crate) fn pause_before(call: u32) -> Duration {
    let longest = FIRST_BACKOFF.saturating_mul(2_u32.saturating_pow(call.saturating_sub(1)));
    longest.min(LONGEST_BACKOFF).mul_f64(fastrand::f64())
}

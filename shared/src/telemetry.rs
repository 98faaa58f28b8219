//! One line of JSON for each request, written as the answer leaves, and for each piece of work that no
//! request waits for.
//!
//! It says which route, how it ended, how long it took and what it cost the store. It never holds a
//! token, a body, an address, a Slack id, a path, an org unit or a user. Where the deployment names a
//! namespace for them, metrics are in the same line. `docs/observability.md` lists every field and metric.

mod metrics;
mod namespace;
mod tally;

use std::io::Write as _;

use serde::Serialize;

pub(crate) use metrics::{Metrics, RequestMetrics, WorkMetrics};
pub use namespace::{InvalidMetricsNamespace, MetricsNamespace};
pub use tally::note_decision;
pub(crate) use tally::{
    Tally, is_metered, note_delivery, note_digest_sent, note_store_attempt, note_store_units,
    tallied,
};

/// Where lines go.
pub trait Log: Send + Sync {
    /// Writes one line, which has no line break.
    fn write(&self, line: &str);
}

/// Standard output, which Lambda takes to CloudWatch.
#[derive(Debug, Clone, Copy)]
pub struct StandardOutput;

impl Log for StandardOutput {
    fn write(&self, line: &str) {
        // There is no one to tell that the log cannot be written.
        writeln!(std::io::stdout().lock(), "{line}").ok();
    }
}

/// What is logged of a request. Field names are dotted by noun.
#[derive(Debug, Serialize)]
pub(crate) struct RequestLine<'a> {
    pub(crate) level: &'static str,
    pub(crate) timestamp: String,
    #[serde(rename = "request.id")]
    pub(crate) request_id: &'a str,
    #[serde(rename = "request.gateway_id")]
    pub(crate) gateway_request_id: Option<&'a str>,
    #[serde(rename = "request.lambda_id")]
    pub(crate) lambda_request_id: &'a str,
    #[serde(rename = "http.route")]
    pub(crate) route: Option<&'a str>,
    #[serde(rename = "http.status")]
    pub(crate) status: u16,
    #[serde(rename = "duration.us")]
    pub(crate) duration_us: u128,
    #[serde(rename = "store.attempts")]
    pub(crate) store_attempts: u32,
    #[serde(rename = "error.kind", skip_serializing_if = "Option::is_none")]
    pub(crate) error_kind: Option<&'static str>,
    #[serde(rename = "error.code", skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) metrics: Option<RequestMetrics<'a>>,
}

impl RequestLine<'_> {
    pub(crate) fn write_to(&self, log: &dyn Log) {
        write(self, log);
    }
}

/// What is logged of work that no request waits for: a message, an event.
#[derive(Debug, Serialize)]
pub(crate) struct WorkLine<'a> {
    pub(crate) level: &'static str,
    pub(crate) timestamp: String,
    /// The queue's or the bus's own id of it.
    #[serde(rename = "work.id")]
    pub(crate) id: Option<&'a str>,
    #[serde(rename = "work.lambda_id")]
    pub(crate) lambda_id: &'a str,
    /// `done`, `later`, `dead`, or `failed`, which is to be handed out again.
    #[serde(rename = "work.outcome")]
    pub(crate) outcome: &'static str,
    #[serde(rename = "duration.us")]
    pub(crate) duration_us: u128,
    #[serde(rename = "store.attempts")]
    pub(crate) store_attempts: u32,
    #[serde(rename = "error.kind", skip_serializing_if = "Option::is_none")]
    pub(crate) error_kind: Option<&'static str>,
    #[serde(rename = "error.code", skip_serializing_if = "Option::is_none")]
    pub(crate) error_code: Option<&'a str>,
    #[serde(flatten)]
    pub(crate) metrics: Option<WorkMetrics<'a>>,
}

impl WorkLine<'_> {
    pub(crate) fn write_to(&self, log: &dyn Log) {
        write(self, log);
    }
}

/// What may be logged when there is no request to log it with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub(crate) enum EventName {
    /// A function did not start.
    #[serde(rename = "boot.failed")]
    BootFailed,
    /// The Runtime API went away.
    #[serde(rename = "runtime.stopped")]
    RuntimeStopped,
    /// The code panicked.
    #[serde(rename = "panic")]
    Panic,
    /// The keys that tokens are signed with could not be fetched.
    #[serde(rename = "jwks.refresh_failed")]
    JwksRefreshFailed,
    /// The same of the keys of unsubscribe links.
    #[serde(rename = "unsubscribe_keys.refresh_failed")]
    UnsubscribeKeysRefreshFailed,
    /// The same of the keys of Web Push.
    #[serde(rename = "vapid_keys.refresh_failed")]
    VapidKeysRefreshFailed,
    /// The same of the keys of the marks of people who were erased.
    #[serde(rename = "erasure_keys.refresh_failed")]
    ErasureKeysRefreshFailed,
    /// The same of a Slack token.
    #[serde(rename = "slack_token.refresh_failed")]
    SlackTokenRefreshFailed,
    /// Slack refuses a token.
    #[serde(rename = "slack.token_refused")]
    SlackTokenRefused,
    /// One of a person's browsers was not told.
    #[serde(rename = "push.not_told")]
    PushNotTold,
    /// Nobody can read some of the digests that are due.
    #[serde(rename = "digests.unreadable")]
    DigestsUnreadable,
}

/// What is logged when there is no request to log it with.
#[derive(Debug, Serialize)]
pub(crate) struct EventLine<'a> {
    pub(crate) level: &'static str,
    #[serde(rename = "event.name")]
    pub(crate) name: EventName,
    #[serde(rename = "event.detail")]
    pub(crate) detail: &'a str,
}

impl EventLine<'_> {
    pub(crate) fn write_to(&self, log: &dyn Log) {
        write(self, log);
    }
}

/// Texts and numbers can always be written.
fn write(line: &impl Serialize, log: &dyn Log) {
    if let Ok(line) = serde_json::to_string(line) {
        log.write(&line);
    }
}

/// An error and its causes, for what happens outside requests: no cause there quotes a person.
pub(crate) fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;

//! Metrics, inside the log line: CloudWatch takes them out of it (embedded metric format).
//!
//! Each combination of a metric's name and the values of its dimensions is paid for by the month, so a
//! dimension is a route, a function or a fixed word, and never someone: no org unit, no user.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::{Log, MetricsNamespace, Tally, write};

/// What a route is called that nobody knows, since the event names none.
const NO_ROUTE: &str = "none";

/// Metrics that share their dimensions.
#[derive(Debug)]
struct Set {
    /// Each by itself is a list of root members of the line.
    dimensions: &'static [&'static [&'static str]],
    /// Root members too.
    metrics: &'static [Metric],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metric {
    name: &'static str,
    unit: Unit,
}

#[derive(Debug, Serialize)]
enum Unit {
    Count,
    Milliseconds,
    Seconds,
}

const fn count(name: &'static str) -> Metric {
    Metric { name, unit: Unit::Count }
}

static REQUESTS: Set = Set {
    dimensions: &[&["Route", "Status"]],
    metrics: &[count("Requests"), Metric { name: "Duration", unit: Unit::Milliseconds }],
};

static WORK: Set = Set { dimensions: &[&["Function", "Outcome"]], metrics: &[count("Work")] };

static STORE: Set =
    Set { dimensions: &[&["Function"]], metrics: &[count("StoreCalls"), count("StoreUnits")] };

/// Over all functions, and of each.
static DECISIONS: Set =
    Set { dimensions: &[&["Outcome"], &["Function", "Outcome"]], metrics: &[count("Decisions")] };

static DELIVERIES: Set =
    Set { dimensions: &[&["Channel", "Result"]], metrics: &[count("Deliveries")] };

static DIGEST_LAG: Set =
    Set { dimensions: &[&[]], metrics: &[Metric { name: "DigestLag", unit: Unit::Seconds }] };

/// What makes metrics of a line's members.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Metadata<'a> {
    /// In milliseconds.
    timestamp: i64,
    cloud_watch_metrics: Directives<'a>,
}

#[derive(Debug)]
struct Directives<'a> {
    namespace: &'a str,
    sets: [Option<&'static Set>; 4],
}

impl Serialize for Directives<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "PascalCase")]
        struct Directive<'a> {
            namespace: &'a str,
            dimensions: &'static [&'static [&'static str]],
            metrics: &'static [Metric],
        }
        let Self { namespace, sets } = self;
        serializer.collect_seq(sets.iter().flatten().map(|Set { dimensions, metrics }| Directive {
            namespace,
            dimensions,
            metrics,
        }))
    }
}

/// What a request's line says besides.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct RequestMetrics<'a> {
    #[serde(rename = "_aws")]
    metadata: Metadata<'a>,
    route: &'a str,
    status: &'static str,
    requests: u32,
    duration: f64,
    #[serde(flatten)]
    store: StoreMetrics<'a>,
}

/// What the line of a piece of work says besides.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct WorkMetrics<'a> {
    #[serde(rename = "_aws")]
    metadata: Metadata<'a>,
    outcome: &'static str,
    work: u32,
    #[serde(flatten)]
    store: StoreMetrics<'a>,
    #[serde(flatten)]
    delivery: Option<DeliveryMetrics>,
    #[serde(skip_serializing_if = "Option::is_none")]
    digest_lag: Option<f64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct StoreMetrics<'a> {
    function: &'a str,
    store_calls: u32,
    store_units: f64,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DeliveryMetrics {
    channel: &'static str,
    result: &'static str,
    deliveries: u32,
}

/// A line of its own for each outcome that was decided: a line has one value for each dimension.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DecisionsLine<'a> {
    #[serde(rename = "level")]
    level: &'static str,
    #[serde(rename = "_aws")]
    metadata: Metadata<'a>,
    function: &'a str,
    outcome: &'static str,
    decisions: u32,
}

/// Makes metrics of what was counted.
pub(crate) struct Metrics(MetricsNamespace);

impl Metrics {
    pub(crate) const fn new(namespace: MetricsNamespace) -> Self {
        Self(namespace)
    }

    /// Those of a request to a function, by its route and what it was answered with.
    pub(crate) fn of_request<'a>(
        &'a self,
        function: &'a str,
        (route, status): (Option<&'a str>, u16),
        duration: Duration,
        tally: &Tally,
        now: Timestamp,
    ) -> RequestMetrics<'a> {
        RequestMetrics {
            metadata: self.metadata([Some(&REQUESTS), Some(&STORE), None, None], now),
            route: route.unwrap_or(NO_ROUTE),
            status: class_of(status),
            requests: 1,
            duration: duration.as_secs_f64() * 1000.0,
            store: StoreMetrics::of(function, tally),
        }
    }

    /// Those of a piece of work of a function, by what became of it.
    pub(crate) fn of_work<'a>(
        &'a self,
        function: &'a str,
        outcome: &'static str,
        tally: &Tally,
        now: Timestamp,
    ) -> WorkMetrics<'a> {
        let Tally { delivered, digest_lag, .. } = tally;
        let delivery = delivered.map(|_| &DELIVERIES);
        let digest = digest_lag.map(|_| &DIGEST_LAG);
        WorkMetrics {
            metadata: self.metadata([Some(&WORK), Some(&STORE), delivery, digest], now),
            outcome,
            work: 1,
            store: StoreMetrics::of(function, tally),
            delivery: delivered.map(|it| DeliveryMetrics {
                channel: it.channel,
                result: it.result,
                deliveries: 1,
            }),
            digest_lag: digest_lag.map(|lag| lag.as_secs_f64()),
        }
    }

    /// Writes what was decided, if anything was.
    pub(crate) fn write_decisions(
        &self,
        function: &str,
        tally: &Tally,
        now: Timestamp,
        log: &dyn Log,
    ) {
        let Tally { allowed, deferred, denied, .. } = *tally;
        for (outcome, decisions) in [("allow", allowed), ("defer", deferred), ("deny", denied)] {
            if decisions > 0 {
                let metadata = self.metadata([Some(&DECISIONS), None, None, None], now);
                let level = "info";
                write(&DecisionsLine { level, metadata, function, outcome, decisions }, log);
            }
        }
    }

    fn metadata(&self, sets: [Option<&'static Set>; 4], now: Timestamp) -> Metadata<'_> {
        let Self(namespace) = self;
        Metadata {
            timestamp: now.as_millisecond(),
            cloud_watch_metrics: Directives { namespace: namespace.as_str(), sets },
        }
    }
}

impl<'a> StoreMetrics<'a> {
    fn of(function: &'a str, tally: &Tally) -> Self {
        let Tally { store_attempts: store_calls, store_units, .. } = *tally;
        Self { function, store_calls, store_units }
    }
}

/// The class of a status: what a route's requests are told apart by.
const fn class_of(status: u16) -> &'static str {
    match status {
        ..=299 => "2xx",
        300..=399 => "3xx",
        400..=499 => "4xx",
        500.. => "5xx",
    }
}

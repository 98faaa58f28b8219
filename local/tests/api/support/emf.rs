//! What CloudWatch makes of log lines: the embedded metric format, read as strictly as its specification
//! allows (Amazon CloudWatch User Guide, "Specification: Embedded metric format").

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Api;
use super::api::Setup;

/// The namespace of the tests.
pub(crate) const NAMESPACE: &str = "notification-preferences";

/// A value of a metric.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) unit: String,
    pub(crate) dimensions: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// A system whose deployment keeps metrics.
pub(crate) async fn with_metrics() -> Api {
    let environment = vec![("METRICS_NAMESPACE", NAMESPACE.to_owned())];
    Api::start_with(Setup { environment, ..Setup::default() }).await
}

/// The schema of the specification, as far as it binds us: members that it does not name are ours.
static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let text = |longest: u32| json!({ "type": "string", "minLength": 1, "maxLength": longest });
    let dimension_set = json!({ "type": "array", "maxItems": 30, "items": text(250) });
    let metric = json!({
        "type": "object",
        "required": ["Name", "Unit"],
        "properties": {
            "Name": text(1024),
            "Unit": { "enum": ["Count", "Milliseconds", "Seconds"] },
            "StorageResolution": { "enum": [1, 60] },
        },
        "additionalProperties": false,
    });
    let directive = json!({
        "type": "object",
        "required": ["Namespace", "Dimensions", "Metrics"],
        "properties": {
            "Namespace": text(1024),
            "Dimensions": { "type": "array", "minItems": 1, "items": dimension_set },
            "Metrics": { "type": "array", "minItems": 1, "maxItems": 100, "items": metric },
        },
        "additionalProperties": false,
    });
    let metadata = json!({
        "type": "object",
        "required": ["Timestamp", "CloudWatchMetrics"],
        "properties": {
            "Timestamp": { "type": "integer", "minimum": 0 },
            "CloudWatchMetrics": { "type": "array", "minItems": 1, "items": directive },
        },
        "additionalProperties": false,
    });
    let root = json!({
        "type": "object", "required": ["_aws"], "properties": { "_aws": metadata },
    });
    jsonschema::draft202012::new(&root).expect("a schema")
});

/// The metrics of the lines that are there so far; of those that have any.
pub(crate) fn metrics(api: &Api) -> Vec<Metric> {
    let lines = api.log.lines();
    let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    lines.filter(|line| line.get("_aws").is_some()).flat_map(|line| metrics_of(&line)).collect()
}

/// The metrics of one line, which has to keep to the format.
pub(crate) fn metrics_of(line: &Value) -> Vec<Metric> {
    let faults: Vec<String> = SCHEMA.iter_errors(line).map(|error| error.to_string()).collect();
    assert!(faults.is_empty(), "{faults:?} in {line}");
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    let list = |value: &Value| value.as_array().expect("a list").clone();
    let mut metrics = Vec::new();
    for directive in list(&line["_aws"]["CloudWatchMetrics"]) {
        assert_eq!(directive["Namespace"], NAMESPACE);
        for set in list(&directive["Dimensions"]) {
            // The targets of dimensions are root members, and texts.
            let dimensions = list(&set).into_iter().map(|name| {
                let value = text(&line[text(&name)]);
                assert!((1..=1024).contains(&value.len()) && value.is_ascii(), "{name}: {value}");
                (text(&name), value)
            });
            let dimensions: BTreeMap<String, String> = dimensions.collect();
            for metric in list(&directive["Metrics"]) {
                let (name, unit) = (text(&metric["Name"]), text(&metric["Unit"]));
                // Those of metrics are root members, and numbers.
                let value = line[&name].as_f64();
                let value = value.unwrap_or_else(|| panic!("{name} is no number in {line}"));
                metrics.push(Metric { name, unit, dimensions: dimensions.clone(), value });
            }
        }
    }
    metrics
}

/// The sum of a metric over values of exactly these dimensions: what a graph of it shows.
pub(crate) fn sum(metrics: &[Metric], name: &str, dimensions: &[(&str, &str)]) -> f64 {
    let of = |metric: &&Metric| {
        let own = metric.dimensions.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        metric.name == name && own.eq(dimensions.iter().copied())
    };
    metrics.iter().filter(of).map(|metric| metric.value).sum()
}

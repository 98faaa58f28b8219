//! What the page about logs and metrics says, and what lines say.

use super::*;
use crate::telemetry::metrics::Metrics;

const PAGE: &str = include_str!("../../../docs/observability.md");

/// What stands in backticks in the first cells of the table that begins with that heading.
fn listed(heading: &str) -> Vec<&'static str> {
    let rows = PAGE.lines().skip_while(|line| !line.starts_with(heading)).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    let first_cells = rows.filter_map(|row| row.split('|').nth(1));
    first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
}

fn fields(line: &impl Serialize) -> Vec<String> {
    let line = serde_json::to_value(line).unwrap();
    let mut names: Vec<String> = line.as_object().unwrap().keys().cloned().collect();
    names.sort();
    names
}

fn sorted<'a>(names: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort();
    names
}

#[test]
fn the_page_lists_exactly_the_names_of_events() {
    // Exhaustive: a new name does not compile until it stands here.
    let all = {
        use EventName::*;
        let known = |name| match name {
            BootFailed
            | RuntimeStopped
            | Panic
            | JwksRefreshFailed
            | UnsubscribeKeysRefreshFailed
            | VapidKeysRefreshFailed
            | ErasureKeysRefreshFailed
            | SlackTokenRefreshFailed
            | SlackTokenRefused
            | PushNotTold
            | DigestsUnreadable => serde_json::to_value(name).unwrap(),
        };
        [
            BootFailed,
            RuntimeStopped,
            Panic,
            JwksRefreshFailed,
            UnsubscribeKeysRefreshFailed,
            VapidKeysRefreshFailed,
            ErasureKeysRefreshFailed,
            SlackTokenRefreshFailed,
            SlackTokenRefused,
            PushNotTold,
            DigestsUnreadable,
        ]
        .map(known)
    };
    let names = all.iter().map(|name| name.as_str().unwrap());
    assert_eq!(sorted(listed("| `event.name` | What happened")), sorted(names));
}

#[test]
fn the_page_lists_exactly_the_fields_of_each_kind_of_line() {
    let request = RequestLine {
        level: "info",
        timestamp: String::new(),
        request_id: "",
        gateway_request_id: None,
        lambda_request_id: "",
        route: None,
        status: 200,
        duration_us: 0,
        store_attempts: 0,
        error_kind: Some(""),
        error_code: Some(""),
        metrics: None,
    };
    let sections: Vec<&str> = PAGE.split("\n### ").collect();
    let listed = |section: &str, cells: usize| {
        let section = sections.iter().find(|text| text.starts_with(section)).unwrap();
        let header = format!("| Field | Holds |{}", if cells == 3 { " When" } else { "" });
        let rows = section.lines().skip_while(|line| !line.starts_with(&header)).skip(2);
        let rows = rows.take_while(|line| line.starts_with('|'));
        let names = rows.filter_map(|row| row.split('|').nth(1));
        sorted(names.flat_map(|cell| cell.split('`').skip(1).step_by(2)))
    };
    assert_eq!(listed("A request", 3), fields(&request));
    let work = WorkLine {
        level: "info",
        timestamp: String::new(),
        id: None,
        lambda_id: "",
        outcome: "done",
        duration_us: 0,
        store_attempts: 0,
        error_kind: Some(""),
        error_code: Some(""),
        metrics: None,
    };
    assert_eq!(listed("A piece of work", 3), fields(&work));
    let event = EventLine { level: "warn", name: EventName::PushNotTold, detail: "" };
    assert_eq!(listed("Anything else", 2), fields(&event));
}

#[test]
fn a_namespace_is_what_cloudwatch_takes_and_not_aws_own() {
    for good in ["a", "notification-preferences", "Acme/Mail", "a.b_c#d:e", &"x".repeat(255)] {
        assert!(good.parse::<MetricsNamespace>().is_ok(), "{good}");
    }
    for bad in ["", "AWS/Lambda", ":a", "a b", "a\"b", "ä", &"x".repeat(256)] {
        assert_eq!(bad.parse::<MetricsNamespace>(), Err(InvalidMetricsNamespace), "{bad}");
    }
}

#[test]
fn a_metric_without_dimensions_has_one_empty_set_of_them() {
    let metrics = Metrics::new("test".parse().unwrap());
    let digest_lag = Some(jiff::SignedDuration::from_millis(1500));
    let tally = Tally { digest_lag, ..Tally::default() };
    let of_work = metrics.of_work("send-digests", "done", &tally, jiff::Timestamp::UNIX_EPOCH);
    let line = serde_json::to_value(&of_work).unwrap();
    let directive = &line["_aws"]["CloudWatchMetrics"][2];
    assert_eq!(directive["Dimensions"], serde_json::json!([[]]));
    assert_eq!((&line["DigestLag"], &line["_aws"]["Timestamp"]), (&1.5.into(), &0.into()));
}

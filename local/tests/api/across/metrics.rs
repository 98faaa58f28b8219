//! What is counted, as CloudWatch takes it out of the log lines.

mod bounds;
mod deliveries;

use jiff::Timestamp;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ingest_events::assigned;
use crate::support::emf::{NAMESPACE, metrics, sum, with_metrics};
use crate::support::mail::{alert_to, know_addresses, message_to, set_row, tell, written_to};
use crate::support::{Api, job};

const PATH: &str = "/me/notification-prefs";

/// The last line.
fn last_line(api: &Api) -> Value {
    serde_json::from_str(&api.log.lines().pop().expect("a line")).expect("JSON")
}

#[tokio::test]
async fn a_request_is_counted_in_its_own_line_by_route_and_class_of_status() {
    let api = with_metrics().await;
    let answer = api.person("acme", "7").get(PATH).await;
    let mut line = last_line(&api);
    assert_eq!(api.log.lines().len(), 1);
    let microseconds = line["duration.us"].take().as_u64().expect("a number");
    let milliseconds = line["Duration"].take().as_f64().expect("a number");
    assert_eq!((milliseconds * 1000.0) as u64, microseconds);
    let count = |name: &str| json!({ "Name": name, "Unit": "Count" });
    let duration = json!({ "Name": "Duration", "Unit": "Milliseconds" });
    let at: Timestamp = api.timestamp().parse().expect("an instant");
    let expected = json!({
        "level": "info",
        "timestamp": "2026-03-13T14:00:00.000000Z",
        "request.id": answer.header("x-request-id"),
        "request.gateway_id": "local",
        "request.lambda_id": "local",
        "http.route": "GET /me/notification-prefs",
        "http.status": 200,
        "duration.us": null,
        "store.attempts": 1,
        "_aws": {
            "Timestamp": at.as_millisecond(),
            "CloudWatchMetrics": [
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Route", "Status"]],
                    "Metrics": [count("Requests"), duration],
                },
                {
                    "Namespace": NAMESPACE,
                    "Dimensions": [["Function"]],
                    "Metrics": [count("StoreCalls"), count("StoreUnits")],
                },
            ],
        },
        "Route": "GET /me/notification-prefs",
        "Status": "2xx",
        "Requests": 1,
        "Duration": null,
        "Function": "get-notification-prefs",
        "StoreCalls": 1,
        // A consistent read of nothing: one unit for up to 4 KB.
        "StoreUnits": 1.0,
    });
    assert_eq!(line, expected);
}

#[tokio::test]
async fn the_classes_of_status_are_told_apart() {
    let api = with_metrics().await;
    let person = api.person("acme", "7");
    let inbox = "/api/notifications";
    let first = person.get(inbox).await;
    assert_eq!(person.get_unless(inbox, first.header("etag")).await.status, 304);
    assert_eq!(api.stranger().get(inbox).await.status, 401);
    api.faults.set(Plan::always(Fault::Refuse));
    assert_eq!(person.get(inbox).await.status, 500);
    let route = format!("GET {inbox}");
    for status in ["2xx", "3xx", "4xx", "5xx"] {
        let dimensions = [("Route", route.as_str()), ("Status", status)];
        assert_eq!(sum(&metrics(&api), "Requests", &dimensions), 1.0, "{status}");
    }
}

#[tokio::test]
async fn without_a_namespace_nothing_is_counted_and_nothing_is_asked_of_the_store_for_it() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    tell(&api, &alert_to("e-1", &["7"])).await;
    api.deliver().await;
    assert_eq!(written_to(&api), ["7@acme.example"]);
    for line in api.log.lines() {
        let line: Value = serde_json::from_str(&line).expect("JSON");
        let members = line.as_object().expect("an object").keys();
        for name in members {
            assert!(
                name.contains('.') || ["level", "timestamp"].contains(&name.as_str()),
                "{line}"
            );
        }
    }
}

#[tokio::test]
async fn every_kind_of_call_says_what_it_took_of_the_table() {
    let api = with_metrics().await;
    let person = api.person("acme", "7");
    let units = |api: &Api| last_line(api)["StoreUnits"].as_f64().expect("a number");
    person.get(PATH).await;
    assert_eq!(units(&api), 1.0, "GetItem");
    person.put(PATH, &json!({ "notifications_enabled": false })).await;
    assert_eq!(units(&api), 1.0, "UpdateItem");
    person.get("/api/notifications").await;
    assert!(units(&api) > 0.0, "Query");
    // PutItem, and a transaction into the directory.
    know_addresses(&api, &["7"]).await;
    let all = metrics(&api);
    assert!(sum(&all, "StoreUnits", &[("Function", "ingest-events")]) >= 5.0, "{all:?}");
    // BatchGetItem.
    let question = json!({ "event": assigned("asked"), "recipients": [7, 8] });
    api.admin("acme").post("/v1/decisions", &question).await;
    assert!(units(&api) >= 3.0, "two people and a project: {}", units(&api));
    // A call that fails took something too, and does not say how much.
    api.faults.set(Plan::always(Fault::Throttle));
    person.get(PATH).await;
    assert_eq!((units(&api), &last_line(&api)["StoreCalls"]), (0.0, &json!(4)));
}

#[tokio::test]
async fn work_is_counted_by_function_and_what_became_of_it() {
    let api = with_metrics().await;
    tell(&api, &assigned("e-1")).await;
    let function = "dispatch-events";
    let work = |api: &Api, outcome: &str| {
        sum(&metrics(api), "Work", &[("Function", function), ("Outcome", outcome)])
    };
    assert_eq!(work(&api, "done"), 1.0);
    let gone = job("acme", "gone").into_message(std::time::Duration::ZERO);
    app_queue(&api, gone.body.clone()).await;
    assert_eq!((work(&api, "dead"), work(&api, "later")), (1.0, 0.0));
    api.faults.set(Plan::always(Fault::Throttle));
    app_queue(&api, gone.body).await;
    assert_eq!((work(&api, "dead"), work(&api, "later")), (1.0, 1.0));
    let line = last_line(&api);
    assert_eq!((&line["work.outcome"], &line["StoreCalls"]), (&json!("later"), &json!(4)));
}

async fn app_queue(api: &Api, body: String) {
    let message = crate::support::message("acme", &body);
    api.app.dispatch_queue().send(vec![message]).await.expect("sent");
    api.dispatch().await;
}

#[tokio::test]
async fn decisions_are_counted_where_they_are_asked_for_and_where_an_event_is_dispatched() {
    let api = with_metrics().await;
    know_addresses(&api, &["7", "8", "9"]).await;
    set_row(&api, "7", Value::Null, true, "instant").await;
    set_row(&api, "8", Value::Null, true, "hourly").await;
    set_row(&api, "9", Value::Null, false, "instant").await;
    let before = metrics(&api).len();
    let message = message_to("e-1", &["7", "8", "9"]);
    let question = json!({ "event": message, "recipients": [7, 8, 9] });
    assert_eq!(api.admin("acme").post("/v1/decisions", &question).await.status, 200);
    let asked = metrics(&api).split_off(before);
    tell(&api, &message).await;
    let both = metrics(&api).split_off(before);
    // Of each the inbox, email, push and Slack; nobody has a browser or is mapped.
    for (outcome, of_each) in [("allow", 4.0), ("defer", 1.0), ("deny", 7.0)] {
        let of = |metrics, function| {
            sum(metrics, "Decisions", &[("Function", function), ("Outcome", outcome)])
        };
        assert_eq!(of(&asked, "decide-delivery"), of_each, "{outcome}");
        assert_eq!(of(&both, "dispatch-events"), of_each, "{outcome}");
        let all = sum(&both, "Decisions", &[("Outcome", outcome)]);
        assert_eq!(all, 2.0 * of_each, "{outcome}");
    }
}

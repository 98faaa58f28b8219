//! `GET /v1/deliveries`

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::mail::{alert_to, deliveries, know_addresses, reader, tell};

const PATH: &str = "/v1/deliveries";
const EVENT: &str = "/v1/deliveries?event=/accounts:e-1";

/// A system in which an alert was mailed to these people.
async fn with_alert_to(users: &[&str]) -> Api {
    let api = Api::start().await;
    know_addresses(&api, users).await;
    tell(&api, &alert_to("e-1", users)).await;
    api.deliver().await;
    api.faults.set(Plan::default());
    api
}

#[tokio::test]
async fn what_became_of_an_event_is_listed_for_each_person_and_channel() {
    let api = with_alert_to(&["7"]).await;
    let line = json!({
        "recipient": "7", "channel": "email", "status": "sent", "attempts": 1, "reason": null,
        "at": "2026-03-13T14:00:00.000000Z",
    });
    let expected = (200, json!({ "data": [line], "next_cursor": null }));
    assert_eq!(reader(&api).get(EVENT).await.seen(), expected);
    let machine = api.machine("acme").with("deliveries:read").await;
    assert_eq!(machine.get(EVENT).await.seen(), expected);
    assert_eq!(api.admin("acme").get(EVENT).await.seen(), expected);
    let none = (200, json!({ "data": [], "next_cursor": null }));
    assert_eq!(reader(&api).get("/v1/deliveries?event=/accounts:e-2").await.seen(), none);
}

#[tokio::test]
async fn it_takes_the_permission_and_shows_nothing_of_another_org_unit() {
    let api = with_alert_to(&["7"]).await;
    let person = api.person("acme", "7").with("decisions:read");
    let answer = person.get(EVENT).await;
    assert_eq!((answer.status, answer.json()["title"].clone()), (403, json!("Forbidden")));
    assert_eq!(api.machine("acme").with("events:write").await.get(EVENT).await.status, 403);
    let none = (200, json!({ "data": [], "next_cursor": null }));
    assert_eq!(api.admin("globex").get(EVENT).await.seen(), none);
}

#[tokio::test]
async fn a_query_that_names_no_event_or_no_cursor_is_refused_with_all_that_is_wrong() {
    let api = Api::start().await;
    let rule = "must be the source and the id of an event, with a colon between them";
    let missing = json!([{ "path": "event", "detail": "is required" }]);
    let no_event = json!([{ "path": "event", "detail": rule }]);
    let no_cursor =
        json!([{ "path": "cursor", "detail": "must be a next_cursor that was answered" }]);
    let long = format!("{PATH}?event=:{}", "a".repeat(4096));
    for (path, errors) in [
        (PATH, missing),
        ("/v1/deliveries?event=", no_event.clone()),
        ("/v1/deliveries?event=e-1", no_event.clone()),
        (&long, no_event),
        ("/v1/deliveries?event=/accounts:e-1&cursor=x", no_cursor.clone()),
        ("/v1/deliveries?event=/accounts:e-1&cursor=", no_cursor),
    ] {
        let answer = reader(&api).get(path).await;
        assert_eq!((answer.status, answer.json()["errors"].clone()), (400, errors), "{path}");
    }
}

#[tokio::test]
async fn it_is_sixteen_queries_side_by_side_and_a_batch() {
    let api = with_alert_to(&["7"]).await;
    reader(&api).get(EVENT).await;
    let calls = api.faults.calls();
    assert_eq!(calls.iter().filter(|call| *call == "Query").count(), 16);
    assert_eq!(calls[16..], ["BatchGetItem"]);
}

#[tokio::test]
async fn pages_walk_all_of_them_once_and_the_newest_come_first() {
    let users: Vec<String> = (0..230).map(|number| format!("u-{number}")).collect();
    let api = Api::start().await;
    for some in users.chunks(50) {
        let some: Vec<&str> = some.iter().map(String::as_str).collect();
        know_addresses(&api, &some).await;
    }
    let all: Vec<&str> = users.iter().map(String::as_str).collect();
    tell(&api, &alert_to("e-1", &all)).await;
    // A batch a second.
    while api.delivery_queue.is_ready() {
        api.delivery.pass_on().await;
        api.clock.advance(1);
    }
    let mut seen = Vec::new();
    let mut path = EVENT.to_owned();
    loop {
        let page = reader(&api).get(&path).await.json();
        let lines = page["data"].as_array().cloned().expect("an array");
        assert!(lines.len() == 100 || page["next_cursor"].is_null());
        seen.extend(lines);
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{EVENT}&cursor={cursor}"),
            None => break,
        }
    }
    let times: Vec<&str> = seen.iter().map(|line| line["at"].as_str().expect("text")).collect();
    assert!(times.is_sorted_by(|one, next| one >= next));
    let mut told: Vec<&str> =
        seen.iter().map(|line| line["recipient"].as_str().expect("text")).collect();
    told.sort_unstable();
    let mut all = all;
    all.sort_unstable();
    assert_eq!(told, all);
}

#[tokio::test]
async fn what_is_older_than_thirty_days_is_gone() {
    let api = with_alert_to(&["7"]).await;
    api.clock.advance(30 * 86_400 - 1);
    assert_eq!(deliveries(&api, "/accounts:e-1").await.len(), 1);
    api.clock.advance(1);
    assert_eq!(deliveries(&api, "/accounts:e-1").await, []);
}

#[tokio::test]
async fn two_events_whose_texts_are_equal_share_a_list() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    for (source, id) in [("/a:b", "c"), ("/a", "b:c")] {
        let mut alert = alert_to(id, &["7"]);
        alert["source"] = json!(source);
        tell(&api, &alert).await;
    }
    api.deliver().await;
    let lines = deliveries(&api, "/a:b:c").await;
    assert_eq!(lines, vec![(json!("7"), json!("sent"), json!(1), Value::Null); 2]);
}

#[tokio::test]
async fn a_store_that_is_busy_is_a_503() {
    let api = with_alert_to(&["7"]).await;
    api.faults.set(Plan::always(Fault::Throttle));
    let answer = reader(&api).get(EVENT).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
}

//! What was acknowledged holds for whatever comes after it: the directory knows before the queue does.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use local::queue::QueueFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, accepted, assigned, upserted};
use crate::support::{Api, Setup, letter_reasons};

/// How many systems run side by side.
const AT_A_TIME: usize = 8;

/// Someone comes into a project.
fn added(id: &str) -> Value {
    let mut event = assigned(id);
    event["type"] = json!("project.member_added");
    event["data"] = json!({ "project": { "id": 1, "name": "Kendo" }, "actor": 4, "member": 7 });
    event
}

/// An event of each kind that is recorded in another way, and one of another permission.
fn events() -> Value {
    let mut removed = added("e-3");
    removed["type"] = json!("project.member_removed");
    removed["data"]["member"] = json!(8);
    json!([upserted("e-1", "m-1", "7", true), added("e-2"), removed, assigned("e-4")])
}

async fn total(api: &Api) -> Value {
    let status = api.person("acme", "1").get("/integrations/slack/identity-status").await;
    status.json()["total"].clone()
}

async fn first_name(api: &Api) -> Value {
    api.person("acme", "7").get("/api/profile").await.json()["first_name"].clone()
}

/// What the directory holds.
async fn directory(api: &Api) -> Vec<Value> {
    let mut items = api.items().await;
    items.retain(|item| !item["pk"].as_str().expect("a key").contains("#EVENT#"));
    items.sort_by_key(|item| (item["pk"].to_string(), item["sk"].to_string()));
    items
}

/// What it holds when nothing fails, and how many calls it takes to accept the events.
async fn undisturbed() -> (Vec<Value>, usize) {
    let api = Api::start().await;
    api.faults.set(Plan::default());
    assert_eq!(api.admin("acme").post(PATH, &events()).await.seen(), accepted(4));
    let calls = api.faults.calls().len();
    api.dispatch().await;
    (directory(&api).await, calls)
}

#[tokio::test]
async fn what_an_acknowledged_event_says_of_the_directory_holds_at_once() {
    let api = Api::start().await;
    assert_eq!(api.admin("acme").post(PATH, &events()).await.seen(), accepted(4));
    assert_eq!((total(&api).await, first_name(&api).await), (json!(1), json!("Alice")));
    let holds = directory(&api).await;
    let is_member = |user: &str| {
        let sk = format!("MEMBER#{user}");
        let item = holds.iter().find(|item| item["pk"] == "OU#acme#PROJECT#1" && item["sk"] == *sk);
        item.expect("a membership")["is_member"].clone()
    };
    assert_eq!((is_member("7"), is_member("8")), (json!(true), json!(false)));

    // Another request may take it back, and that holds at once too.
    let mut removed = upserted("e-5", "m-1", "7", true);
    removed["type"] = json!("member.removed");
    removed["time"] = json!("2026-03-13T13:00:01Z");
    assert_eq!(api.admin("acme").post(PATH, &removed).await.seen(), accepted(1));
    assert_eq!((total(&api).await, first_name(&api).await), (json!(0), Value::Null));
    api.dispatch().await;
    assert_eq!((total(&api).await, first_name(&api).await), (json!(0), Value::Null));
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_acknowledged_and_all_is_well_when_it_comes_again() {
    let (expected, _) = undisturbed().await;
    for (fault, status) in [
        (Fault::LoseRequest, 503),
        (Fault::LoseAnswer, 503),
        (Fault::Throttle, 503),
        (Fault::ExceedThroughput, 503),
        (Fault::Conflict, 503),
        (Fault::Refuse, 500),
    ] {
        let api = Api::start().await;
        api.faults.set(Plan::after(4, fault));
        assert_eq!(api.admin("acme").post(PATH, &events()).await.status, status, "{fault:?}");
        assert!(api.faults.calls().len() > 4, "it was tried");
        api.faults.set(Plan::default());
        assert_eq!(api.dispatch().await.messages, 0, "{fault:?}: nothing goes by half a directory");
        assert_eq!(api.admin("acme").post(PATH, &events()).await.seen(), accepted(4), "{fault:?}");
        assert_eq!(total(&api).await, json!(1), "{fault:?}");
        api.dispatch().await;
        assert_eq!(directory(&api).await, expected, "{fault:?}");
        assert_eq!(letter_reasons(&api).await, [""; 0], "{fault:?}");
    }
}

#[tokio::test]
async fn an_event_that_alone_cannot_be_recorded_is_the_workers_and_the_others_hold() {
    let api = Api::start().await;
    let nine =
        (0..9).map(|number| upserted(&format!("e-{number}"), &format!("m-{number}"), "7", true));
    let other = upserted("e-9", "m-9", "8", true);
    let events = nine.chain([other]).collect();
    assert_eq!(api.admin("acme").post(PATH, &events).await.seen(), accepted(10));
    assert_eq!(total(&api).await, json!(9), "eight about one person, and the other");
    assert_eq!(api.queue.messages().await.expect("messages").len(), 10);
}

#[tokio::test]
async fn a_directory_that_does_not_answer_in_time_is_a_503() {
    // Longer than a request has in all.
    let api = Api::start_with(Setup {
        attempt_timeout: Some(Duration::from_secs(60)),
        timeout: Some(Duration::from_secs(1)),
        ..Setup::default()
    })
    .await;
    api.faults.set(Plan::after(4, Fault::Delay(Duration::from_secs(60))));
    assert_eq!(api.admin("acme").post(PATH, &events()).await.status, 503);
    api.faults.set(Plan::default());
    assert_eq!(api.admin("acme").post(PATH, &events()).await.seen(), accepted(4));
    api.dispatch().await;
    assert_eq!(directory(&api).await, undisturbed().await.0);
}

#[tokio::test]
async fn what_was_given_up_and_is_recorded_late_changes_nothing() {
    let setup = Setup {
        attempt_timeout: Some(Duration::from_secs(60)),
        timeout: Some(Duration::from_secs(1)),
        ..Setup::default()
    };
    let api = Api::start_with(setup).await;
    let admin = api.admin("acme");
    let mut event = upserted("e-1", "m-1", "7", true);
    api.faults.set(Plan::fail_call(4, Fault::Delay(Duration::from_secs(2))));
    assert_eq!(admin.post(PATH, &event).await.status, 503);
    assert_eq!(api.faults.calls(), ["PutItem", "GetItem", "GetItem", "TransactWriteItems"]);
    assert_eq!(first_name(&api).await, Value::Null);
    event["id"] = json!("e-2");
    event["time"] = json!("2026-03-13T13:00:01Z");
    event["data"]["first_name"] = json!("Bob");
    assert_eq!(admin.post(PATH, &event).await.seen(), accepted(1));
    assert_eq!(first_name(&api).await, json!("Bob"));
    api.faults.settled().await;
    assert_eq!((total(&api).await, first_name(&api).await), (json!(1), json!("Bob")));
    api.dispatch().await;
    assert_eq!((total(&api).await, first_name(&api).await), (json!(1), json!("Bob")));
}

#[tokio::test]
async fn a_request_cut_off_at_any_call_may_be_sent_again() {
    let (expected, calls) = undisturbed().await;
    assert_eq!(calls, 4 + 3 + 2 + 3 + 3 + 2);
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    let cases = (1..=calls).flat_map(|call| faults.map(|fault| (call, fault)));
    let cut_off = async |(call, fault)| {
        let api = Api::start().await;
        // So often that no retry helps; and the queue is away when the table is back.
        api.faults.set(Plan::fail_calls(call..call + 8, fault));
        api.queue_faults.set(Plan::always(QueueFault::LoseRequest));
        let cut_off = api.admin("acme").post(PATH, &events()).await;
        assert_eq!(cut_off.status, 503, "{call} {fault:?}");
        api.faults.set(Plan::default());
        api.queue_faults.set(Plan::default());
        let again = api.admin("acme").post(PATH, &events()).await;
        assert_eq!(again.seen(), accepted(4), "{call} {fault:?}");
        assert_eq!(total(&api).await, json!(1), "{call} {fault:?}");
        api.dispatch().await;
        assert_eq!(directory(&api).await, expected, "{call} {fault:?}");
    };
    stream::iter(cases).map(cut_off).buffer_unordered(AT_A_TIME).collect::<()>().await;
}

#[tokio::test]
async fn an_event_that_comes_twice_in_one_request_is_recorded_once_as_it_came_first() {
    let api = Api::start().await;
    let event = upserted("e-1", "m-1", "7", true);
    api.faults.set(Plan::default());
    let answer = api.admin("acme").post(PATH, &json!([event, event])).await;
    assert_eq!(answer.seen(), accepted(2));
    let recording = ["PutItem", "PutItem", "GetItem", "GetItem", "TransactWriteItems"];
    assert_eq!(api.faults.calls(), recording);

    // What comes again may say anything: the first one counts, whether or not it is done.
    let mut other = event.clone();
    other["time"] = json!("2026-03-13T13:00:01Z");
    other["data"]["first_name"] = json!("Bob");
    for calls in [&["PutItem", "GetItem", "GetItem"][..], &["PutItem"]] {
        api.faults.set(Plan::default());
        assert_eq!(api.admin("acme").post(PATH, &other).await.seen(), accepted(1));
        assert_eq!(api.faults.calls(), calls);
        assert_eq!(first_name(&api).await, json!("Alice"));
        api.dispatch().await;
    }
}

#[tokio::test]
async fn an_event_that_is_refused_records_nothing() {
    let api = Api::start().await;
    let good = upserted("e-1", "m-1", "7", true);
    let mut bad = upserted("e-2", "m-2", "8", true);
    bad["data"]["confirmed"] = json!("yes");
    assert_eq!(api.admin("acme").post(PATH, &json!([good, bad])).await.status, 400);
    let other = api.person("acme", "1").with("events:write");
    assert_eq!(other.post(PATH, &good).await.status, 403);
    assert_eq!(directory(&api).await, Vec::<Value>::new());
}

//! Messages and events of the bus that nobody meant: each comes to an end of its own, and its neighbours
//! are done.

use local::bus::NotAccepted;
use local::pump::Pump;
use proptest::prelude::*;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::mutate::{mutated, mutations};
use super::places::{shared_out, with};
use super::target::{Target, check, prepared};
use super::values::{ODD, UNREADABLE};
use crate::ingest_events::{assigned, upserted};
use crate::support::watching::join;
use crate::support::{Api, recorded_event};

/// The workers at queues, and how many random messages each gets.
const QUEUES: [&str; 4] =
    ["dispatch-events", "deliver-notifications", "send-digests", "record-email-feedback"];
const CASES: u32 = 60;

/// All that is odd.
fn tokens() -> Vec<&'static str> {
    ODD.into_iter().chain(UNREADABLE).collect()
}

fn pump<'a>(api: &'a Api, worker: &str) -> &'a Pump {
    match worker {
        "dispatch-events" => &api.pump,
        "deliver-notifications" => &api.delivery,
        "send-digests" => &api.digest,
        "record-email-feedback" => &api.feedback,
        _ => panic!("nobody works as {worker}"),
    }
}

/// A message that its worker is done with, however often it comes.
async fn good(api: &Api, worker: &str) -> String {
    let waiting = match worker {
        "dispatch-events" => &api.queue,
        "deliver-notifications" => &api.delivery_queue,
        _ => {
            let event = recorded_event(worker);
            return event["Records"][0]["body"].as_str().expect("a body").to_owned();
        }
    };
    let admin = api.admin("acme");
    assert_eq!(admin.post("/v1/events", &upserted("m-7", "m-7", "7", true)).await.status, 202);
    if worker == "deliver-notifications" {
        join(api, "acme", "7").await;
        let message = waiting.messages().await.expect("messages").pop().expect("a message").body;
        // It is sent, and not again: two of it at once would wait for each other.
        api.deliver().await;
        return message;
    } else {
        assert_eq!(admin.post("/v1/events", &assigned("e-1")).await.status, 202);
    }
    waiting.messages().await.expect("messages").pop().expect("a message").body
}

/// A batch with the message in the middle.
fn batch(good: &str, message: &str) -> String {
    let recorded = recorded_event("dispatch-events");
    let record = |id: &str, body: &str| {
        let mut record = recorded["Records"][0].clone();
        record["messageId"] = json!(id);
        record["body"] = json!(body);
        record
    };
    let records = [record("before", good), record("it", message), record("after", good)];
    json!({ "Records": records }).to_string()
}

/// Hands the message to the worker, between two good ones, and fails unless those are done and it is
/// done, dead, or left to a later version.
async fn hand(api: &Api, worker: &str, good: &str, message: &str) {
    let before = api.log.lines().len();
    let answer = pump(api, worker).replay(&batch(good, message)).await.expect("an answer");
    assert!(answer.batch_item_failures.is_empty(), "{worker}: {message}");
    let lines = api.log.lines().split_off(before);
    let lines = lines.iter().map(|line| serde_json::from_str(line).expect("JSON"));
    let works = lines.filter(|line: &Value| line.get("work.id").is_some()).collect::<Vec<_>>();
    assert_eq!(works.len(), 3, "{works:?}");
    for work in works {
        let (id, outcome) = (&work["work.id"], work["work.outcome"].as_str().expect("text"));
        let is_it = id == "it";
        let may_be = if is_it { ["done", "dead", "later"].as_slice() } else { &["done"] };
        assert!(may_be.contains(&outcome), "{worker}: {work} of {message}");
        assert_ne!(work["error.kind"], "panicked", "{worker}: {message}");
        assert!(work["store.attempts"].as_u64() <= Some(40), "{worker}: {work} of {message}");
    }
}

#[tokio::test]
async fn no_odd_message_harms_its_neighbours_at_any_queue() {
    for worker in QUEUES {
        let api = prepared().await;
        let good = good(&api, worker).await;
        let value: Value = serde_json::from_str(&good).expect("JSON");
        for (place, token) in shared_out(&value, &tokens()) {
            let message = String::from_utf8(with(&value, &place, token.as_bytes()));
            hand(&api, worker, &good, &message.expect("text")).await;
        }
        let deep = "[".repeat(200_000);
        let twice = good.replacen('{', "{\"version\":1,\"attempts\":4294967295,", 1);
        let spoilt = ["", " ", "\u{feff}{}", "\0", "null", "[]", &deep, &twice, &good[1..]];
        for message in spoilt {
            hand(&api, worker, &good, message).await;
        }
    }
}

#[test]
fn no_change_of_a_good_message_harms_its_neighbours_at_any_queue() {
    for worker in QUEUES {
        let first = std::cell::OnceCell::new();
        check(CASES, mutations(), async |target, mutations| {
            let api = target.api;
            if first.get().is_none() {
                first.set(good(api, worker).await).expect("the first");
            }
            let good = first.get().expect("a message");
            let message = mutated(good, good, &mutations);
            // A queue holds text.
            let message = String::from_utf8_lossy(&message).into_owned();
            hand(api, worker, good, &message).await;
        });
    }
}

/// An event as it is put on the bus.
fn on_the_bus(id: &str) -> Value {
    let mut event = upserted(id, "m-1", "7", true);
    event["orgunit"] = json!("acme");
    event
}

/// Puts that on the bus, if a bus can hold it at all: taken, or dead with a short reason and nothing
/// stored.
async fn put(target: &Target<'_>, detail: Vec<u8>) {
    let api = target.api;
    let text = String::from_utf8_lossy(&detail).into_owned();
    let Ok(detail) = RawValue::from_string(text) else { return };
    let before = api.items().await.len();
    match api.bus.put(&detail).await {
        Ok(()) => {}
        Err(NotAccepted::Refused(reason)) => {
            assert!(reason.len() <= 1027, "{} bytes", reason.len());
            assert_eq!(api.items().await.len(), before, "{detail}");
        }
        Err(other) => panic!("{other}: {detail}"),
    }
}

#[tokio::test]
async fn no_odd_event_on_the_bus_is_left_there_and_the_next_one_is_taken() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    let good = on_the_bus("e-1");
    for (place, token) in shared_out(&good, &tokens()) {
        put(&target, with(&good, &place, token.as_bytes())).await;
    }
    for depth in [100, 128, 200_000] {
        put(&target, format!("{}{}", "[".repeat(depth), "]".repeat(depth)).into_bytes()).await;
    }
    put(&target, format!("\"{}\"", "x".repeat(1 << 20)).into_bytes()).await;
    let detail = RawValue::from_string(on_the_bus("e-2").to_string()).expect("JSON");
    assert_eq!(api.bus.put(&detail).await, Ok(()));
}

#[test]
fn no_change_of_an_event_on_the_bus_is_left_there() {
    check_bus(CASES);
}

fn check_bus(cases: u32) {
    let good = on_the_bus("e-1").to_string();
    let strategy = mutations().prop_map(move |mutations| mutated(&good, &good, &mutations));
    check(cases, strategy, async |target, detail| put(target, detail).await);
}

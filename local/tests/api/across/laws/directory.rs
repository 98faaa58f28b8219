//! The directory is what its events say, in whatever order and however often they come.

mod history;
mod model;

use jiff::Timestamp;
use local::faults::{Fault, Plan, Rates};
use local::queue::QueueFault;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::{Api, Caller, letter_reasons, send_unrecorded};
use history::{USERS, history};

/// Who has a Slack user before anything happens.
const MAPPED: &str = USERS[1];

/// How often something is tried that fails now and then.
const MOST_ROUNDS: usize = 50;

/// What the directory holds of an org unit, as items of the table.
async fn directory(api: &Api, org_unit: &str, accepted_at: i64) -> Vec<Value> {
    let prefix = format!("OU#{org_unit}#");
    let mut items = api.items().await;
    items.retain(|item| {
        let key = |name: &str| item[name].as_str().expect("a key");
        // Watches have laws of their own.
        let elsewhere = ["INBOX#", "WATCHER"];
        let is_elsewhere = key("pk").contains("#EVENT#")
            || elsewhere.into_iter().any(|beginning| key("sk").starts_with(beginning));
        // A count that went back to nothing is none.
        let is_none = key("sk") == "COUNT" && item["confirmed"] == 0 && item["mapped"] == 0;
        key("pk").starts_with(&prefix) && !is_elsewhere && !is_none
    });
    items.iter_mut().for_each(check_count);
    items.iter_mut().for_each(|item| check_left_at(item, accepted_at));
    items.retain(says_something);
    items.sort_by_key(model::key_of);
    items
}

/// A person's item counts the entries that are about them.
fn check_count(item: &mut Value) {
    let fields = item.as_object_mut().expect("an object");
    let entries = fields.keys().filter(|name| name.starts_with("member.")).count();
    if let Some(count) = fields.remove("member_entries") {
        assert_eq!(count, json!(entries), "{item}");
    } else {
        assert_eq!(entries, 0, "{item}");
    }
}

/// What someone watched of a project ended as their leaving was accepted, or if something newer was
/// known by then, at the time that it has itself. Which, is up to the order in which events came.
fn check_left_at(item: &mut Value, accepted_at: i64) {
    let left_at = item.as_object_mut().expect("an object").remove("left_at");
    let left_stamp = item["left_stamp"].as_str().map(str::to_owned);
    let (Some(left_at), Some(left_stamp)) = (&left_at, &left_stamp) else {
        assert_eq!((left_at, left_stamp), (None, None), "{item}");
        return;
    };
    let left_at = left_at.as_i64().expect("microseconds");
    let time: Timestamp = left_stamp.split('\t').next().expect("a time").parse().expect("a time");
    let earliest = if item["is_member"] == true { time.as_microsecond() } else { accepted_at };
    assert!((earliest..=accepted_at).contains(&left_at), "{item}: {left_at}");
}

/// An item of someone whom no entry is about any more is as good as none.
fn says_something(item: &Value) -> bool {
    item.as_object().is_some_and(|item| item.len() > 2)
}

async fn map_someone(api: &Api, org_unit: &str) {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    let item = api.engine.put_item().table_name(local::environment::TABLE);
    let item = item
        .item("pk", S(format!("OU#{org_unit}#USER#{MAPPED}")))
        .item("sk", S("PREFS".to_owned()))
        .item("slack_user_id", S("U12ABCXYZ".to_owned()));
    item.send().await.expect("an item");
}

#[test]
fn the_directory_is_what_its_events_say_in_whatever_order_and_however_often_they_come() {
    let batches = (1..5_usize, prop::collection::vec(any::<bool>(), 22));
    check((history(), batches), async |api, org_unit, ((events, order), (at_a_time, recorded))| {
        map_someone(api, org_unit).await;
        let accepted_at = api.clock.seconds() * 1_000_000;
        let sender = api.person(org_unit, "1").with_claims(&json!({ "role": "admin" }));
        for (numbers, is_recorded) in order.chunks(at_a_time).zip(recorded) {
            let batch: Vec<Value> = numbers.iter().map(|number| events[*number].clone()).collect();
            let batch = json!(batch);
            if is_recorded {
                assert_eq!(sender.post("/v1/events", &batch).await.status, 202);
            } else {
                send_unrecorded(api, org_unit, &batch).await;
            }
            if at_a_time % 2 == 0 {
                api.dispatch().await;
            }
        }
        api.dispatch().await;
        let mut expected = model::items(org_unit, MAPPED, &events);
        expected.retain(says_something);
        assert_eq!(directory(api, org_unit, accepted_at).await, expected);
    });
}

/// Sends events until they are accepted.
pub(super) async fn send_until_accepted(sender: &Caller<'_>, batch: &Value) {
    for _ in 0..MOST_ROUNDS {
        if sender.post("/v1/events", batch).await.status == 202 {
            return;
        }
    }
    panic!("never accepted: {batch}");
}

/// Gives what failed its time again and again, until nothing waits.
pub(super) async fn dispatch_until_empty(api: &Api) {
    for _ in 0..MOST_ROUNDS {
        api.dispatch().await;
        if api.queue.messages().await == Ok(vec![]) {
            return;
        }
        // Longer than any delay, and than a message is hidden that was handed out.
        api.clock.advance(3600);
    }
    panic!("never done: {:?}", api.queue.messages().await);
}

#[test]
fn the_directory_is_what_its_events_say_also_while_store_and_queue_fail_now_and_then() {
    let of_store = Rates::new([
        (4, Fault::LoseRequest),
        (4, Fault::LoseAnswer),
        (4, Fault::Conflict),
        (4, Fault::Throttle),
        (4, Fault::Unprocessed),
    ]);
    let of_queue = Rates::new([
        (8, QueueFault::LoseRequest),
        (8, QueueFault::LoseAnswer),
        (8, QueueFault::TakeHalf),
        (8, QueueFault::Throttle),
    ]);
    check((any::<u64>(), history()), async |api, org_unit, (seed, (events, order))| {
        map_someone(api, org_unit).await;
        let accepted_at = api.clock.seconds() * 1_000_000;
        let sender = api.person(org_unit, "1").with_claims(&json!({ "role": "admin" }));
        api.faults.set(Plan::seeded(seed, of_store.clone()));
        api.queue_faults.set(Plan::seeded(seed, of_queue.clone()));
        for numbers in order.chunks(3) {
            let batch = numbers.iter().map(|number| events[*number].clone()).collect();
            send_until_accepted(&sender, &batch).await;
        }
        dispatch_until_empty(api).await;
        api.faults.set(Plan::default());
        api.queue_faults.set(Plan::default());
        let mut expected = model::items(org_unit, MAPPED, &events);
        expected.retain(says_something);
        assert_eq!(directory(api, org_unit, accepted_at).await, expected);
        assert_eq!(letter_reasons(api).await, [""; 0]);
    });
}

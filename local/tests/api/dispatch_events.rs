//! The worker that dispatches accepted events.

mod costs;
mod fairness;
mod faults;
mod inbox;

use std::collections::BTreeSet;

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::faults::Plan;
use local::pump::Pumped;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;
use shared::store::EventDigest;

use crate::ingest_events::{assigned, upserted};
use crate::support::{Api, job, letter_reasons, message, send_unrecorded};

async fn send(api: &Api, events: &Value) {
    let answer = api.admin("acme").post("/v1/events", events).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
}

fn of_kind(kind: &str, id: &str, data: Value) -> Value {
    let mut event = assigned(id);
    event["type"] = json!(kind);
    event["data"] = data;
    event
}

/// Someone leaves a project.
fn left(id: &str) -> Value {
    let data = json!({ "project": { "id": 1, "name": "Kendo" }, "actor": 4, "member": 7 });
    of_kind("project.member_removed", id, data)
}

/// The sort keys under which a person is found in the index.
async fn found(api: &Api, user: &str) -> BTreeSet<String> {
    let query = api.engine.query().table_name(TABLE).index_name("gsi1");
    let query = query
        .key_condition_expression("gsi1pk=:person")
        .expression_attribute_values(":person", AttributeValue::S(format!("OU#acme#USER#{user}")));
    let items = query.send().await.expect("items").items.unwrap_or_default();
    items.iter().map(|item| item["gsi1sk"].as_s().expect("text").clone()).collect()
}

/// The directory and the events, without when.
async fn everything(api: &Api) -> Vec<Value> {
    let mut items = api.items().await;
    items.sort_by_key(|item| (item["pk"].to_string(), item["sk"].to_string()));
    items
}

#[tokio::test]
async fn everything_about_a_person_outside_their_partition_is_found_through_the_index() {
    let api = Api::start().await;
    let project = json!({ "id": 1, "name": "Kendo" });
    let issue = json!({ "id": 42, "key": "KD-42", "title": "Add pagination" });
    let events = json!([
        upserted("e-1", "m-7", "7", true),
        of_kind(
            "project.member_added",
            "e-2",
            json!({ "project": project, "actor": 4, "member": 7 })
        ),
        of_kind(
            "team.member_added",
            "e-3",
            json!({ "team": { "id": 9, "name": "Core" }, "actor": 4, "member": 7 })
        ),
        assigned("e-4"),
        of_kind(
            "issue.commented",
            "e-5",
            json!({
                "project": project, "issue": issue, "actor": 4,
                "comment": { "id": 1, "text": "Yes" }, "mentions": [7, 8],
            })
        ),
        of_kind(
            "message.sent",
            "e-6",
            json!({
                "category": "chat.message", "recipients": (0..60).collect::<Vec<_>>(), "title": "Hi",
            })
        ),
        of_kind(
            "surge.fired",
            "e-7",
            json!({
                "lead": { "id": 3, "name": "Ada" }, "owner": 7, "trigger": { "name": "Visits" },
            })
        ),
    ]);
    send(&api, &events).await;
    api.dispatch().await;
    let items = api.items().await;
    let named = |text: &str| items.iter().filter(|item| item.to_string().contains(text)).count();
    assert_eq!(named("NAMED#"), 1 + 1 + 1 + 2 + 59, "everyone but the first of each event");
    let found = found(&api, "7").await;
    let others: Vec<&String> = found.iter().filter(|sk| !sk.starts_with("EVENT#")).collect();
    assert_eq!(others, ["MEMBER#m-7", "PROJECT#1", "TEAM#9", "WATCH#1#ISSUE#KD-42"]);
    assert_eq!(found.len() - others.len(), 7, "each event names them");
    assert_eq!(self::found(&api, "59").await.len(), 1);
    let kept_until = 1_773_410_400 + 30 * 86_400;
    for item in items.iter().filter(|item| item["pk"].as_str().unwrap().contains("#EVENT#")) {
        assert_eq!(item["expires_at"], json!(kept_until), "{item}");
    }
}

#[tokio::test]
async fn a_dispatched_event_is_marked_and_does_nothing_a_second_time() {
    let api = Api::start().await;
    send(&api, &json!([assigned("e-1"), upserted("e-2", "m-1", "7", true)])).await;
    let messages = api.queue.messages().await.expect("messages");
    api.dispatch().await;
    let after = everything(&api).await;
    let events: Vec<&Value> = after.iter().filter(|item| item["sk"] == "EVENT").collect();
    assert_eq!(events.len(), 2);
    let now = json!(api.clock.seconds() * 1_000_000);
    assert!(events.iter().all(|event| event["done_at"] == now), "{events:?}");

    // The same messages again, as a queue may hand them out.
    let again = messages.into_iter().map(|waiting| message("acme", &waiting.body));
    api.queue.send(again.collect()).await.expect("sent");
    api.faults.set(Plan::default());
    assert_eq!(api.dispatch().await.messages, 2);
    assert_eq!(api.faults.calls(), ["BatchGetItem", "BatchGetItem"]);
    assert_eq!(everything(&api).await, after);
}

#[tokio::test]
async fn a_message_that_comes_twice_in_one_batch_changes_nothing_more() {
    let events = json!([upserted("e-1", "m-1", "7", true), left("e-2"), assigned("e-3")]);
    let once = Api::start().await;
    send_unrecorded(&once, "acme", &events).await;
    once.dispatch().await;

    let twice = Api::start().await;
    send_unrecorded(&twice, "acme", &events).await;
    let again = twice.queue.messages().await.expect("messages").into_iter();
    let again = again.map(|waiting| message("acme", &waiting.body));
    twice.queue.send(again.collect()).await.expect("sent");
    assert_eq!(twice.dispatch().await, Pumped { batches: 1, messages: 6 });
    assert_eq!(everything(&twice).await, everything(&once).await);
    assert_eq!(letter_reasons(&twice).await, [""; 0]);
}

#[tokio::test]
async fn a_message_of_an_event_that_is_gone_is_a_dead_letter() {
    let api = Api::start().await;
    let message = job("acme", "never-there").into_message(std::time::Duration::ZERO);
    api.queue.send(vec![message]).await.expect("sent");
    send_unrecorded(&api, "acme", &upserted("e-1", "m-1", "7", true)).await;
    api.dispatch().await;
    assert_eq!(letter_reasons(&api).await, ["event_gone"]);
    let status = api.person("acme", "1").get("/integrations/slack/identity-status").await;
    assert_eq!(status.json()["total"], 1, "its neighbour is done");
}

#[tokio::test]
async fn a_message_of_one_org_unit_reaches_nothing_of_another() {
    let api = Api::start().await;
    send_unrecorded(&api, "acme", &upserted("e-1", "m-1", "7", true)).await;
    let before = everything(&api).await;
    // The same event of someone else is not there.
    let stolen = api.queue.messages().await.expect("messages").remove(0);
    let body = stolen.body.replace("acme", "globex");
    let message = message("globex", &body);
    let own = api.queue.receive(10).await;
    api.queue.delete(&own.into_iter().map(|message| message.id).collect::<Vec<_>>()).await;
    api.queue.send(vec![message]).await.expect("sent");
    api.dispatch().await;
    assert_eq!(letter_reasons(&api).await, ["event_gone"]);
    assert_eq!(everything(&api).await, before);
}

#[tokio::test]
async fn what_is_stored_of_an_event_and_is_none_is_a_dead_letter_that_does_not_quote_it() {
    let api = Api::start().await;
    send(&api, &assigned("e-1")).await;
    let event = everything(&api).await.remove(0);
    let key = |name: &str| AttributeValue::S(event[name].as_str().expect("a key").to_owned());
    let broken =
        api.engine.update_item().table_name(TABLE).key("pk", key("pk")).key("sk", key("sk"));
    let broken = broken.update_expression("SET body=:body");
    let broken = broken.expression_attribute_values(":body", AttributeValue::S("hush".to_owned()));
    broken.send().await.expect("updated");
    api.dispatch().await;
    assert_eq!(letter_reasons(&api).await, ["store.corrupt event"]);
}

#[tokio::test]
async fn a_person_has_eight_entries_at_most_and_the_ninth_waits_until_one_is_gone() {
    let entries: Value = (0..9)
        .map(|number| upserted(&format!("e-{number}"), &format!("m-{number}"), "7", true))
        .collect();
    // Whether they meet as they are accepted or as they are dispatched.
    for is_recorded in [true, false] {
        let api = Api::start().await;
        let total = async || {
            // Those that met are tried again, and so is the ninth, each time later.
            for _ in 0..5 {
                api.clock.advance(600);
                api.dispatch().await;
            }
            let status = api.person("acme", "1").get("/integrations/slack/identity-status").await;
            status.json()["total"].clone()
        };
        if is_recorded {
            send(&api, &entries).await;
        } else {
            send_unrecorded(&api, "acme", &entries).await;
        }
        api.dispatch().await;
        assert_eq!(total().await, 8);
        let waiting = api.queue.messages().await.expect("messages").remove(0);
        let gone = (0..9).find(|number| !waiting.body.contains(&digest_of(*number)));
        let mut removed = upserted("e-9", &format!("m-{}", gone.expect("one of them")), "7", true);
        removed["type"] = json!("member.removed");
        removed["time"] = json!("2026-03-13T13:59:00Z");
        send(&api, &removed).await;
        assert_eq!(total().await, 8);
        assert_eq!(api.queue.messages().await.expect("messages"), []);
        assert_eq!(letter_reasons(&api).await, Vec::<String>::new());
    }
}

fn digest_of(number: usize) -> String {
    EventDigest::of("/directory", &format!("e-{number}")).to_string()
}

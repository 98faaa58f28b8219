//! What an answer costs, and that it leaves nothing behind.

use local::environment::TABLE;
use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::domain::event::EventType;

use super::{PATH, event, happen, question, settle};
use crate::support::Api;

fn people(count: usize) -> Value {
    (0..count).collect()
}

/// How many keys each call asked for, all of them consistently.
fn keys_of_each_call(api: &Api) -> Vec<usize> {
    let calls = api.faults.calls().into_iter().zip(api.faults.bodies());
    let keys = calls.map(|(call, body)| {
        assert_eq!(call, "BatchGetItem");
        let asked = &body["RequestItems"][TABLE];
        assert_eq!(asked["ConsistentRead"], true);
        asked["Keys"].as_array().expect("keys").len()
    });
    keys.collect()
}

#[tokio::test]
async fn it_is_one_consistent_batch_get_item_for_each_hundred_items() {
    let api = Api::start().await;
    let (message, assigned) =
        (event("message.sent", json!({})), event("issue.assigned", json!({})));
    for (event, asked, keys) in [
        (&message, people(1), vec![1]),
        (&message, people(100), vec![100]),
        (&message, json!([7, "7", 7]), vec![1]),
        // With a project there is a membership for each.
        (&assigned, people(1), vec![2]),
        (&assigned, people(50), vec![100]),
        (&assigned, people(100), vec![100, 100]),
    ] {
        api.faults.set(Plan::default());
        let answer = api.admin("acme").post(PATH, &question(event, &asked)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(keys_of_each_call(&api), keys, "{asked}");
    }
}

#[tokio::test]
async fn a_machine_costs_one_look_up_of_its_key_more() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("decisions:read").await;
    let ask = async || {
        api.faults.set(Plan::default());
        let question = question(&event("message.sent", json!({})), &people(100));
        assert_eq!(machine.post(PATH, &question).await.status, 200);
        api.faults.calls()
    };
    assert_eq!(ask().await, ["GetItem", "BatchGetItem"]);
    assert_eq!(ask().await, ["BatchGetItem"], "within a minute");
}

#[tokio::test]
async fn an_answer_stores_nothing_and_sends_nothing() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    happen(&api, "acme", &event("issue.assigned", json!({}))).await;
    // One that waits, so that the queue holds something.
    let waiting = event("team.member_added", json!({}));
    assert_eq!(api.admin("acme").post("/v1/events", &waiting).await.status, 202);
    let machine = api.machine("acme").with("decisions:read").await;
    let everything = async || {
        let mut items = api.items().await;
        items.sort_by_key(Value::to_string);
        (items, api.queue.messages().await.expect("messages"))
    };
    let before = everything().await;
    assert_eq!(before.1.len(), 1);
    api.queue_faults.set(Plan::default());
    for event_type in EventType::ALL {
        let question = question(&event(event_type.name(), json!({})), &people(100));
        assert_eq!(machine.post(PATH, &question).await.status, 200, "{event_type}");
        assert_eq!(api.person("acme", "8").post(PATH, &question).await.status, 403);
    }
    assert_eq!(api.queue_faults.calls(), []);
    assert_eq!(everything().await, before);
}

#[tokio::test]
async fn nothing_of_a_question_and_of_whom_it_is_about_is_logged() {
    let api = Api::start().await;
    let secret = json!({
        "actor": "secret-actor", "recipients": ["secret-user"], "title": "secret title",
        "body": "secret body", "conversation": "secret-conversation",
    });
    let mut event = event("message.sent", secret);
    event["id"] = json!("secret-id");
    event["source"] = json!("/secret");
    let settled = ["m-secret-user", "secret-user@acme.example"];
    settle(&api, "secret-unit", "secret-user").await;
    let admin = api.admin("secret-unit");
    let good = question(&event, &json!(["secret-user", "secret-other"]));
    assert_eq!(admin.post(PATH, &good).await.status, 200);
    assert_eq!(api.person("secret-unit", "secret-me").post(PATH, &good).await.status, 403);
    let mut bad = good;
    bad["secret"] = json!("secret");
    bad["event"]["secret"] = json!({ "secret": "secret" });
    bad["event"]["data"]["title"] = json!("");
    bad["recipients"] = json!(["secret#user"]);
    assert_eq!(admin.post(PATH, &bad).await.status, 400);
    let lines = api.log.lines();
    assert!(lines.iter().filter(|line| line.contains("/v1/decisions")).count() == 3, "{lines:?}");
    for line in lines {
        assert!(!line.to_ascii_lowercase().contains("secret"), "{line}");
        assert!(settled.iter().all(|text| !line.contains(text)), "{line}");
    }
}

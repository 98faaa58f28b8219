//! A row for each event and person, and never another.

use std::collections::BTreeMap;

use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::super::{everything, of_kind, send};
use super::{data, data_with, inbox, messages};
use crate::support::{Api, letter_reasons, message};

/// The messages that wait in the queue, to be handed out once more later.
async fn waiting(api: &Api) -> Vec<String> {
    let waiting = api.queue.messages().await.expect("messages");
    waiting.into_iter().map(|waiting| waiting.body).collect()
}

/// Hands those messages out again, to a worker that finds their events not done.
async fn dispatch_again(api: &Api, bodies: &[String]) {
    use shared::deliver::queue::Queue as _;

    for item in api.items().await.iter().filter(|item| item["sk"] == "EVENT") {
        use aws_sdk_dynamodb::types::AttributeValue::S;
        let text = |name: &str| S(item[name].as_str().expect("text").to_owned());
        let undone = api.engine.update_item().table_name(TABLE).key("pk", text("pk"));
        let undone = undone.key("sk", text("sk")).update_expression("REMOVE done_at");
        undone.send().await.expect("an update");
    }
    let again = bodies.iter().map(|body| message("acme", body));
    api.queue.send(again.collect()).await.expect("sent");
    api.dispatch().await;
}

/// Someone's only row.
async fn only_id(api: &Api, user: &str) -> Value {
    let rows = api.person("acme", user).get("/api/notifications").await.json();
    assert_eq!(rows.as_array().expect("an array").len(), 1, "{rows}");
    rows[0]["id"].clone()
}

#[tokio::test]
async fn an_event_that_is_dispatched_again_changes_no_row_and_brings_none_back() {
    let api = Api::start().await;
    let recipients = json!({ "recipients": ["7", "8", "9"] });
    send(&api, &of_kind("message.sent", "e-1", data_with(&recipients))).await;
    let bodies = waiting(&api).await;
    api.dispatch().await;
    let rights = ["notifications:update", "notifications:delete"];
    let person =
        |user| rights.into_iter().fold(api.person("acme", user), crate::support::Caller::with);
    for (user, path) in [("8", "bulk-read"), ("9", "bulk-delete")] {
        let ids = json!({ "notification_ids": [only_id(&api, user).await] });
        let answer = person(user).post(&format!("/api/notifications/{path}"), &ids).await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    let before = inboxes(&api).await;
    api.clock.advance(60);
    for _ in 0..3 {
        dispatch_again(&api, &bodies).await;
        assert_eq!(inboxes(&api).await, before);
    }
    let lengths: Vec<usize> = before.iter().map(Vec::len).collect();
    assert_eq!(lengths, [1, 1, 0]);
    assert_eq!(before[1][0]["read_at"], "2026-03-13T14:00:00.000000Z");
}

async fn inboxes(api: &Api) -> Vec<Vec<Value>> {
    vec![inbox(api, "7").await, inbox(api, "8").await, inbox(api, "9").await]
}

#[tokio::test]
async fn what_was_half_written_when_a_worker_died_is_completed_and_nothing_comes_twice() {
    let recipients: Vec<usize> = (0..100).collect();
    for call in [2, 3, 6, 7, 30, 80, 106, 107] {
        let api = Api::start().await;
        let fields = json!({ "recipients": recipients });
        send(&api, &of_kind("message.sent", "e-1", data_with(&fields))).await;
        // Longer than a client's attempts.
        api.faults.set(Plan::fail_calls(call..call + 80, Fault::LoseAnswer));
        api.dispatch().await;
        api.faults.set(Plan::default());
        api.clock.advance(600);
        api.dispatch().await;
        assert_eq!(letter_reasons(&api).await, [""; 0], "{call}");
        let mut rows: BTreeMap<String, usize> = BTreeMap::new();
        for item in everything(&api).await {
            if item["sk"].as_str().expect("a key").starts_with("INBOX#") {
                *rows.entry(item["pk"].as_str().expect("a key").to_owned()).or_default() += 1;
            }
        }
        assert_eq!(rows.len(), 99, "{call}: 0 to 99 without 4, who sent it");
        assert!(rows.values().all(|rows| *rows == 1), "{call}: {rows:?}");
    }
}

#[tokio::test]
async fn one_whose_item_makes_no_sense_keeps_nothing_from_the_others() {
    use aws_sdk_dynamodb::types::AttributeValue::{Bool, S};

    let api = Api::start().await;
    let broken = api.engine.put_item().table_name(TABLE);
    let broken = broken
        .item("pk", S("OU#acme#USER#8".to_owned()))
        .item("sk", S("PREFS".to_owned()))
        .item("channel.*", Bool(true));
    broken.send().await.expect("an item");
    let fields = json!({ "recipients": ["7", "8", "9"] });
    send(&api, &of_kind("message.sent", "e-1", data_with(&fields))).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await, ["Lunch?"]);
    assert_eq!(messages(&api, "9").await, ["Lunch?"]);
    assert_eq!(letter_reasons(&api).await, ["store.corrupt channel"]);
}

#[tokio::test]
async fn the_same_event_two_weeks_later_is_another_one() {
    let api = Api::start().await;
    let event = of_kind("message.sent", "e-1", data());
    for (days, rows) in [(0, 1), (13, 1), (1, 2)] {
        api.clock.advance(days * 86_400);
        send(&api, &event).await;
        api.dispatch().await;
        assert_eq!(messages(&api, "7").await.len(), rows);
    }
}

#[tokio::test]
async fn what_is_dispatched_after_its_row_would_be_gone_writes_none() {
    let api = Api::start_with(crate::support::Setup {
        environment: vec![("INBOX_RETENTION_DAYS", "1".to_owned())],
        ..Default::default()
    })
    .await;
    send(&api, &of_kind("message.sent", "e-1", data())).await;
    let bodies = waiting(&api).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await.len(), 1);
    api.clock.advance(86_400);
    let rows = async || {
        let items = everything(&api).await;
        items.iter().filter(|item| item["sk"].as_str().unwrap().starts_with("INBOX#")).count()
    };
    assert_eq!(messages(&api, "7").await.len(), 0);
    // Swept, as DynamoDB would do by now.
    sweep(&api).await;
    dispatch_again(&api, &bodies).await;
    assert_eq!(rows().await, 0);
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

/// Deletes what is past its time.
async fn sweep(api: &Api) {
    use aws_sdk_dynamodb::types::AttributeValue::S;
    for item in api.items().await {
        let is_past = |at: i64| at <= api.clock.seconds();
        if item["expires_at"].as_i64().is_some_and(is_past) {
            let key = |name: &str| S(item[name].as_str().expect("a key").to_owned());
            let gone = api.engine.delete_item().table_name(TABLE);
            let gone = gone.key("pk", key("pk")).key("sk", key("sk"));
            gone.send().await.expect("gone");
        }
    }
}

#[tokio::test]
async fn a_thousand_people_are_each_told_once() {
    let api = Api::start().await;
    let recipients: Vec<usize> = (1000..2000).collect();
    let fields = json!({ "recipients": recipients });
    send(&api, &of_kind("message.sent", "e-1", data_with(&fields))).await;
    api.dispatch().await;
    for user in ["1000", "1500", "1999"] {
        assert_eq!(messages(&api, user).await, ["Lunch?"]);
    }
    let items = api.engine.query().table_name(TABLE).index_name("gsi1");
    let by_actor = async |shard: u8| {
        use aws_sdk_dynamodb::types::AttributeValue::S;
        let partition = S(format!("OU#acme#USER#4#ACTED#{shard:02}"));
        let query = items.clone().key_condition_expression("gsi1pk=:actor");
        let query = query.expression_attribute_values(":actor", partition);
        query.send().await.expect("items").count()
    };
    let mut found = 0;
    for shard in 0..16 {
        found += by_actor(shard).await;
    }
    assert_eq!(found, 1000, "all that 4 did to others is found by who did it");
}

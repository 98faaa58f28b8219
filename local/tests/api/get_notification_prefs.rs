//! `GET /me/notification-prefs`

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;

const PATH: &str = "/me/notification-prefs";

fn untouched() -> Value {
    json!({
        "notifications_enabled": true,
        "slack_user_id": null,
        "prefs": [
            { "event_type": "milestone.entered", "muted": false },
            { "event_type": "milestone.exited", "muted": false },
            { "event_type": "sequence.completed", "muted": false },
            { "event_type": "surge.fired", "muted": false },
        ],
    })
}

#[tokio::test]
async fn whoever_never_chose_anything_hears_everything() {
    let api = Api::start().await;
    assert_eq!(api.person("acme", "7").get(PATH).await.seen(), (200, untouched()));
}

#[tokio::test]
async fn reading_stores_nothing() {
    let api = Api::start().await;
    api.person("acme", "7").get(PATH).await;
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn all_four_events_are_listed_in_their_order() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let change = json!({ "prefs": [
        { "event_type": "surge.fired", "muted": true },
        { "event_type": "milestone.entered", "muted": true },
    ]});
    assert_eq!(person.put(PATH, &change).await.status, 200);
    let mut expected = untouched();
    expected["prefs"][0]["muted"] = json!(true);
    expected["prefs"][3]["muted"] = json!(true);
    assert_eq!(person.get(PATH).await.seen(), (200, expected));
}

#[tokio::test]
async fn the_fields_come_in_the_documented_order() {
    let api = Api::start().await;
    let body = api.person("acme", "7").get(PATH).await.body;
    assert!(body.starts_with(r#"{"notifications_enabled":true,"slack_user_id":null,"prefs":[{"event_type":"milestone.entered","muted":false}"#), "{body}");
}

/// The mapping is stored beside the preferences; until an admin can set it, this test does.
async fn map_to_slack(api: &Api, id: &str) {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let mapped = api.engine.update_item().table_name(TABLE);
    let mapped = mapped.key("pk", text("OU#acme#USER#7")).key("sk", text("PREFS"));
    let mapped = mapped.update_expression("SET slack_user_id = :id");
    mapped.expression_attribute_values(":id", text(id)).send().await.expect("an update");
}

#[tokio::test]
async fn a_slack_id_is_shown_masked() {
    let api = Api::start().await;
    for (id, masked) in [("U12ABCDXYZ", "U12•••XYZ"), ("U12XYZ", "•••")] {
        map_to_slack(&api, id).await;
        let answer = api.person("acme", "7").get(PATH).await;
        assert_eq!(answer.json()["slack_user_id"], masked);
        assert!(!answer.body.contains(id));
    }
}

#[tokio::test]
async fn a_leaf_that_holds_something_else_is_our_fault_and_is_not_shown() {
    let api = Api::start().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = api.engine.put_item().table_name(TABLE);
    let put = put.item("pk", text("OU#acme#USER#7")).item("sk", text("PREFS"));
    put.item("notifications_enabled", text("perhaps")).send().await.expect("a put");
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(
        (answer.status, &answer.json()["detail"]),
        (500, &json!("an internal error occurred"))
    );
    let line = api.log.lines().pop().expect("a line");
    assert!(line.contains("store.corrupt") && line.contains("notifications_enabled"), "{line}");
    assert!(!line.contains("perhaps"));
}

#[tokio::test]
async fn it_is_one_consistent_get_item() {
    let api = Api::start().await;
    api.person("acme", "7").get(PATH).await;
    assert_eq!(api.faults.calls(), ["GetItem"]);
    assert_eq!(api.faults.bodies()[0]["ConsistentRead"], true);
}

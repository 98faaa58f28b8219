//! What became of a digest's items, and of the rows that let them through, while they waited.

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{dead_digests, message_in, sent, start_patient, tick_and_send, with_messages};
use crate::support::Api;
use crate::support::mail::{deliveries, header, know_addresses, set_row, tell, the_email};

const THREE: &str = "2026-03-13T15:00:00Z";

/// Takes the stamp from what waits first, straight in the engine.
async fn take_a_stamp(api: &Api) {
    let items = api.items().await;
    let waits = |item: &&Value| {
        item["stamp"].is_string() && item["sk"].as_str().is_some_and(|sk| sk.starts_with("DIGEST#"))
    };
    let item = items.iter().find(waits).expect("something that waits");
    let key = |name: &str| AttributeValue::S(item[name].as_str().expect("a key").to_owned());
    let update = api.engine.update_item().table_name(TABLE);
    let update = update.key("pk", key("pk")).key("sk", key("sk"));
    update.update_expression("REMOVE stamp").send().await.expect("taken");
}

#[tokio::test]
async fn what_nobody_can_read_is_counted_and_keeps_nothing_else_from_being_sent() {
    let api = with_messages("hourly", 3).await;
    take_a_stamp(&api).await;
    tick_and_send(&api, THREE).await;
    let email = the_email(&api);
    assert_eq!(email.matches("Lunch?").count(), 2 * 2, "in the text, and in the HTML: {email}");
    assert!(email.contains("and 1 more"), "{email}");
    assert_eq!(dead_digests(&api).await, [""; 0]);
    for event in ["/chat:e-1", "/chat:e-2", "/chat:e-3"] {
        assert_eq!(deliveries(&api, event).await, [sent("7")]);
    }
    let lines = api.log.lines();
    let said: Vec<&String> = lines.iter().filter(|it| it.contains("digests.unreadable")).collect();
    let [said] = &said[..] else { panic!("{said:?}") };
    assert!(said.contains(r#""event.detail":"1 of what waits""#), "{said}");
}

#[tokio::test]
async fn where_no_row_is_batched_any_more_its_link_turns_one_of_them_off_and_not_nothing() {
    let api = start_patient().await;
    know_addresses(&api, &["7"]).await;
    for category in ["chat.message", "order.updated"] {
        set_row(&api, "7", json!(category), true, "hourly").await;
        tell(&api, &message_in(category, category, "7")).await;
    }
    api.clock.advance(60);
    for category in ["chat.message", "order.updated"] {
        set_row(&api, "7", json!(category), true, "instant").await;
    }
    tick_and_send(&api, THREE).await;
    let link = header(&the_email(&api), "List-Unsubscribe").expect("a link");
    let path = &link[link.find("/unsubscribe/").expect("a path")..link.len() - 1];
    assert_eq!(api.stranger().post_nothing(path).await.status, 200);
    let reader = api.person("acme", "7").with("messaging:read");
    let rows = reader.get("/v1/messaging/preferences").await.json();
    let rows = rows["data"].as_array().expect("rows");
    let email: Vec<_> = rows.iter().map(|row| &row["email_enabled"]).collect();
    assert_eq!(email, [false, true]);
}

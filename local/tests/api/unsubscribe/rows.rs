//! Turning off the email of a row of channel preferences.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::join_all;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{click, item, link_for};
use crate::support::{Api, Caller, Setup};

const PATH: &str = "/v1/messaging/preferences";

fn person(api: &Api) -> Caller<'_> {
    api.person("acme", "7").with("messaging:update").with("messaging:read")
}

fn row(category: Option<&str>, email: bool) -> Value {
    json!({
        "category": category,
        "in_app_enabled": false,
        "email_enabled": email,
        "push_enabled": true,
        "digest": "daily",
    })
}

async fn rows(api: &Api) -> Vec<Value> {
    person(api).get(PATH).await.json()["data"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn of_a_row_only_its_email_is_turned_off_and_its_stamp_grows() {
    for (index, setting) in
        ["channel.*.email_enabled", "channel.chat.message.email_enabled"].into_iter().enumerate()
    {
        let api = Api::start().await;
        for category in [None, Some("chat.message"), Some("order.updated")] {
            assert_eq!(person(&api).put(PATH, &row(category, true)).await.status, 200);
        }
        let mut expected = rows(&api).await;
        let link = link_for(&api, "acme", "7", setting).await;
        api.clock.advance(60);
        api.faults.set(Plan::default());
        assert_eq!(click(&api.stranger(), &link).await.status, 200);
        assert_eq!(api.faults.calls(), ["UpdateItem"]);
        expected[index]["email_enabled"] = json!(false);
        expected[index]["updated_at"] = json!("2026-03-13T14:01:00.000000Z");
        assert_eq!(rows(&api).await, expected);

        // What is off already stays as it is.
        api.clock.advance(60);
        assert_eq!(click(&api.stranger(), &link).await.status, 200);
        assert_eq!(rows(&api).await, expected);
    }
}

#[tokio::test]
async fn a_row_that_was_set_at_the_same_moment_or_later_gets_the_stamp_after() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "channel.*.email_enabled").await;
    api.clock.advance(60);
    assert_eq!(person(&api).put(PATH, &row(None, true)).await.status, 200);
    api.clock.advance(-60);
    api.faults.set(Plan::default());
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(api.faults.calls(), ["UpdateItem", "UpdateItem"]);
    assert_eq!(rows(&api).await[0]["updated_at"], "2026-03-13T14:01:00.000001Z");
    assert_eq!(rows(&api).await[0]["email_enabled"], false);
}

#[tokio::test]
async fn a_row_that_is_not_there_is_not_made() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "channel.chat.message.email_enabled").await;
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(item(&api).await, json!({}));
    // The row of all others is another one.
    assert_eq!(person(&api).put(PATH, &row(None, true)).await.status, 200);
    let before = item(&api).await;
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(item(&api).await, before);
}

#[tokio::test]
async fn a_row_of_a_category_that_the_deployment_no_longer_has_is_turned_off_too() {
    let api = Api::start().await;
    let (text, number) = (AttributeValue::S, AttributeValue::N);
    let settings = json!({ "in_app": true, "email": true, "push": false, "digest": "instant" });
    let put = api.engine.put_item().table_name(TABLE);
    let put = put.item("pk", text("OU#acme#USER#7".into())).item("sk", text("PREFS".into()));
    let put = put
        .item("channel.gone.from_here", serde_dynamo::to_attribute_value(settings).expect("a map"))
        .item("channel_id.gone.from_here", text("nfpf_01JQ4Z9W6T3M8K5V2N7C1XBDHF".into()))
        .item("channel_created_at.gone.from_here", number("1".into()))
        .item("channel_updated_at.gone.from_here", number("1".into()));
    put.send().await.expect("a put");

    let link = link_for(&api, "acme", "7", "channel.gone.from_here.email_enabled").await;
    let page = api.stranger().get(&link).await;
    assert!(page.body.contains("gone.from_here"), "{}", page.body);
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    let row = rows(&api).await.remove(0);
    assert_eq!((&row["email_enabled"], &row["in_app_enabled"]), (&json!(false), &json!(true)));
    assert_eq!(
        (&row["id"], &row["created_at"]),
        (&json!("nfpf_01JQ4Z9W6T3M8K5V2N7C1XBDHF"), &json!("1970-01-01T00:00:00.000001Z"))
    );
}

#[tokio::test]
async fn a_row_that_holds_something_else_is_our_fault() {
    let api = Api::start().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = api.engine.put_item().table_name(TABLE);
    let put = put.item("pk", text("OU#acme#USER#7")).item("sk", text("PREFS"));
    put.item("channel.*", text("hush")).send().await.expect("a put");
    let link = link_for(&api, "acme", "7", "channel.*.email_enabled").await;
    let answer = click(&api.stranger(), &link).await;
    assert_eq!(answer.status, 500);
    assert!(!answer.body.contains("hush"), "{}", answer.body);
}

#[tokio::test]
async fn a_change_at_the_same_time_and_a_click_lose_nothing_of_each_other() {
    let api = Api::start().await;
    let caller = person(&api);
    let link = link_for(&api, "acme", "7", "channel.chat.message.email_enabled").await;
    for round in 0..10 {
        api.clock.advance(1);
        assert_eq!(caller.put(PATH, &row(Some("chat.message"), true)).await.status, 200);
        let mut replaced = row(Some("chat.message"), false);
        replaced["in_app_enabled"] = json!(round % 2 == 0);
        let stranger = api.stranger();
        let put = async { caller.put(PATH, &replaced).await.status };
        let clicks = join_all([(); 3].map(|()| click(&stranger, &link)));
        let (status, clicks) = tokio::join!(put, clicks);
        assert_eq!(status, 200);
        assert!(clicks.iter().all(|click| click.status == 200));
        let row = rows(&api).await.remove(0);
        assert_eq!(row["email_enabled"], false);
        assert_eq!(row["in_app_enabled"], replaced["in_app_enabled"], "the change is there");
    }
}

#[tokio::test]
async fn a_click_whose_answer_is_lost_is_done_once() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "channel.*.email_enabled").await;
    assert_eq!(person(&api).put(PATH, &row(None, true)).await.status, 200);
    api.clock.advance(60);
    api.faults.set(Plan::first([Fault::LoseAnswer]));
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(api.faults.calls().len(), 2, "the attempt was made again");
    let row = rows(&api).await.remove(0);
    let expected = (json!(false), json!("2026-03-13T14:01:00.000000Z"));
    assert_eq!((row["email_enabled"].clone(), row["updated_at"].clone()), expected);
}

#[tokio::test]
async fn a_late_copy_of_a_click_turns_nothing_off_again() {
    let attempt_timeout = Some(Duration::from_millis(250));
    let api = Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await;
    let link = link_for(&api, "acme", "7", "channel.*.email_enabled").await;
    assert_eq!(person(&api).put(PATH, &row(None, true)).await.status, 200);
    api.clock.advance(60);
    api.faults.set(Plan::first([Fault::Delay(Duration::from_secs(2))]));
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(person(&api).put(PATH, &row(None, true)).await.status, 200, "on again");
    let on = rows(&api).await;
    api.faults.settled().await;
    assert_eq!(rows(&api).await, on);
}

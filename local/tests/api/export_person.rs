//! Exporting a person: everything that is kept of them, in the words of the API.

use std::time::Duration;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::operator::{ZOE, with_zoe};
use crate::support::{Api, push};

/// The whole document, of as many answers as it takes within that time each.
async fn exported(api: &Api, within: Option<Duration>) -> (Value, usize) {
    let mut question = json!({ "org_unit": "acme", "user": ZOE });
    let (mut whole, mut answers) = (json!({}), 0);
    loop {
        let page = api.ask_with("export-person", &question, within).await.expect("an answer");
        answers += 1;
        for (name, value) in page.as_object().expect("an object") {
            match (&mut whole[name], value) {
                (Value::Array(list), Value::Array(more)) => list.extend(more.clone()),
                (known @ Value::Null, value) => *known = value.clone(),
                (_, _) => {}
            }
        }
        if page["next"].is_null() {
            whole.as_object_mut().expect("an object").remove("next");
            return (whole, answers);
        }
        question["next"] = page["next"].clone();
    }
}

#[tokio::test]
async fn what_is_exported_is_what_the_api_answers_and_all_that_lies_elsewhere() {
    let api = with_zoe().await;
    let (all, answers) = exported(&api, None).await;
    assert_eq!(answers, 1);
    let zoe = api.person("acme", ZOE).with("messaging:read");
    let kept = &all["preferences"];
    assert_eq!(kept["notification_prefs"], zoe.get("/me/notification-prefs").await.json());
    let rows = zoe.get("/v1/messaging/preferences").await.json()["data"].clone();
    assert_eq!(kept["channel_preferences"], rows);
    assert_eq!(kept["account_email"], zoe.get("/v1/me/notifications").await.json());
    assert_eq!(kept["profile"], zoe.get("/api/profile").await.json());
    assert_eq!(kept["slack"], json!({ "user_id": "U0ZOE7QUUX", "is_override": true }));
    assert_eq!(
        kept["push_subscriptions"][0]["endpoint"].to_string().contains("secret-browser"),
        true
    );
    assert!(!all.to_string().contains("p256dh"), "the keys are for the push service alone");
    assert_eq!(kept["directory"][0]["email"], "zoe.quux@mail.example");
    let mut inbox = zoe.get("/api/notifications").await.json();
    for row in inbox.as_array_mut().expect("rows") {
        row["actor"] = Value::Null;
    }
    let by_id = |rows: &Value| {
        let mut rows = rows.as_array().cloned().expect("rows");
        rows.sort_by_key(|row| row["id"].as_u64());
        rows
    };
    assert_eq!(by_id(&all["notifications"]), by_id(&inbox));
    assert_eq!(all["projects"], json!([{ "id": "1", "is_member": true, "left_at": null }]));
    assert_eq!(all["teams"], json!([{ "id": "9" }]));
    assert_eq!(all["directory_entries"], json!([{ "id": "m-zoe" }]));
    assert_eq!(all["watches"].as_array().map(Vec::len), Some(2));
    assert_eq!(all["acted"].as_array().map(Vec::len), Some(4), "{}", all["acted"]);
    assert!(all["deliveries"].as_array().is_some_and(|lines| !lines.is_empty()));
    let kinds = |kind: &str| {
        let stored = all["stored"].as_array().expect("a list").iter();
        stored.filter(|item| item["kind"] == kind).count()
    };
    assert_eq!(kinds("repeatable_request"), 2);
    assert_eq!((kinds("digest"), kinds("waiting_for_digest")), (1, 1));
    assert_eq!(kinds("deleted_notification"), 1);
    let mut events: Vec<&Value> = all["events"].as_array().expect("events").iter().collect();
    events.sort_by_key(|event| event["id"].to_string());
    assert!(events.len() >= 12, "{}", events.len());
    assert!(events.iter().all(|event| event.to_string().contains(ZOE)));
}

#[tokio::test]
async fn every_item_that_says_something_of_the_person_is_in_the_export() {
    let api = with_zoe().await;
    let (all, _) = exported(&api, None).await;
    let lists = all.as_object().expect("an object").values().filter_map(Value::as_array);
    let exported = lists.map(Vec::len).sum::<usize>() + 1;
    let items = api.items().await.into_iter();
    let kept = items.filter(|item| {
        let (key, place) = (item["pk"].to_string(), item["gsi1pk"].to_string());
        key.contains(ZOE) || place.contains(ZOE) || item["sk"].to_string().contains(ZOE)
    });
    // A note that an event names someone is the event.
    assert_eq!(kept.count(), exported);
}

#[tokio::test]
async fn what_takes_several_answers_is_the_same_document() {
    let api = with_zoe().await;
    let (whole, _) = exported(&api, None).await;
    let (in_parts, answers) = exported(&api, Some(Duration::from_secs(16))).await;
    assert!(answers > 2, "{answers}");
    let sorted = |all: &Value| {
        let mut all = all.clone();
        for list in all.as_object_mut().expect("an object").values_mut() {
            if let Some(list) = list.as_array_mut() {
                list.sort_by_key(Value::to_string);
            }
        }
        all
    };
    assert_eq!(sorted(&in_parts), sorted(&whole));
}

#[tokio::test]
async fn it_changes_nothing_and_a_place_of_someone_elses_is_refused() {
    let api = with_zoe().await;
    let before = api.items().await.len();
    let question = json!({ "org_unit": "acme", "user": ZOE });
    let within = Some(Duration::from_secs(16));
    let page = api.ask_with("export-person", &question, within).await.expect("an answer");
    assert_eq!(api.items().await.len(), before);
    let next = page["next"].as_str().expect("there is more");
    let question = json!({ "org_unit": "acme", "user": ZOE, "next": format!("x{next}") });
    assert!(api.ask_with("export-person", &question, None).await.is_err());
}

#[tokio::test]
async fn of_whom_nobody_knows_there_is_an_empty_document() {
    let api = Api::start().await;
    let (all, answers) = exported(&api, None).await;
    assert_eq!((&all["preferences"], answers), (&Value::Null, 1));
    let lists = all.as_object().expect("an object").values().filter_map(Value::as_array);
    assert!(lists.clone().count() == 9 && lists.clone().all(Vec::is_empty));
}

#[tokio::test]
async fn subscriptions_are_exported_in_the_order_that_the_api_lists_them_in() {
    let api = with_zoe().await;
    for browser in 1..=9 {
        push::subscribe(&api, "acme", ZOE, &format!("browser-{browser}")).await;
    }
    let ids = |list: &Value| -> Vec<Value> {
        list.as_array().expect("a list").iter().map(|one| one["id"].clone()).collect()
    };
    let listed = api.person("acme", ZOE).get(push::PATH).await.json()["data"].clone();
    let (all, _) = exported(&api, None).await;
    let exported = ids(&all["preferences"]["push_subscriptions"]);
    assert_eq!((exported.len(), exported), (10, ids(&listed)));
}

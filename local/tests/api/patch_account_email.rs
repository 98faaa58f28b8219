//! `PATCH /v1/me/notifications`

use http::Method;
use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Answer, Api};

const PATH: &str = "/v1/me/notifications";

/// The four toggles in their order.
fn toggles(answer: &Answer) -> [bool; 4] {
    let email = answer.json()["data"]["email"].clone();
    assert_eq!((answer.status, email.as_object().map(|email| email.len())), (200, Some(4)));
    ["product_updates", "delivery_alerts", "billing_receipts", "weekly_usage_digest"]
        .map(|name| email[name].as_bool().expect("a boolean"))
}

/// Status, code, message and details of an error.
fn error(answer: &Answer) -> (u16, Value, Value, Value) {
    let error = answer.json()["error"].clone();
    assert_eq!(error["request_id"], answer.header("x-request-id"));
    let part = |name: &str| error[name].clone();
    (answer.status, part("code"), part("message"), part("details"))
}

#[tokio::test]
async fn what_is_named_changes_what_is_not_stays_and_all_of_it_is_shown() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let answer = person.patch(PATH, &json!({ "email": { "weekly_usage_digest": true } })).await;
    assert_eq!(toggles(&answer), [true, true, true, true]);
    let two = json!({ "email": { "product_updates": false, "billing_receipts": false } });
    assert_eq!(toggles(&person.patch(PATH, &two).await), [false, true, false, true]);
    assert_eq!(toggles(&person.get(PATH).await), [false, true, false, true]);
}

#[tokio::test]
async fn a_change_is_one_update_item_of_just_the_named_leaves() {
    let api = Api::start().await;
    let patch = json!({ "email": { "delivery_alerts": false } });
    api.person("acme", "7").patch(PATH, &patch).await;
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
    let expected = json!({ "pk": "OU#acme#USER#7", "sk": "PREFS", "email.delivery_alerts": false });
    assert_eq!(api.items().await, [expected]);
}

#[tokio::test]
async fn every_form_of_nothing_is_a_no_op_that_shows_the_state() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for nothing in ["", "{}", r#"{"email":{}}"#] {
        api.faults.set(Plan::default());
        let answer = person.text(Method::PATCH, PATH, nothing).await;
        assert_eq!(toggles(&answer), [true, true, true, false], "{nothing:?}");
        assert_eq!(api.faults.calls(), ["GetItem"], "{nothing:?}");
    }
    assert_eq!(api.items().await, Vec::<Value>::new());
    // Browsers say that an empty text is plain text: there is nothing to be of a wrong type.
    for media_type in [None, Some("text/plain")] {
        let answer = person.send(Method::PATCH, PATH, media_type, "".into()).await;
        assert_eq!(toggles(&answer), [true, true, true, false], "{media_type:?}");
    }
}

#[tokio::test]
async fn unknown_keys_are_each_named() {
    let api = Api::start().await;
    let patch = json!({ "email": { "product_news": true }, "in_app": { "x": true } });
    let answer = api.person("acme", "7").patch(PATH, &patch).await;
    let details = json!({ "email.product_news": "unknown toggle", "in_app": "unknown channel" });
    let expected =
        (422, json!("UNKNOWN_NOTIFICATION_KEY"), json!("unknown notification key"), details);
    assert_eq!(error(&answer), expected);
}

#[tokio::test]
async fn security_alerts_are_nobodys_to_change_whatever_the_value() {
    let api = Api::start().await;
    let details = json!({ "email.security_alerts": "not user-toggleable" });
    let code = json!("IMMUTABLE_NOTIFICATION_KEY");
    let expected = (422, code, json!("notification key is immutable"), details);
    for value in [json!(true), json!(false), json!(null), json!("off"), json!({})] {
        let patch = json!({ "email": { "security_alerts": value } });
        assert_eq!(error(&api.person("acme", "7").patch(PATH, &patch).await), expected);
    }
}

#[tokio::test]
async fn values_that_are_no_booleans_fail_with_their_path() {
    let api = Api::start().await;
    for (patch, path, detail) in [
        (json!({ "email": { "product_updates": null } }), "email.product_updates", "boolean"),
        (json!({ "email": { "product_updates": 1 } }), "email.product_updates", "boolean"),
        (json!({ "email": { "product_updates": "true" } }), "email.product_updates", "boolean"),
        (json!({ "email": [] }), "email", "object"),
        (json!({ "email": null }), "email", "object"),
        (json!({ "email": true }), "email", "object"),
    ] {
        let (status, code, message, details) =
            error(&api.person("acme", "7").patch(PATH, &patch).await);
        let failed = (422, json!("VALIDATION_FAILED"), json!("validation failed"));
        assert_eq!((status, code, message), failed);
        let said = details[path].as_str().expect("a detail");
        assert!(said.contains(detail), "{patch}: {said}");
    }
}

#[tokio::test]
async fn unknown_keys_come_before_immutable_ones_and_those_before_bad_values() {
    let api = Api::start().await;
    let code = async |email: Value| {
        error(&api.person("acme", "7").patch(PATH, &json!({ "email": email })).await).1
    };
    let all = json!({ "product_updates": 1, "security_alerts": true, "news": true });
    assert_eq!(code(all).await, "UNKNOWN_NOTIFICATION_KEY");
    let two = json!({ "product_updates": 1, "security_alerts": true });
    assert_eq!(code(two).await, "IMMUTABLE_NOTIFICATION_KEY");
    assert_eq!(code(json!({ "product_updates": 1 })).await, "VALIDATION_FAILED");
}

#[tokio::test]
async fn a_refused_patch_stores_nothing_of_what_was_good_in_it() {
    let api = Api::start().await;
    let patch = json!({ "email": { "product_updates": false, "security_alerts": false } });
    assert_eq!(api.person("acme", "7").patch(PATH, &patch).await.status, 422);
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_invalid_input() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let code = async |body: Vec<u8>| {
        let answer = person.text(Method::PATCH, PATH, body).await;
        (answer.status, answer.json()["error"]["code"].clone())
    };
    let invalid = |status| (status, json!("INVALID_INPUT"));
    for body in [b"{".as_slice(), b"[]", b"null", b" ", b"{\"email\":\"\xff\"}"] {
        assert_eq!(code(body.to_vec()).await, invalid(400), "{body:?}");
    }
    assert_eq!(code("[".repeat(100_000).into()).await, invalid(400));
    assert_eq!(code(" ".repeat(300 * 1024).into()).await, invalid(413));
    let cut = br#"{"email":{"product_updates":true,"product_updates":false}"#;
    assert_eq!(code(cut.to_vec()).await, invalid(400));
    let unknown_too = br#"{"email":{"product_updates":true,"product_updates":false,"x":1}}"#;
    let unknown = (422, json!("UNKNOWN_NOTIFICATION_KEY"));
    assert_eq!(code(unknown_too.to_vec()).await, unknown);
    let twice = br#"{"email":{"product_updates":true,"product_updates":false}}"#;
    assert_eq!(code(twice.to_vec()).await, (422, json!("VALIDATION_FAILED")));
    let text = person.send(Method::PATCH, PATH, Some("text/plain"), "{}".into()).await;
    assert_eq!((text.status, text.json()["error"]["code"].clone()), invalid(415));
    assert_eq!(api.items().await, Vec::<Value>::new());
}

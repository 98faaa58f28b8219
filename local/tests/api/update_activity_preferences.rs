//! `POST /api/profile/notification-preferences`

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

use crate::support::Api;

const PATH: &str = "/api/profile/notification-preferences";

/// The nine switches, in their order.
pub(crate) const TOGGLES: [&str; 9] = [
    "auto_watch_on_create",
    "auto_watch_on_assigned",
    "auto_watch_on_commented",
    "notify_mentions",
    "notify_assignment",
    "notify_project_membership",
    "notify_team_membership",
    "notify_watched_activity_email",
    "notify_report_activity_email",
];

fn all(value: &Value) -> Value {
    Value::Object(Map::from_iter(TOGGLES.map(|name| (name.to_owned(), value.clone()))))
}

#[tokio::test]
async fn all_nine_are_set_and_the_profile_is_shown() {
    let api = Api::start().await;
    let person = api.person("acme", "7").with_claims(&json!({ "given_name": "Jane" }));
    let mut body = all(&json!(false));
    body["notify_mentions"] = json!(true);
    let answer = person.post(PATH, &body).await;
    let mut expected = body;
    expected["id"] = json!(7);
    expected["first_name"] = json!("Jane");
    expected["last_name"] = Value::Null;
    expected["email"] = Value::Null;
    assert_eq!(answer.seen(), (200, expected));
    assert_eq!(person.get("/api/profile").await.seen(), answer.seen());
}

#[tokio::test]
async fn each_of_the_nine_is_its_own() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for on in TOGGLES {
        let mut body = all(&json!(false));
        body[on] = json!(true);
        assert_eq!(person.post(PATH, &body).await.status, 200);
        let profile = person.get("/api/profile").await.json();
        for name in TOGGLES {
            assert_eq!(profile[name], name == on, "{name} while only {on} is on");
        }
    }
}

#[tokio::test]
async fn brackets_may_be_deep_but_not_without_end() {
    let api = Api::start().await;
    let post = async |depth: usize| {
        let mut body = all(&json!(true)).to_string();
        body.pop();
        let (open, close) = ("[".repeat(depth), "]".repeat(depth));
        let body = format!(r#"{body},"theme":{open}{close}}}"#);
        api.person("acme", "7").text(Method::POST, PATH, body).await.status
    };
    assert_eq!(post(100).await, 200);
    assert_eq!(post(128).await, 400);
    assert_eq!(post(50_000).await, 400);
}

#[tokio::test]
async fn what_forms_send_for_booleans_counts() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for (value, is_on) in [
        (json!(true), true),
        (json!(1), true),
        (json!("1"), true),
        (json!(false), false),
        (json!(0), false),
        (json!("0"), false),
    ] {
        let profile = person.post(PATH, &all(&value)).await.json();
        assert!(TOGGLES.iter().all(|name| profile[name] == is_on), "{value}: {profile}");
    }
}

#[tokio::test]
async fn unknown_fields_are_passed_over() {
    let api = Api::start().await;
    let mut body = all(&json!(true));
    body["theme"] = json!("dark");
    assert_eq!(api.person("acme", "7").post(PATH, &body).await.status, 200);
}

#[tokio::test]
async fn every_field_that_is_missing_has_its_message() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").post(PATH, &json!({})).await;
    let errors =
        TOGGLES.map(|name| (name.to_owned(), json!([format!("The {name} field is required.")])));
    let expected = json!({
        "message": "The given data was invalid.",
        "errors": Map::from_iter(errors),
    });
    assert_eq!(answer.seen(), (422, expected));
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn every_field_that_is_wrong_has_its_message_and_nothing_is_stored() {
    let api = Api::start().await;
    for wrong in [json!(null), json!(2), json!(-1), json!(1.0), json!("true"), json!(""), json!([])]
    {
        let mut body = all(&json!(true));
        body["notify_mentions"] = wrong.clone();
        body.as_object_mut().expect("an object").remove("notify_assignment");
        let answer = api.person("acme", "7").post(PATH, &body).await;
        let errors = json!({
            "notify_mentions": ["The notify_mentions field must be true or false."],
            "notify_assignment": ["The notify_assignment field is required."],
        });
        assert_eq!((answer.status, &answer.json()["errors"]), (422, &errors), "{wrong}");
    }
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_body_that_cannot_be_read_is_refused() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let status = async |body: Vec<u8>| person.text(Method::POST, PATH, body).await.status;
    for body in [b"".as_slice(), b"{", b"[]", b"null", b"{\"theme\":\"\xff\"}"] {
        assert_eq!(status(body.to_vec()).await, 400, "{body:?}");
    }
    assert_eq!(status("[".repeat(100_000).into()).await, 400);
    assert_eq!(status(" ".repeat(300 * 1024).into()).await, 413);
    let twice = r#"{"notify_mentions":true,"notify_mentions":false}"#;
    assert_eq!(status(twice.into()).await, 422);
    let form = Some("application/x-www-form-urlencoded");
    assert_eq!(person.send(Method::POST, PATH, form, "a=1".into()).await.status, 415);
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn it_is_one_update_item() {
    let api = Api::start().await;
    api.person("acme", "7").post(PATH, &all(&json!(true))).await;
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
}

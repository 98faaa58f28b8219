//! Who may not make keys, and what bodies are refused.

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, new_key};
use crate::support::Api;

fn with(field: &str, value: Value) -> Value {
    let mut body = new_key();
    body[field] = value;
    body
}

fn without(field: &str) -> Value {
    let mut body = new_key();
    body.as_object_mut().expect("an object").remove(field);
    body
}

#[tokio::test]
async fn only_admins_make_keys_and_the_body_is_not_looked_at_before() {
    let api = Api::start().await;
    let machine = api.machine("acme").with_all().await;
    let people = "this endpoint is for people; an API key cannot use it";
    for (caller, detail) in
        [(machine, people), (api.person("acme", "7"), "this endpoint is for admins")]
    {
        let answer = caller.text(Method::POST, PATH, "not JSON").await;
        assert_eq!((answer.status, &answer.json()["detail"]), (403, &json!(detail)));
    }
    assert_eq!(api.items().await.len(), 1, "the machine's own");
}

#[tokio::test]
async fn a_wrong_field_of_a_key_is_refused_with_its_path_and_nothing_is_stored() {
    let name = "must be one line of 1 to 300 characters, not all of them spaces or invisible, \
                without control characters";
    let rfc3339 = "must be an RFC 3339 time with seconds, at most nine digits of a fraction, and Z \
                   or an offset, such as 2026-03-13T14:00:00Z";
    let future = "must be in the future";
    let api = Api::start().await;
    for (body, path, detail) in [
        (without("name"), "name", "is required"),
        (with("name", json!(null)), "name", "must be a string"),
        (with("name", json!(7)), "name", "must be a string"),
        (with("name", json!("")), "name", name),
        (with("name", json!(" \u{a0}")), "name", name),
        (with("name", json!("\u{feff}")), "name", name),
        (with("name", json!("\u{200b}\u{e0041}")), "name", name),
        (with("name", json!("a\nb")), "name", name),
        (with("name", json!("a\u{9b}")), "name", name),
        (with("name", json!("x".repeat(301))), "name", name),
        (without("permissions"), "permissions", "is required"),
        (with("permissions", json!(null)), "permissions", "must be an array"),
        (with("permissions", json!("events:write")), "permissions", "must be an array"),
        (with("permissions", json!([])), "permissions", "must name at least one permission"),
        (with("permissions", json!(["events:write", 7])), "permissions[1]", "must be a string"),
        (
            with("permissions", json!(["events:writes"])),
            "permissions[0]",
            "is not one of those allowed; did you mean events:write?",
        ),
        (with("expires_at", json!(1_800_000_000)), "expires_at", "must be a string"),
        (with("expires_at", json!("")), "expires_at", rfc3339),
        (with("expires_at", json!("2027-01-01")), "expires_at", rfc3339),
        (with("expires_at", json!("2027-01-01T00:00:00")), "expires_at", rfc3339),
        (with("expires_at", json!("2026-03-13T14:00:00Z")), "expires_at", future),
        (with("expires_at", json!("2020-01-01T00:00:00Z")), "expires_at", future),
        (
            with("expire_at", json!(null)),
            "expire_at",
            "is not a known field; did you mean expires_at?",
        ),
    ] {
        let answer = api.admin("acme").post(PATH, &body).await;
        let expected = vec![(path.to_owned(), detail.to_owned())];
        assert_eq!((answer.status, answer.faults()), (400, expected), "{body}");
    }
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn every_fault_is_told_at_once_in_the_order_of_the_body() {
    let api = Api::start().await;
    let body =
        r#"{"expires_at":"2020-01-01T00:00:00Z","permissions":["x","events:write","y"],"scope":1}"#;
    let answer = api.admin("acme").text(Method::POST, PATH, body).await;
    let paths: Vec<String> = answer.faults().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["expires_at", "permissions[0]", "permissions[2]", "scope", "name"]);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_makes_no_key() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    for body in ["", "{", "[]", "null"] {
        assert_eq!(admin.text(Method::POST, PATH, body).await.status, 400, "{body}");
    }
    let twice = r#"{"name":"x","name":"y","permissions":["events:write"]}"#;
    let answer = admin.text(Method::POST, PATH, twice).await;
    let fault = ("name".to_owned(), "must not be given more than once".to_owned());
    assert_eq!((answer.status, answer.faults()), (400, vec![fault]));
    let large = " ".repeat(300 * 1024);
    assert_eq!(admin.text(Method::POST, PATH, large).await.status, 413);
    let text = admin.send(Method::POST, PATH, Some("text/plain"), new_key().to_string().into());
    assert_eq!(text.await.status, 415);
    assert_eq!(api.items().await, Vec::<Value>::new());
}

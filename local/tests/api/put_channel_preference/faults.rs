//! What bodies are refused, and what is said of them.

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, error, refusal, row, writer};
use crate::support::Api;

#[tokio::test]
async fn a_wrong_field_is_refused_with_its_param_and_nothing_is_stored() {
    let api = Api::start().await;
    let with = |field: &str, value: Value| {
        let mut body = row(Some("chat.message"));
        body[field] = value;
        body
    };
    let without = |field: &str| {
        let mut body = row(Some("chat.message"));
        body.as_object_mut().expect("an object").remove(field);
        body
    };
    for (body, code, param) in [
        (with("category", json!("chat.nonsense")), "parameter_invalid", "category"),
        (with("category", json!("CHAT.MESSAGE")), "parameter_invalid", "category"),
        (with("category", json!(7)), "invalid_format", "category"),
        (with("in_app_enabled", json!(null)), "invalid_format", "in_app_enabled"),
        (with("email_enabled", json!(1)), "invalid_format", "email_enabled"),
        (with("push_enabled", json!("true")), "invalid_format", "push_enabled"),
        (without("in_app_enabled"), "missing_field", "in_app_enabled"),
        (without("email_enabled"), "missing_field", "email_enabled"),
        (without("push_enabled"), "missing_field", "push_enabled"),
        (with("digest", json!(null)), "invalid_format", "digest"),
        (with("digest", json!("")), "invalid_format", "digest"),
        (with("digest", json!(true)), "invalid_format", "digest"),
        (with("digest", json!("weekly")), "parameter_invalid", "digest"),
        (with("sms_enabled", json!(true)), "parameter_unknown", "sms_enabled"),
    ] {
        let answer = writer(&api).put(PATH, &body).await;
        assert_eq!(error(&answer), refusal(400, code, Some(param)), "{body}");
    }
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_slip_of_the_pen_is_told_what_was_meant() {
    let api = Api::start().await;
    let message = async |field: &str, value: Value| {
        let mut body = row(Some("chat.message"));
        body[field] = value;
        let answer = writer(&api).put(PATH, &body).await;
        answer.json()["error"]["message"].as_str().expect("text").to_owned()
    };
    let meant = "`pushenabled` is not a known field; did you mean push_enabled?";
    assert_eq!(message("pushenabled", json!(true)).await, meant);
    let meant = "`category` is not one of those allowed; did you mean chat.mention?";
    assert_eq!(message("category", json!("chat.mentions")).await, meant);
    let meant = "`digest` is not one of those allowed; did you mean hourly?";
    assert_eq!(message("digest", json!("hourli")).await, meant);
    let all = "`digest` must be one of instant, hourly, daily, off";
    assert_eq!(message("digest", json!("fortnightly")).await, all);
}

#[tokio::test]
async fn of_several_faults_the_first_in_the_body_is_told() {
    let api = Api::start().await;
    for (body, code, param) in [
        (r#"{"category":"nonsense","digest":"never"}"#, "parameter_invalid", "category"),
        (r#"{"digest":"never","category":"nonsense"}"#, "parameter_invalid", "digest"),
        (r#"{"push":1,"in_app_enabled":1}"#, "parameter_unknown", "push"),
        (r#"{"email_enabled":1,"push":1}"#, "invalid_format", "email_enabled"),
        (r#"{"push_enabled":true}"#, "missing_field", "in_app_enabled"),
        (r#"{"digest":"never","digest":"daily"}"#, "parameter_invalid", "digest"),
        (r#"{"category":"no","digest":"off","digest":"off"}"#, "parameter_invalid", "category"),
        (r#"{"":1}"#, "parameter_unknown", ""),
    ] {
        let answer = writer(&api).put_text(PATH, body).await;
        assert_eq!(error(&answer), refusal(400, code, Some(param)), "{body}");
    }
}

#[tokio::test]
async fn a_long_name_keeps_its_place_among_the_faults_and_is_shortened() {
    let api = Api::start().await;
    let long = "x".repeat(101);
    let body = format!(r#"{{"{long}":1,"category":"nonsense"}}"#);
    let answer = writer(&api).put_text(PATH, body).await;
    let shown = format!("{}…", "x".repeat(100));
    assert_eq!(error(&answer), refusal(400, "parameter_unknown", Some(&shown)));
}

#[tokio::test]
async fn a_body_that_cannot_be_read_fails_validation() {
    let api = Api::start().await;
    let duplicate = r#"{"in_app_enabled":true,"in_app_enabled":false,"email_enabled":true,
        "push_enabled":true}"#;
    let answer = writer(&api).put_text(PATH, duplicate).await;
    assert_eq!(error(&answer), refusal(400, "validation_failed", Some("in_app_enabled")));
    for body in [
        b"".as_slice(),
        b"{",
        b"[]",
        b"null",
        b"7",
        b"{\"digest\":\"\xff\"}",
        b"{\"a\":1,\"a\":2",
        b"[{\"a\":1,\"a\":2}]",
    ] {
        let answer = writer(&api).put_text(PATH, body.to_vec()).await;
        assert_eq!(error(&answer), refusal(400, "validation_failed", None), "{body:?}");
    }
    let brackets = writer(&api).put_text(PATH, "[".repeat(100_000)).await;
    assert_eq!(error(&brackets), refusal(400, "validation_failed", None));
    let large = writer(&api).put_text(PATH, " ".repeat(300 * 1024)).await;
    assert_eq!(error(&large), refusal(413, "validation_failed", None));
    let text = writer(&api).send(Method::PUT, PATH, Some("text/plain"), "{}".into()).await;
    assert_eq!(error(&text), refusal(415, "validation_failed", None));
    assert_eq!(api.items().await, Vec::<Value>::new());
}

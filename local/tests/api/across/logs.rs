//! What is logged of a request, and what never is.

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ingest_events::assigned;
use crate::support::{Api, job, recorded_event};

const PATH: &str = "/me/notification-prefs";

#[tokio::test]
async fn a_request_is_one_line_that_says_what_it_was_and_what_it_cost() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").get(PATH).await;
    let lines = api.log.lines();
    assert_eq!(lines.len(), 1);
    let mut line: Value = serde_json::from_str(&lines[0]).expect("JSON");
    assert!(line["duration.us"].take().is_u64());
    let expected = json!({
        "level": "info",
        "timestamp": "2026-03-13T14:00:00.000000Z",
        "request.id": answer.header("x-request-id"),
        "request.gateway_id": "local",
        "request.lambda_id": "local",
        "http.route": "GET /me/notification-prefs",
        "http.status": 200,
        "duration.us": null,
        "store.attempts": 1,
    });
    assert_eq!(line, expected);
}

#[tokio::test]
async fn a_piece_of_work_is_one_line_that_says_what_became_of_it() {
    let api = Api::start().await;
    assert_eq!(api.admin("acme").post("/v1/events", &assigned("e-1")).await.status, 202);
    let good = api.queue.messages().await.expect("messages").remove(0).body;
    let gone = job("acme", "gone").into_message(Duration::ZERO).body;
    let newer = json!({ "version": 3 }).to_string();
    let busy = Plan::always(Fault::Throttle);
    for (body, plan, level, outcome, attempts, error) in [
        (&good, busy, "info", "later", 4, Some("store.throttled")),
        (&good, Plan::default(), "info", "done", 5, None),
        (&gone, Plan::default(), "error", "dead", 1, Some("event_gone")),
        (&newer, Plan::default(), "info", "later", 0, Some("newer_message")),
    ] {
        let mut batch = recorded_event("dispatch-events");
        batch["Records"][0]["body"] = json!(body);
        api.faults.set(plan);
        api.pump.replay(&batch.to_string()).await.expect("an answer");
        let mut line: Value =
            serde_json::from_str(&api.log.lines().pop().expect("a line")).expect("JSON");
        assert!(line["duration.us"].take().is_u64());
        let mut expected = json!({
            "level": level,
            "timestamp": "2026-03-13T14:00:00.000000Z",
            "work.id": "059f36b4-87a3-44ab-83d2-661975830a7d",
            "work.lambda_id": "local",
            "work.outcome": outcome,
            "duration.us": null,
            "store.attempts": attempts,
        });
        if let Some(error) = error {
            expected["error.kind"] = json!(error);
        }
        assert_eq!(line, expected);
    }
    let lines = api.log.lines();
    let of_work = lines.iter().filter(|line| line.contains("work.outcome"));
    assert_eq!(of_work.count(), 4, "one each: {lines:?}");
}

#[tokio::test]
async fn a_refusal_is_logged_with_its_reason() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let reasons = async || {
        let line: Value =
            serde_json::from_str(&api.log.lines().pop().expect("a line")).expect("JSON");
        line["error.kind"].as_str().expect("a reason").to_owned()
    };
    api.stranger().get(PATH).await;
    assert_eq!(reasons().await, "no_credential");
    api.stranger().with_token("a.b.c").get(PATH).await;
    assert_eq!(reasons().await, "bad_credential.header");
    person.put_text(PATH, "{").await;
    assert_eq!(reasons().await, "malformed_json");
    person.put(PATH, &json!({ "prefs": 1 })).await;
    assert_eq!(reasons().await, "invalid_body");
    let elsewhere = api.person("acme", "7").with_claims(&json!({ "iss": "https://evil.example" }));
    elsewhere.get(PATH).await;
    assert_eq!(reasons().await, "bad_credential.issuer");
}

#[tokio::test]
async fn no_token_no_body_no_person_and_no_slack_id_is_ever_logged() {
    let api = Api::start().await;
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let put = api.engine.put_item().table_name(TABLE);
    let put = put.item("pk", text("OU#secret-unit#USER#secret-user")).item("sk", text("PREFS"));
    put.item("slack_user_id", text("U0SECRET9")).send().await.expect("a put");

    let claims = json!({ "email": "secret@example.com", "given_name": "Secret" });
    let person = api.person("secret-unit", "secret-user").with_claims(&claims);
    assert_eq!(person.get(&format!("{PATH}?secret=secret")).await.status, 200);
    person.put(PATH, &json!({ "secret": "secret" })).await;
    person.put_text(PATH, "secret").await;
    person.put_text(PATH, r#"{"secret":{"secret":}}"#).await;
    api.stranger().with_token("secret.secret.secret").get(PATH).await;
    api.stranger().with_authorization("Secret secret").get(PATH).await;
    let unfit = api.person("secret-unit", "secret#user");
    unfit.get(PATH).await;

    let lines = api.log.lines();
    assert_eq!(lines.len(), 7);
    for line in lines {
        assert!(!line.to_ascii_lowercase().contains("secret"), "{line}");
        assert!(!line.contains("eyJ"), "{line}");
    }
}

//! `PUT /v1/messaging/preferences`

mod faults;

use std::time::Duration;

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Caller, Setup};

const PATH: &str = "/v1/messaging/preferences";

fn writer(api: &Api) -> Caller<'_> {
    api.person("acme", "7").with("messaging:update").with("messaging:read")
}

fn row(category: Option<&str>) -> Value {
    json!({
        "category": category,
        "in_app_enabled": true,
        "email_enabled": true,
        "push_enabled": false,
        "digest": "hourly",
    })
}

/// Status, code, type and param of an error; all eight keys must be there.
fn error(answer: &Answer) -> (u16, String, Option<String>) {
    let error = answer.json()["error"].clone();
    assert_eq!(error.as_object().expect("an object").len(), 8, "{error}");
    assert_eq!(error["type"], "invalid_request_error");
    let text = |name: &str| error[name].as_str().map(str::to_owned);
    (answer.status, text("code").expect("a code"), text("param"))
}

fn refusal(status: u16, code: &str, param: Option<&str>) -> (u16, String, Option<String>) {
    (status, code.to_owned(), param.map(str::to_owned))
}

#[tokio::test]
async fn a_row_is_created_and_shown_whole() {
    let api = Api::start().await;
    let answer = writer(&api).put(PATH, &row(Some("chat.message"))).await;
    let mut body = answer.json();
    let id = body["id"].take();
    assert!(id.as_str().is_some_and(|id| id.starts_with("nfpf_") && id.len() == 31), "{id}");
    let expected = json!({
        "id": null,
        "object": "notification_preference",
        "category": "chat.message",
        "in_app_enabled": true,
        "email_enabled": true,
        "push_enabled": false,
        "digest": "hourly",
        "created_at": "2026-03-13T14:00:00.000000Z",
        "updated_at": "2026-03-13T14:00:00.000000Z",
    });
    assert_eq!((answer.status, body), (200, expected));
}

#[tokio::test]
async fn the_category_left_out_null_or_empty_is_the_global_row() {
    let api = Api::start().await;
    let mut without = row(None);
    without.as_object_mut().expect("an object").remove("category");
    let mut ids = Vec::new();
    for body in [without, row(None), row(Some(""))] {
        let answer = writer(&api).put(PATH, &body).await;
        assert_eq!((answer.status, &answer.json()["category"]), (200, &Value::Null));
        ids.push(answer.json()["id"].clone());
    }
    assert!(ids.iter().all(|id| *id == ids[0]), "one row: {ids:?}");
}

#[tokio::test]
async fn a_row_is_replaced_outright_but_keeps_id_and_creation() {
    let api = Api::start().await;
    let first = writer(&api).put(PATH, &row(Some("agent.alert"))).await.json();
    api.clock.advance(60);
    let body = json!({
        "category": "agent.alert",
        "in_app_enabled": false,
        "email_enabled": false,
        "push_enabled": true,
    });
    let second = writer(&api).put(PATH, &body).await.json();
    assert_eq!((&second["id"], &second["created_at"]), (&first["id"], &first["created_at"]));
    assert_eq!(second["updated_at"], "2026-03-13T14:01:00.000000Z");
    assert_eq!(second["digest"], "instant", "a digest left out is not kept");
    assert_eq!(second["push_enabled"], true);
}

#[tokio::test]
async fn updated_at_strictly_increases_even_while_the_clock_stands_or_goes_back() {
    let api = Api::start().await;
    let mut last = String::new();
    for step in [0, 0, 0, 1, -3600, 0, 2] {
        api.clock.advance(step);
        let answer = writer(&api).put(PATH, &row(None)).await;
        let updated_at = answer.json()["updated_at"].as_str().expect("text").to_owned();
        assert!(updated_at > last, "{updated_at} after {last}");
        last = updated_at;
    }
}

#[tokio::test]
async fn it_is_one_update_item_unless_clocks_disagree() {
    let api = Api::start().await;
    for (step, calls) in [(0, 1), (1, 1), (0, 2), (-1, 2), (60, 1)] {
        api.clock.advance(step);
        api.faults.set(Plan::default());
        assert_eq!(writer(&api).put(PATH, &row(None)).await.status, 200);
        assert_eq!(api.faults.calls(), vec!["UpdateItem"; calls], "{step}");
    }
}

#[tokio::test]
async fn all_eight_default_categories_can_be_set() {
    let api = Api::start().await;
    for category in [
        "chat.message",
        "chat.mention",
        "chat.added",
        "order.updated",
        "agent.run_completed",
        "agent.alert",
        "system.broadcast",
        "customer.registered",
    ] {
        assert_eq!(writer(&api).put(PATH, &row(Some(category))).await.status, 200, "{category}");
    }
}

#[tokio::test]
async fn a_late_copy_of_a_replacement_changes_nothing() {
    let attempt_timeout = Some(Duration::from_millis(250));
    let api = Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await;
    // The clock stands, so the second row takes a second stamp, and that attempt is delayed.
    writer(&api).put(PATH, &row(None)).await;
    api.faults.set(Plan::fail_call(2, Fault::Delay(Duration::from_secs(2))));
    assert_eq!(writer(&api).put(PATH, &row(None)).await.status, 200);
    let mut newer = row(None);
    newer["digest"] = json!("off");
    let last = writer(&api).put(PATH, &newer).await.json();
    api.faults.settled().await;
    assert_eq!(writer(&api).get(PATH).await.json()["data"], json!([last]));
}

#[tokio::test]
async fn it_takes_the_permission_to_update() {
    let api = Api::start().await;
    for person in [api.person("acme", "7"), api.person("acme", "7").with("messaging:read")] {
        let answer = person.put_text(PATH, "not JSON").await;
        assert_eq!(error(&answer), refusal(403, "insufficient_permissions", None));
    }
    let admin = api.person("acme", "7").with_claims(&json!({ "role": "admin" }));
    assert_eq!(admin.put(PATH, &row(None)).await.status, 200);
}

#[tokio::test]
async fn an_expired_token_is_told_from_a_bad_one() {
    let api = Api::start().await;
    let expired = json!({ "exp": api.clock.seconds() - 31 });
    let answer = writer(&api).with_claims(&expired).put(PATH, &row(None)).await;
    assert_eq!(error(&answer), refusal(401, "expired_token", None));
    for person in [api.stranger(), writer(&api).with_claims(&json!({ "org_unit": null }))] {
        let answer = person.put(PATH, &row(None)).await;
        assert_eq!(error(&answer), refusal(401, "invalid_credentials", None));
    }
}

#[tokio::test]
async fn the_categories_are_the_deployments() {
    let environment = vec![("MESSAGING_CATEGORIES", "ticket.opened,ticket.closed".to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    assert_eq!(writer(&api).put(PATH, &row(Some("ticket.opened"))).await.status, 200);
    let answer = writer(&api).put(PATH, &row(Some("chat.message"))).await;
    assert_eq!(error(&answer), refusal(400, "parameter_invalid", Some("category")));
    let message = "`category` must be one of ticket.closed, ticket.opened";
    assert_eq!(answer.json()["error"]["message"], message);
}

//! `DELETE /v1/api-keys/{id}`

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Answer, Api};

const DAY: i64 = 24 * 60 * 60;

fn path_of(key: &Value) -> String {
    format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"))
}

async fn new_key(api: &Api) -> Value {
    api.machine("acme").with("messaging:read").key().await
}

fn not_found(answer: &Answer) -> Value {
    let expected = json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no such thing in this organizational unit",
        "instance": format!("/requests/{}", answer.header("x-request-id")),
    });
    assert_eq!(answer.seen(), (404, expected.clone()));
    expected
}

#[tokio::test]
async fn a_key_is_revoked_without_a_word() {
    let api = Api::start().await;
    let key = new_key(&api).await;
    let answer = api.admin("acme").delete(&path_of(&key)).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!((answer.header("content-type"), answer.header("cache-control")), ("", "no-store"));
    assert_eq!(answer.header("x-request-id").len(), 26);
}

#[tokio::test]
async fn revoking_again_is_answered_the_same_and_keeps_the_first_time() {
    let api = Api::start().await;
    let key = new_key(&api).await;
    let mut expected = api.items().await.remove(0);
    let item = expected.as_object_mut().expect("an object");
    item.remove("gsi1pk");
    item.remove("gsi1sk");
    let at = api.clock.seconds();
    item.insert("revoked_at".to_owned(), json!(at * 1_000_000));
    item.insert("expires_at".to_owned(), json!(at + 90 * DAY));
    for _ in 0..3 {
        assert_eq!(api.admin("acme").delete(&path_of(&key)).await.status, 204);
        assert_eq!(api.items().await, [expected.clone()]);
        api.clock.advance(3600);
    }
}

#[tokio::test]
async fn what_is_not_there_or_another_org_units_is_not_found_and_the_two_are_not_told_apart() {
    let api = Api::start().await;
    let key = new_key(&api).await;
    let before = api.items().await;
    let unknown = format!("/v1/api-keys/{}", "0".repeat(32));
    api.faults.set(Plan::default());
    for path in [&unknown, &path_of(&key)] {
        not_found(&api.admin("globex").delete(path).await);
    }
    assert_eq!(api.faults.calls(), ["UpdateItem", "UpdateItem"]);

    api.faults.set(Plan::default());
    let secret = key["key"].as_str().expect("a key");
    let upper = key["id"].as_str().expect("an id").to_uppercase();
    for id in ["x", "..", "%23", "%00", secret, &upper, &"0".repeat(33), "+0%200", "KEY%230"] {
        not_found(&api.admin("acme").delete(&format!("/v1/api-keys/{id}")).await);
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new(), "what is no id is not asked for");
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn it_is_one_update_item_if_it_is_the_org_units() {
    let api = Api::start().await;
    let key = new_key(&api).await;
    api.faults.set(Plan::default());
    api.admin("acme").delete(&path_of(&key)).await;
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
    let condition = api.faults.bodies()[0]["ConditionExpression"].clone();
    assert!(condition.as_str().is_some_and(|text| text.starts_with("org_unit=:owner AND")));
}

#[tokio::test]
async fn an_attempt_that_is_made_again_revokes_once() {
    let api = Api::start().await;
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        let key = new_key(&api).await;
        api.faults.set(Plan::first([fault, fault]));
        assert_eq!(api.admin("acme").delete(&path_of(&key)).await.status, 204, "{fault:?}");
        assert_eq!(api.faults.calls(), ["UpdateItem"; 3], "{fault:?}");
        api.faults.set(Plan::default());
    }
    assert_eq!(api.admin("acme").get("/v1/api-keys").await.json()["data"], json!([]));
}

#[tokio::test]
async fn after_ninety_days_nobody_remembers_even_if_the_item_is_still_there() {
    let api = Api::start().await;
    let key = new_key(&api).await;
    let machine = api.stranger().with_token(key["key"].as_str().expect("a key"));
    assert_eq!(api.admin("acme").delete(&path_of(&key)).await.status, 204);
    let code = async || {
        let answer = machine.get("/v1/messaging/preferences").await;
        answer.json()["error"]["code"].as_str().expect("a code").to_owned()
    };
    api.clock.advance(90 * DAY - 1);
    assert_eq!(code().await, "api_key_revoked");
    assert_eq!(api.admin("acme").delete(&path_of(&key)).await.status, 204);
    api.clock.advance(60);
    assert_eq!(code().await, "invalid_credentials");
    not_found(&api.admin("acme").delete(&path_of(&key)).await);
    assert_eq!(api.items().await.len(), 1);
}

#[tokio::test]
async fn only_admins_revoke_keys() {
    let api = Api::start().await;
    let key = new_key(&api).await;
    let machine = api.machine("acme").with_all().await;
    let before = api.items().await;
    for caller in [machine, api.person("acme", "7")] {
        for path in [path_of(&key), "/v1/api-keys/x".to_owned()] {
            assert_eq!(caller.delete(&path).await.status, 403, "whether it is there is not told");
        }
    }
    assert_eq!(api.items().await, before);
}

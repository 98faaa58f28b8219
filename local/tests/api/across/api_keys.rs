//! What an API key is worth, from when it is made to when it is revoked.

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::auth::ApiKeySecret;

use crate::ingest_events::assigned;
use crate::support::{Answer, Api, Caller};

/// Any machine with `messaging:read` is answered an empty list here.
const PATH: &str = "/v1/messaging/preferences";

/// Where a key is looked at, and no machine is let in.
const FOR_PEOPLE: &str = "/me/notification-prefs";

fn machine<'a>(api: &'a Api, key: &Value) -> Caller<'a> {
    api.stranger().with_token(key["key"].as_str().expect("a key"))
}

async fn revoke(api: &Api, key: &Value) {
    let path = format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    assert_eq!(api.admin("acme").delete(&path).await.status, 204);
}

fn code(answer: &Answer) -> (u16, String) {
    (answer.status, answer.json()["error"]["code"].as_str().unwrap_or_default().to_owned())
}

fn refused(code: &str) -> (u16, String) {
    (401, code.to_owned())
}

fn logged(api: &Api) -> Value {
    let line = api.log.lines().pop().expect("a line");
    serde_json::from_str::<Value>(&line).expect("JSON")["error.kind"].clone()
}

/// A key that is well formed, and that nobody made.
fn invented(number: u8) -> String {
    ApiKeySecret::from_random([number; 32]).reveal().to_owned()
}

#[tokio::test]
async fn a_key_is_made_used_listed_and_revoked() {
    let api = Api::start().await;
    let key = api.machine("acme").with("messaging:read").with("events:write").key().await;
    let machine = machine(&api, &key);
    assert_eq!(machine.get(PATH).await.json()["data"], json!([]));
    let sent = machine.post("/v1/events", &assigned("e-1")).await;
    assert_eq!(sent.seen(), (202, json!({ "accepted": 1 })));
    let list = api.admin("acme").get("/v1/api-keys").await.json();
    assert_eq!(list["data"][0]["id"], key["id"]);
    revoke(&api, &key).await;
    api.clock.advance(60);
    assert_eq!(code(&machine.get(PATH).await), refused("api_key_revoked"));
    let refused = machine.post("/v1/events", &assigned("e-2")).await;
    assert_eq!(refused.status, 401);
    assert_eq!(api.queue.messages().await.expect("messages").len(), 1, "the first one alone");
    assert_eq!(api.admin("acme").get("/v1/api-keys").await.json(), json!({ "data": [] }));
}

#[tokio::test]
async fn a_machine_may_do_what_its_key_says_and_no_more() {
    let api = Api::start().await;
    let reader = api.machine("acme").with("messaging:read").await;
    assert_eq!(reader.get(PATH).await.status, 200);
    let writer = api.machine("acme").with("messaging:update").await;
    assert_eq!(code(&writer.get(PATH).await), (403, "insufficient_permissions".to_owned()));
}

#[tokio::test]
async fn a_key_is_looked_up_with_one_consistent_get_item_once_a_minute() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("messaging:read").await;
    for (step, calls) in [(0, 1), (0, 0), (59, 0), (1, 1), (59, 0), (3600, 1)] {
        api.clock.advance(step);
        api.faults.set(Plan::default());
        assert_eq!(machine.get(PATH).await.status, 200);
        assert_eq!(api.faults.calls(), vec!["GetItem"; calls], "{step}");
        assert!(api.faults.bodies().iter().all(|body| body["ConsistentRead"] == true));
    }
}

#[tokio::test]
async fn a_revoked_key_works_for_less_than_a_minute_more() {
    let api = Api::start().await;
    let key = api.machine("acme").with("messaging:read").key().await;
    let machine = machine(&api, &key);
    assert_eq!(machine.get(PATH).await.status, 200);
    revoke(&api, &key).await;
    api.clock.advance(59);
    assert_eq!(machine.get(PATH).await.status, 200, "it is remembered, as the contract allows");
    api.clock.advance(1);
    for path in [PATH, FOR_PEOPLE] {
        assert_eq!(machine.get(path).await.status, 401);
        assert_eq!(logged(&api), "revoked_api_key");
    }
    assert_eq!(code(&machine.get(PATH).await), refused("api_key_revoked"));
}

#[tokio::test]
async fn a_key_expires_on_time_also_while_it_is_remembered() {
    let api = Api::start().await;
    let key = api.machine("acme").with("messaging:read").until("2026-03-13T14:00:30Z");
    let key = key.key().await;
    let machine = machine(&api, &key);
    assert_eq!(machine.get(PATH).await.status, 200);
    api.clock.advance(29);
    assert_eq!(machine.get(PATH).await.status, 200);
    api.clock.advance(1);
    assert_eq!(code(&machine.get(PATH).await), refused("api_key_expired"));
    assert_eq!(logged(&api), "expired_api_key");

    // That it was revoked is said before that it expired.
    revoke(&api, &key).await;
    api.clock.advance(60);
    assert_eq!(code(&machine.get(PATH).await), refused("api_key_revoked"));
}

#[tokio::test]
async fn a_key_that_nobody_made_asks_once_a_minute() {
    let api = Api::start().await;
    let stranger = api.stranger().with_token(&invented(7));
    for (step, calls) in [(0, 1), (0, 0), (59, 0), (1, 1)] {
        api.clock.advance(step);
        api.faults.set(Plan::default());
        assert_eq!(code(&stranger.get(PATH).await), refused("invalid_credentials"));
        assert_eq!(api.faults.calls(), vec!["GetItem"; calls], "{step}");
        assert_eq!(logged(&api), "bad_credential.unknown_api_key");
    }
}

#[tokio::test]
async fn a_flood_of_invented_keys_pushes_out_no_good_one() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("messaging:read").await;
    assert_eq!(machine.get(PATH).await.status, 200);
    for number in 0..300_u16 {
        let mut random = [7; 32];
        random[..2].copy_from_slice(&number.to_be_bytes());
        let invented = ApiKeySecret::from_random(random);
        let answer = api.stranger().with_token(invented.reveal()).get(PATH).await;
        assert_eq!(answer.status, 401);
    }
    api.faults.set(Plan::default());
    assert_eq!(machine.get(PATH).await.status, 200);
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_key_with_a_wrong_checksum_is_refused_without_asking() {
    let api = Api::start().await;
    let key = invented(7);
    let (random, checksum) = key.split_at(47);
    let swapped: String = checksum.chars().rev().collect();
    for wrong in [format!("{random}{swapped}"), format!("{random}000000"), key.to_lowercase()] {
        let answer = api.stranger().with_token(&wrong).get(PATH).await;
        assert_eq!(code(&answer), refused("invalid_credentials"));
        assert_eq!(logged(&api), "bad_credential.malformed_api_key");
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn the_beginning_of_a_digest_is_not_enough() {
    let api = Api::start().await;
    let key = api.machine("acme").with("messaging:read").key().await;
    let id = key["id"].as_str().expect("an id");
    api.rewrite_api_key(id, "digest", &format!("{id}{}", "0".repeat(32))).await;
    assert_eq!(code(&machine(&api, &key).get(PATH).await), refused("invalid_credentials"));
    assert_eq!(logged(&api), "bad_credential.unknown_api_key");
}

#[tokio::test]
async fn a_look_up_that_fails_says_nothing_about_the_key_and_is_not_remembered() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("messaging:read").await;
    api.faults.set(Plan::always(Fault::Throttle));
    let answer = machine.get(PATH).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert_eq!(code(&answer), (503, "service_unavailable".to_owned()));
    assert_eq!(machine.get(FOR_PEOPLE).await.status, 503);
    api.faults.set(Plan::default());
    assert_eq!(machine.get(PATH).await.status, 200);
}

#[tokio::test]
async fn an_item_that_makes_no_sense_is_our_fault_and_no_credential() {
    let api = Api::start().await;
    let key = api.machine("acme").with("messaging:read").key().await;
    let id = key["id"].as_str().expect("an id");
    api.rewrite_api_key(id, "org_unit", "a#b").await;
    assert_eq!(machine(&api, &key).get(PATH).await.status, 500);
    assert_eq!(logged(&api), "store.corrupt");
}

#[tokio::test]
async fn no_key_and_no_name_of_one_is_ever_logged() {
    let api = Api::start().await;
    let body = json!({ "name": "Secret sync", "permissions": ["messaging:read"] });
    let key = api.admin("secret-unit").post("/v1/api-keys", &body).await.json();
    let presented = key["key"].as_str().expect("a key");
    for token in [presented, &presented[..50], &invented(7)] {
        api.stranger().with_token(token).get(PATH).await;
    }
    let path = format!("/v1/api-keys/{}", key["id"].as_str().expect("an id"));
    api.admin("secret-unit").delete(&path).await;
    assert_eq!(api.log.lines().len(), 5);
    for line in api.log.lines() {
        let line = line.to_ascii_lowercase();
        assert!(!line.contains("npk_") && !line.contains("secret"), "{line}");
        assert!(!line.contains(key["id"].as_str().expect("an id")), "{line}");
    }
}

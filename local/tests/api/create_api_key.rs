//! `POST /v1/api-keys`

mod faults;

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use crate::support::{Answer, Api};

const PATH: &str = "/v1/api-keys";

fn new_key() -> Value {
    json!({ "name": "Issue tracker", "permissions": ["events:write", "decisions:read"] })
}

fn hex_digest(text: &str) -> String {
    digest(&SHA256, text.as_bytes()).as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn secret(answer: &Answer) -> String {
    answer.json()["key"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn a_key_is_made_and_shown_whole() {
    let api = Api::start().await;
    let answer = api.admin("acme").post(PATH, &new_key()).await;
    let key = secret(&answer);
    assert_eq!((key.len(), &key[..4]), (53, "npk_"));
    let expected = json!({
        "id": hex_digest(&key)[..32],
        "name": "Issue tracker",
        "permissions": ["events:write", "decisions:read"],
        "expires_at": null,
        "created_at": "2026-03-13T14:00:00.000000Z",
        "key": key,
    });
    assert_eq!(answer.seen(), (201, expected));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn the_secret_is_shown_once_and_is_nowhere_else() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    let key = secret(&admin.post(PATH, &new_key()).await);
    let random = &key[4..47];
    api.stranger().with_token(&key).get("/v1/messaging/preferences").await;
    assert!(!admin.get(PATH).await.body.contains(random));
    let items = api.items().await;
    assert_eq!(items.len(), 1);
    let expected = json!({
        "pk": format!("KEY#{}", &hex_digest(&key)[..32]),
        "sk": "KEY",
        "gsi1pk": "OU#acme#KEYS",
        "gsi1sk": format!("1773410400000000#{}", &hex_digest(&key)[..32]),
        "digest": hex_digest(&key),
        "org_unit": "acme",
        "name": "Issue tracker",
        "permissions": ["events:write", "decisions:read"],
        "created_at": 1_773_410_400_000_000_i64,
    });
    assert_eq!(items[0], expected);
    for line in api.log.lines() {
        assert!(!line.contains(random) && !line.contains("Issue tracker"), "{line}");
    }
}

#[tokio::test]
async fn no_two_keys_are_the_same_also_for_the_same_request() {
    let api = Api::start().await;
    let (one, other) = (
        api.admin("acme").post(PATH, &new_key()).await,
        api.admin("acme").post(PATH, &new_key()).await,
    );
    assert_ne!(secret(&one), secret(&other));
    assert_ne!(one.json()["id"], other.json()["id"]);
}

#[tokio::test]
async fn a_permission_that_is_named_twice_counts_once() {
    let api = Api::start().await;
    let body = json!({ "name": "x", "permissions": ["deliveries:read", "messaging:read", "deliveries:read"] });
    let answer = api.admin("acme").post(PATH, &body).await;
    assert_eq!(answer.json()["permissions"], json!(["messaging:read", "deliveries:read"]));
}

#[tokio::test]
async fn an_expiry_is_shown_in_utc_and_null_is_none() {
    let api = Api::start().await;
    let expires_at = async |expires_at: Value| {
        let mut body = new_key();
        body["expires_at"] = expires_at;
        let answer = api.admin("acme").post(PATH, &body).await;
        assert_eq!(answer.status, 201);
        answer.json()["expires_at"].clone()
    };
    for (given, shown) in [
        (json!(null), json!(null)),
        (json!("2027-01-01T00:00:00Z"), json!("2027-01-01T00:00:00.000000Z")),
        (json!("2027-01-01T00:00:00.123456789+02:00"), json!("2026-12-31T22:00:00.123456Z")),
        (json!("2026-03-13T14:00:00.000001Z"), json!("2026-03-13T14:00:00.000001Z")),
    ] {
        assert_eq!(expires_at(given).await, shown);
    }
}

#[tokio::test]
async fn a_name_is_kept_as_it_is() {
    let api = Api::start().await;
    for name in [" Émile's key #7 ", "x", &"ä".repeat(300)] {
        let body = json!({ "name": name, "permissions": ["events:write"] });
        let answer = api.admin("acme").post(PATH, &body).await;
        assert_eq!((answer.status, &answer.json()["name"]), (201, &json!(name)));
    }
}

#[tokio::test]
async fn it_is_one_put_item_if_absent() {
    let api = Api::start().await;
    api.admin("acme").post(PATH, &new_key()).await;
    assert_eq!(api.faults.calls(), ["PutItem"]);
    assert_eq!(api.faults.bodies()[0]["ConditionExpression"], "attribute_not_exists(pk)");
}

#[tokio::test]
async fn an_attempt_that_is_made_again_makes_one_key() {
    let api = Api::start().await;
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        let before = api.items().await.len();
        api.faults.set(Plan::first([fault, fault]));
        let answer = api.admin("acme").post(PATH, &new_key()).await;
        assert_eq!(answer.status, 201, "{fault:?}");
        assert_eq!(api.faults.calls(), ["PutItem"; 3], "{fault:?}");
        assert_eq!(api.items().await.len(), before + 1, "{fault:?}");
        let machine = api.stranger().with_token(&secret(&answer));
        assert_eq!(machine.get("/v1/messaging/preferences").await.status, 403, "it is let in");
    }
    api.faults.set(Plan::always(Fault::Throttle));
    let answer = api.admin("acme").post(PATH, &new_key()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
}

#[tokio::test]
async fn an_id_that_another_key_has_is_not_taken_again() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    let first = admin.post(PATH, &new_key()).await.json();
    let id = first["id"].as_str().expect("an id");
    // The same id, of another digest.
    let other = format!("{id}{}", "0".repeat(32));
    api.rewrite_api_key(id, "digest", &other).await;
    let before = api.items().await;

    api.faults.set(Plan::default());
    api.entropy.rewind_to_secret(0);
    let second = admin.post(PATH, &new_key()).await;
    assert_eq!(second.status, 201);
    assert_ne!(second.json()["id"], id);
    assert_eq!(api.faults.calls(), ["PutItem", "PutItem"]);
    assert!(before.iter().all(|item| item["digest"] == other.as_str()));
    assert!(api.items().await.contains(&before[0]), "the other key is left alone");
}

#[tokio::test]
async fn without_randomness_there_is_no_key() {
    let api = Api::start().await;
    api.entropy.run_dry();
    let answer = api.admin("acme").post(PATH, &new_key()).await;
    assert_eq!(
        (answer.status, &answer.json()["detail"]),
        (500, &json!("an internal error occurred"))
    );
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert!(api.log.lines()[0].contains(r#""error.kind":"no_entropy""#));
}

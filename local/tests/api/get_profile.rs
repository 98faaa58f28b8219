//! `GET /api/profile`

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::ingest_events::upserted;
use crate::support::Api;

const PATH: &str = "/api/profile";

#[tokio::test]
async fn everything_is_on_and_nobody_is_called_anything_by_default() {
    let api = Api::start().await;
    let expected = json!({
        "id": 7,
        "first_name": null,
        "last_name": null,
        "email": null,
        "auto_watch_on_create": true,
        "auto_watch_on_assigned": true,
        "auto_watch_on_commented": true,
        "notify_mentions": true,
        "notify_assignment": true,
        "notify_project_membership": true,
        "notify_team_membership": true,
        "notify_watched_activity_email": true,
        "notify_report_activity_email": true,
    });
    assert_eq!(api.person("acme", "7").get(PATH).await.seen(), (200, expected));
}

#[tokio::test]
async fn names_and_address_are_those_of_the_token() {
    let api = Api::start().await;
    let claims = json!({
        "given_name": "Jane", "family_name": "Doe", "email": "jane@acme.example",
    });
    let profile = api.person("acme", "7").with_claims(&claims).get(PATH).await.json();
    assert_eq!(profile["first_name"], "Jane");
    assert_eq!(profile["last_name"], "Doe");
    assert_eq!(profile["email"], "jane@acme.example");
}

#[tokio::test]
async fn an_id_that_is_a_canonical_decimal_is_a_number_and_any_other_a_text() {
    let api = Api::start().await;
    for (user, id) in [
        ("0", json!(0)),
        ("9007199254740991", json!(9_007_199_254_740_991_u64)),
        ("9007199254740992", json!("9007199254740992")),
        ("007", json!("007")),
        ("auth0|5f7c", json!("auth0|5f7c")),
    ] {
        assert_eq!(api.person("acme", user).get(PATH).await.json()["id"], id);
    }
}

#[tokio::test]
async fn it_is_one_consistent_get_item() {
    let api = Api::start().await;
    api.person("acme", "7").get(PATH).await;
    assert_eq!(api.faults.calls(), ["GetItem"]);
    assert_eq!(api.faults.bodies()[0]["ConsistentRead"], true);
}

#[tokio::test]
async fn what_the_directory_says_goes_before_what_the_token_says() {
    let api = Api::start().await;
    let claims = json!({
        "given_name": "Jane", "family_name": "Doe", "email": "jane@acme.example",
    });
    let called = async || {
        let profile = api.person("acme", "7").with_claims(&claims).get(PATH).await.json();
        ["first_name", "last_name", "email"].map(|name| profile[name].clone())
    };
    let send = async |event: serde_json::Value| {
        assert_eq!(api.admin("acme").post("/v1/events", &event).await.status, 202);
        api.dispatch().await;
    };
    let mut event = upserted("e-1", "m-1", "7", true);
    send(event.clone()).await;
    let of_directory = [json!("Alice"), json!("Johnson"), json!("7@acme.example")];
    assert_eq!(called().await, of_directory);
    // An empty name says nothing.
    event["id"] = json!("e-2");
    event["time"] = json!("2026-03-13T13:00:01Z");
    event["data"]["last_name"] = json!("");
    send(event.clone()).await;
    assert_eq!(called().await[1], "Doe");
    event["id"] = json!("e-3");
    event["time"] = json!("2026-03-13T13:00:02Z");
    event["type"] = json!("member.removed");
    send(event).await;
    let of_token = [json!("Jane"), json!("Doe"), json!("jane@acme.example")];
    assert_eq!(called().await, of_token);
}

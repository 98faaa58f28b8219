//! `GET /v1/api-keys`

use std::time::Duration;

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Api, Setup};

const PATH: &str = "/v1/api-keys";

/// The key as it is listed: without its secret.
fn listed(mut key: Value) -> Value {
    key.as_object_mut().expect("an object").remove("key");
    key
}

fn path_of(key: &Value) -> String {
    format!("{PATH}/{}", key["id"].as_str().expect("an id"))
}

async fn names(api: &Api, org_unit: &str) -> Vec<String> {
    let answer = api.admin(org_unit).get(PATH).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let keys = answer.json()["data"].as_array().cloned().expect("an array");
    keys.iter().map(|key| key["name"].as_str().expect("a name").to_owned()).collect()
}

#[tokio::test]
async fn keys_are_listed_whole_but_for_their_secrets_the_newest_first() {
    let api = Api::start().await;
    let mut keys = Vec::new();
    for permission in ["events:write", "directory:write", "notices:write"] {
        keys.push(listed(api.machine("acme").with(permission).key().await));
        api.clock.advance(1);
    }
    keys.reverse();
    assert_eq!(api.admin("acme").get(PATH).await.seen(), (200, json!({ "data": keys })));
}

#[tokio::test]
async fn without_keys_the_list_is_empty_and_one_query() {
    let api = Api::start().await;
    assert_eq!(api.admin("acme").get(PATH).await.seen(), (200, json!({ "data": [] })));
    assert_eq!(api.faults.calls(), ["Query"]);
}

#[tokio::test]
async fn expired_keys_are_listed_and_revoked_ones_are_not() {
    let api = Api::start().await;
    let expired =
        api.machine("acme").with("events:write").until("2026-03-13T14:00:01Z").key().await;
    let revoked = api.machine("acme").with("events:write").key().await;
    assert_eq!(api.admin("acme").delete(&path_of(&revoked)).await.status, 204);
    api.clock.advance(60);
    let expected = json!({ "data": [listed(expired)] });
    assert_eq!(api.admin("acme").get(PATH).await.seen(), (200, expected));
}

#[tokio::test]
async fn a_revoked_key_that_the_index_still_shows_is_not_listed() {
    let api = Api::start().await;
    let key = api.machine("acme").with("events:write").key().await;
    assert_eq!(api.admin("acme").delete(&path_of(&key)).await.status, 204);
    let id = key["id"].as_str().expect("an id");
    api.rewrite_api_key(id, "gsi1pk", "OU#acme#KEYS").await;
    api.rewrite_api_key(id, "gsi1sk", &format!("1773410400000000#{id}")).await;
    assert_eq!(names(&api, "acme").await, Vec::<String>::new());
}

#[tokio::test]
async fn a_permission_of_a_later_version_is_left_out() {
    let api = Api::start().await;
    let key = api.machine("acme").with("events:write").with("messaging:read").key().await;
    let names = ["messaging:read", "inbox:conquer"].map(|name| AttributeValue::S(name.to_owned()));
    let id = key["id"].as_str().expect("an id");
    api.set_api_key(id, "permissions", AttributeValue::L(names.to_vec())).await;
    let answer = api.admin("acme").get(PATH).await;
    assert_eq!(answer.json()["data"][0]["permissions"], json!(["messaging:read"]));
    let machine = api.stranger().with_token(key["key"].as_str().expect("a key"));
    assert_eq!(machine.get("/v1/messaging/preferences").await.status, 200);
}

#[tokio::test]
async fn another_org_units_keys_are_not_listed() {
    let api = Api::start().await;
    api.machine("acme").with("events:write").key().await;
    assert_eq!(api.admin("globex").get(PATH).await.seen(), (200, json!({ "data": [] })));
}

#[tokio::test]
async fn only_admins_see_keys() {
    let api = Api::start().await;
    let machine = api.machine("acme").with_all().await;
    for caller in [machine, api.person("acme", "7")] {
        assert_eq!(caller.get(PATH).await.status, 403);
    }
}

#[tokio::test]
async fn it_is_a_query_and_a_consistent_batch_for_each_hundred_keys() {
    let api = Api::start().await;
    let mut newest_first = Vec::new();
    for number in 0..101 {
        let body = json!({ "name": format!("{number}"), "permissions": ["events:write"] });
        assert_eq!(api.admin("acme").post(PATH, &body).await.status, 201);
        newest_first.insert(0, number.to_string());
        api.clock.advance(1);
    }
    api.faults.set(Plan::default());
    assert_eq!(names(&api, "acme").await, newest_first);
    assert_eq!(api.faults.calls(), ["Query", "BatchGetItem", "BatchGetItem"]);
    for batch in &api.faults.bodies()[1..] {
        assert_eq!(batch["RequestItems"][TABLE]["ConsistentRead"], true);
    }

    // What a batch leaves undone is asked for again, also where every batch leaves something.
    api.faults.set(Plan::always(Fault::Unprocessed));
    assert_eq!(names(&api, "acme").await, newest_first);
    assert_eq!(api.faults.calls().len(), 1 + 7 + 1);
}

#[tokio::test]
async fn a_batch_that_is_never_done_is_a_503_after_ten_calls() {
    let api = Api::start().await;
    api.machine("acme").with("events:write").key().await;
    api.faults.set(Plan::always(Fault::NothingProcessed));
    let answer = api.admin("acme").get(PATH).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    let calls = api.faults.calls();
    assert_eq!((calls.len(), calls[0].as_str()), (1 + 10, "Query"));
}

/// Stores so many keys, straight in the engine, and gives their names, the newest first.
async fn store(api: &Api, org_unit: &str, keys: usize) -> Vec<String> {
    let text = |text: String| AttributeValue::S(text);
    let put = |number: usize| {
        let digest = format!("{number:032x}{}", "0".repeat(32));
        let put = PutRequest::builder()
            .item("pk", text(format!("KEY#{}", &digest[..32])))
            .item("sk", text("KEY".to_owned()))
            .item("gsi1pk", text(format!("OU#{org_unit}#KEYS")))
            .item("gsi1sk", text(format!("{number:016}#{}", &digest[..32])))
            .item("digest", text(digest))
            .item("org_unit", text(org_unit.to_owned()))
            .item("name", text(number.to_string()))
            .item("permissions", AttributeValue::L(Vec::new()))
            .item("created_at", AttributeValue::N("0".to_owned()));
        WriteRequest::builder().put_request(put.build().expect("a put")).build()
    };
    let all: Vec<usize> = (0..keys).collect();
    for some in all.chunks(25) {
        let puts = some.iter().copied().map(put).collect();
        let write = api.engine.batch_write_item().request_items(TABLE, puts);
        write.send().await.expect("a batch");
    }
    all.iter().rev().map(usize::to_string).collect()
}

#[tokio::test]
async fn eight_batches_are_asked_for_side_by_side() {
    let api = Api::start().await;
    let newest_first = store(&api, "acme", 801).await;
    api.faults.set(Plan::default());
    assert_eq!(names(&api, "acme").await, newest_first);
    assert_eq!(api.faults.calls(), [&["Query"][..], &["BatchGetItem"; 9]].concat());
    // Each takes a connection of its own, unless one is free again.
    let connections = api.faults.connections();
    assert!((2..=8).contains(&connections), "{connections}");
}

#[tokio::test]
async fn every_page_of_the_index_is_read() {
    // Room for as many round trips as it takes to read them all.
    let timeout = Some(Duration::from_secs(60));
    let api = Api::start_with(Setup { timeout, ..Setup::default() }).await;
    let org_unit = "o".repeat(128);
    let newest_first = store(&api, &org_unit, 5_000).await;
    assert_eq!(names(&api, &org_unit).await, newest_first);
    let queries = api.faults.calls().into_iter().filter(|call| call == "Query").count();
    assert!(queries > 1, "it is more than a page: {queries}");
}

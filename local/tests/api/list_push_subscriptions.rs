//! `GET /v1/me/push-subscriptions`

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::secrets::SecretError;

use crate::support::push::{
    BROWSER_KEY, PATH, SERVER_KEY, id_of, rotated_keys, store_at, subscribe,
};
use crate::support::{Api, Setup};

fn listed(browser: &str, second: u8) -> Value {
    json!({
        "id": id_of(browser),
        "endpoint_host": "fcm.googleapis.com",
        "created_at": format!("2026-03-13T14:00:{second:02}.000000Z"),
    })
}

#[tokio::test]
async fn subscriptions_are_listed_the_oldest_first_with_the_key_to_subscribe_with() {
    let api = Api::start().await;
    for browser in ["phone", "laptop", "tablet"] {
        subscribe(&api, "acme", "7", browser).await;
        api.clock.advance(1);
    }
    let expected = json!({
        "application_server_key": SERVER_KEY,
        "data": [listed("phone", 0), listed("laptop", 1), listed("tablet", 2)],
    });
    assert_eq!(api.person("acme", "7").get(PATH).await.seen(), (200, expected));
}

#[tokio::test]
async fn who_has_none_is_told_the_key_and_it_costs_one_get_item() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(answer.seen(), (200, json!({ "application_server_key": SERVER_KEY, "data": [] })));
    assert_eq!(api.faults.calls(), ["GetItem"]);
    assert_eq!(api.faults.bodies()[0]["ConsistentRead"], true);
}

#[tokio::test]
async fn those_that_were_made_at_once_come_in_the_order_of_their_ids() {
    let api = Api::start().await;
    for browser in ["a", "b", "c", "d"] {
        subscribe(&api, "acme", "7", browser).await;
    }
    let mut expected = ["a", "b", "c", "d"].map(id_of);
    expected.sort();
    let answer = api.person("acme", "7").get(PATH).await.json();
    let ids = answer["data"].as_array().expect("an array").iter().map(|one| one["id"].clone());
    assert_eq!(ids.collect::<Vec<_>>(), expected.map(Value::from));
}

#[tokio::test]
async fn nobody_sees_those_of_someone_else() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    let nothing = json!({ "application_server_key": SERVER_KEY, "data": [] });
    for person in [api.person("acme", "8"), api.person("globex", "7"), api.admin("acme")] {
        assert_eq!(person.get(PATH).await.seen(), (200, nothing.clone()));
    }
}

#[tokio::test]
async fn a_machine_has_none_and_may_not_ask() {
    let api = Api::start().await;
    let answer = api.machine("acme").with_all().await.get(PATH).await;
    let detail = "this endpoint is for people; an API key cannot use it";
    assert_eq!((answer.status, answer.json()["detail"].as_str()), (403, Some(detail)));
}

#[tokio::test]
async fn the_key_is_fetched_once_in_ten_minutes_and_a_replaced_one_is_seen_then() {
    let api = Api::start().await;
    let key =
        async || api.person("acme", "7").get(PATH).await.json()["application_server_key"].clone();
    assert_eq!(key().await, SERVER_KEY);
    api.push_keys.serve(&rotated_keys());
    api.clock.advance(599);
    assert_eq!(key().await, SERVER_KEY);
    assert_eq!(api.push_keys.fetches(), 1);
    api.clock.advance(1);
    assert_eq!(key().await, BROWSER_KEY);
    assert_eq!(api.push_keys.fetches(), 2);
}

#[tokio::test]
async fn while_web_push_is_off_there_is_no_key_and_what_there_was_is_still_listed() {
    let environment = vec![("PUSH_KEYS_SECRET", String::new())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(answer.seen(), (200, json!({ "application_server_key": null, "data": [] })));
    assert_eq!(api.push_keys.fetches(), 0);
}

#[tokio::test]
async fn keys_that_cannot_be_read_are_busy_or_a_fault_of_ours_and_never_quoted() {
    let busy = SecretError::Throttled;
    let denied = SecretError::Rejected { code: "AccessDeniedException".to_owned() };
    for (error, status, kind) in [(busy, 503, "secret.throttled"), (denied, 500, "secret.rejected")]
    {
        let api = Api::start().await;
        api.push_keys.fail(error);
        let answer = api.person("acme", "7").get(PATH).await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.header("retry-after"), if status == 503 { "2" } else { "" });
        let lines = api.log.lines().join("\n");
        assert!(lines.contains(&format!("\"error.kind\":\"{kind}\"")), "{lines}");
    }
    let api = Api::start().await;
    api.push_keys.serve(&json!({ "public_key": "hush", "private_key": "hush" }));
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(answer.status, 500);
    let said = format!("{}{}", answer.body, api.log.lines().join("\n"));
    assert!(said.contains("push.invalid_keys") && !said.contains("hush"), "{said}");
}

#[tokio::test]
async fn one_whose_host_was_taken_out_of_the_list_is_still_shown_so_that_it_can_be_removed() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    let endpoint = "https://push.example/a";
    store_at(&api, "acme", "7", endpoint).await;
    let answer = api.person("acme", "7").get(PATH).await.json();
    let hosts = answer["data"].as_array().expect("an array").iter();
    let hosts: Vec<&Value> = hosts.map(|one| &one["endpoint_host"]).collect();
    assert_eq!(hosts, ["push.example", "fcm.googleapis.com"]);
    let path = format!("{PATH}/{}", answer["data"][0]["id"].as_str().expect("an id"));
    assert_eq!(api.person("acme", "7").delete(&path).await.status, 204);
}

#[tokio::test]
async fn one_that_makes_no_sense_any_more_is_passed_over_and_the_others_are_listed() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    for endpoint in ["https://push.example:8443/a", "http://push.example/a", ""] {
        store_at(&api, "acme", "7", endpoint).await;
    }
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!((answer.status, &answer.json()["data"]), (200, &json!([listed("phone", 0)])));
}

#[tokio::test]
async fn a_fault_of_the_store_that_passes_is_not_noticed_and_one_that_stays_is_503() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    api.faults.set(Plan::first([Fault::LoseAnswer, Fault::Throttle]));
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!((answer.status, &answer.json()["data"]), (200, &json!([listed("phone", 0)])));
    api.faults.set(Plan::always(Fault::Throttle));
    assert_eq!(api.person("acme", "7").get(PATH).await.status, 503);
}

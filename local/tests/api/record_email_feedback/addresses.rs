//! Which address is meant, while the directory goes on.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{arrives, bounce, bounce_of, come_back, complaint, email_to, enter, unreachable};
use crate::decide_delivery::happen;
use crate::ingest_events::upserted;
use crate::support::Api;

const FIRST: &str = "7@acme.example";

/// An entry is about 7 since that minute, with that address.
fn entry(member: &str, minute: usize, address: &str) -> Value {
    let mut event = upserted(&format!("{member}-{minute}"), member, "7", true);
    event["time"] = json!(format!("2026-03-13T13:{minute:02}:00Z"));
    event["data"]["email"] = json!(address);
    event
}

async fn change_to(api: &Api, minute: usize, address: &str) {
    happen(api, "acme", &entry("m-7", minute, address)).await;
}

/// How many marks the item of 7 has.
async fn marks(api: &Api) -> Vec<String> {
    let items = api.items().await;
    let item = items.iter().find(|item| item["pk"] == "OU#acme#USER#7" && item["sk"] == "PREFS");
    let names = item.and_then(Value::as_object).into_iter().flat_map(|item| item.keys());
    names.filter(|name| name.starts_with("undeliverable.")).cloned().collect()
}

#[tokio::test]
async fn another_address_is_written_to_and_the_first_one_is_still_known_when_it_comes_back() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    come_back(&api, &[bounce("7")]).await;
    change_to(&api, 1, "Jane@acme.example").await;
    assert_eq!(email_to(&api, "acme", "7").await, arrives());
    come_back(&api, &[bounce_of("7", "jane@acme.example", "Permanent")]).await;
    assert_eq!(email_to(&api, "acme", "7").await, unreachable());
    for (minute, address, expected) in [
        (2, FIRST, unreachable()),
        (3, "7@ACME.example", unreachable()),
        (4, "jane@acme.example", unreachable()),
        (5, "other@acme.example", arrives()),
    ] {
        change_to(&api, minute, address).await;
        assert_eq!(email_to(&api, "acme", "7").await, expected, "{address}");
    }
}

#[tokio::test]
async fn an_address_counts_whatever_its_letters_and_whatever_name_stands_beside_it() {
    for address in ["7@ACME.Example", "Seven <7@acme.example>", "<7@Acme.example>"] {
        let api = Api::start().await;
        enter(&api, "acme", "7").await;
        come_back(&api, &[bounce_of("7", address, "Permanent")]).await;
        assert_eq!(email_to(&api, "acme", "7").await, unreachable(), "{address}");
    }
}

#[tokio::test]
async fn what_is_late_about_a_former_address_says_nothing_of_the_one_they_have() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    change_to(&api, 1, "jane@acme.example").await;
    come_back(&api, &[bounce("7")]).await;
    assert_eq!(email_to(&api, "acme", "7").await, arrives());
    come_back(&api, &[bounce_of("7", "jane@acme.example", "Permanent")]).await;
    // Late, and again.
    come_back(&api, &[bounce("7"), complaint("7", &json!("abuse"))]).await;
    assert_eq!(email_to(&api, "acme", "7").await, unreachable());
}

#[tokio::test]
async fn what_comes_back_at_once_of_two_addresses_holds_for_both() {
    let api = Api::start().await;
    let events = json!([entry("m-1", 1, FIRST), entry("m-2", 2, "jane@acme.example")]);
    happen(&api, "acme", &events).await;
    let janes = bounce_of("7", "jane@acme.example", "Permanent");
    come_back(&api, &[bounce("7"), janes.clone(), bounce("7"), janes]).await;
    assert_eq!(email_to(&api, "acme", "7").await, unreachable());
    let mut removed = entry("m-2", 3, "");
    removed["type"] = json!("member.removed");
    happen(&api, "acme", &removed).await;
    assert_eq!(email_to(&api, "acme", "7").await, unreachable());
    assert_eq!(marks(&api).await.len(), 2);
}

#[tokio::test]
async fn nobody_comes_into_being_because_an_email_came_back() {
    let api = Api::start().await;
    come_back(&api, &[bounce("7")]).await;
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn of_an_address_that_is_gone_from_the_directory_its_digest_alone_stays() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    come_back(&api, &[bounce("7")]).await;
    let mut removed = entry("m-7", 1, "");
    removed["type"] = json!("member.removed");
    happen(&api, "acme", &removed).await;
    let items = api.items().await.into_iter().filter(|item| item["sk"] != "EVENT");
    let stored: String = items.map(|item| item.to_string()).collect();
    assert!(!stored.contains("acme.example"), "{stored}");
    assert_eq!(marks(&api).await.len(), 1);
}

#[tokio::test]
async fn eight_addresses_are_known_and_the_one_they_have_is_among_them() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    for minute in 1..=12 {
        let address = format!("jane{minute}@acme.example");
        change_to(&api, minute, &address).await;
        api.clock.advance(1);
        come_back(&api, &[bounce_of("7", &address, "Permanent")]).await;
        assert_eq!(email_to(&api, "acme", "7").await, unreachable(), "{address}");
        assert!(marks(&api).await.len() <= 8);
    }
    change_to(&api, 13, "jane5@acme.example").await;
    assert_eq!(email_to(&api, "acme", "7").await, unreachable());
    change_to(&api, 14, "jane4@acme.example").await;
    assert_eq!(email_to(&api, "acme", "7").await, arrives(), "it bounced before the last eight");
}

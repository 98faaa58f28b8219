//! Turning off every row whose email waits for a digest.

use futures_util::future::join_all;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{click, item, link_for};
use crate::support::{Api, Caller};

/// What a page about digests says of the rest.
const LEFT_ON: &str = "Whatever you chose to get at once, before or since, still comes at once, with a link of its own to turn it off.";

const PATH: &str = "/v1/messaging/preferences";

fn person(api: &Api) -> Caller<'_> {
    api.person("acme", "7").with("messaging:update").with("messaging:read")
}

fn row(category: Option<&str>, email: bool, digest: &str) -> Value {
    json!({
        "category": category,
        "in_app_enabled": false,
        "email_enabled": email,
        "push_enabled": true,
        "digest": digest,
    })
}

async fn put(api: &Api, category: Option<&str>, email: bool, digest: &str) {
    assert_eq!(person(api).put(PATH, &row(category, email, digest)).await.status, 200);
}

/// A row of each kind; three of them wait for digests and have email on.
async fn put_rows(api: &Api) {
    put(api, None, true, "daily").await;
    put(api, Some("agent.alert"), true, "off").await;
    put(api, Some("chat.added"), true, "instant").await;
    put(api, Some("chat.mention"), false, "hourly").await;
    put(api, Some("chat.message"), true, "hourly").await;
    put(api, Some("order.updated"), true, "daily").await;
}

const WAITING: [usize; 3] = [0, 4, 5];

async fn rows(api: &Api) -> Vec<Value> {
    person(api).get(PATH).await.json()["data"].as_array().expect("rows").clone()
}

#[tokio::test]
async fn a_page_about_digests_says_so_and_changes_nothing() {
    let api = Api::start().await;
    put_rows(&api).await;
    let before = rows(&api).await;
    let link = link_for(&api, "acme", "7", "digest").await;
    api.faults.set(Plan::default());
    let page = api.stranger().get(&link).await;
    assert_eq!(page.status, 200);
    let words = "no more email about whatever waits for an hourly or a daily digest";
    assert!(page.body.contains(words), "{}", page.body);
    assert!(page.body.contains(LEFT_ON), "{}", page.body);
    assert!(api.faults.calls().is_empty());
    assert_eq!(rows(&api).await, before);
}

#[tokio::test]
async fn every_row_that_waits_for_a_digest_has_its_email_turned_off_and_no_other_row_changes() {
    let api = Api::start().await;
    put_rows(&api).await;
    let mut expected = rows(&api).await;
    let link = link_for(&api, "acme", "7", "digest").await;
    api.clock.advance(60);
    api.faults.set(Plan::default());
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(api.faults.calls(), ["GetItem", "UpdateItem", "UpdateItem", "UpdateItem"]);
    for index in WAITING {
        expected[index]["email_enabled"] = json!(false);
        expected[index]["updated_at"] = json!("2026-03-13T14:01:00.000000Z");
    }
    assert_eq!(rows(&api).await, expected);

    // What is off already stays as it is.
    api.clock.advance(60);
    api.faults.set(Plan::default());
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(api.faults.calls(), ["GetItem"]);
    assert_eq!(rows(&api).await, expected);
}

#[tokio::test]
async fn it_means_the_rows_as_they_are_when_someone_clicks() {
    let api = Api::start().await;
    put(&api, Some("chat.message"), true, "hourly").await;
    let link = link_for(&api, "acme", "7", "digest").await;
    api.clock.advance(60);
    put(&api, Some("chat.message"), true, "instant").await;
    put(&api, Some("order.updated"), true, "daily").await;
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    let email = rows(&api).await.into_iter().map(|row| row["email_enabled"].clone());
    assert_eq!(email.collect::<Vec<_>>(), [json!(true), json!(false)]);
}

#[tokio::test]
async fn of_who_gets_all_of_it_at_once_by_now_nothing_is_turned_off_and_the_page_says_so() {
    let api = Api::start().await;
    put(&api, None, true, "hourly").await;
    put(&api, Some("chat.message"), true, "daily").await;
    let link = link_for(&api, "acme", "7", "digest").await;
    for category in [None, Some("chat.message")] {
        api.clock.advance(60);
        put(&api, category, true, "instant").await;
    }
    let before = rows(&api).await;
    let page = click(&api.stranger(), &link).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains(LEFT_ON), "{}", page.body);
    assert_eq!(rows(&api).await, before);
    // Of one row all that it lets through is meant, also by then.
    let link = link_for(&api, "acme", "7", "channel.*.email_enabled").await;
    let page = click(&api.stranger(), &link).await;
    assert!(!page.body.contains(LEFT_ON), "{}", page.body);
    assert_eq!(rows(&api).await[0]["email_enabled"], false);
}

#[tokio::test]
async fn for_someone_without_rows_nothing_is_made() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "digest").await;
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(item(&api).await, json!({}));
}

#[tokio::test]
async fn a_row_that_was_set_at_the_same_moment_or_later_gets_the_stamp_after() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "digest").await;
    api.clock.advance(60);
    put(&api, None, true, "daily").await;
    api.clock.advance(-60);
    api.faults.set(Plan::default());
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
    assert_eq!(api.faults.calls(), ["GetItem", "UpdateItem", "UpdateItem"]);
    assert_eq!(rows(&api).await[0]["updated_at"], "2026-03-13T14:01:00.000001Z");
    assert_eq!(rows(&api).await[0]["email_enabled"], false);
}

#[tokio::test]
async fn a_row_that_is_batched_otherwise_meanwhile_is_what_the_click_or_the_change_made_of_it() {
    let api = Api::start().await;
    let caller = person(&api);
    let link = link_for(&api, "acme", "7", "digest").await;
    for digest in ["instant", "daily", "instant", "daily", "instant", "daily"] {
        let stranger = api.stranger();
        api.clock.advance(1);
        put(&api, Some("chat.message"), true, "hourly").await;
        let replaced = row(Some("chat.message"), true, digest);
        let change = async { caller.put(PATH, &replaced).await.status };
        let clicks = join_all([(); 3].map(|()| click(&stranger, &link)));
        let (status, clicks) = tokio::join!(change, clicks);
        assert_eq!(status, 200);
        assert!(clicks.iter().all(|click| click.status == 200));
        let row = rows(&api).await.remove(0);
        assert_eq!(row["digest"], digest, "the change is there");
        if digest == "instant" {
            assert_eq!(row["email_enabled"], true, "no click is meant for it");
        }
    }
}

#[tokio::test]
async fn a_click_that_breaks_off_anywhere_is_finished_by_the_next_one() {
    for call in 1..=4 {
        let api = Api::start().await;
        put_rows(&api).await;
        let link = link_for(&api, "acme", "7", "digest").await;
        api.clock.advance(60);
        api.faults.set(Plan::fail_call(call, Fault::Refuse));
        assert_eq!(click(&api.stranger(), &link).await.status, 500, "call {call}");
        api.faults.set(Plan::default());
        assert_eq!(click(&api.stranger(), &link).await.status, 200);
        let email = rows(&api).await.into_iter().map(|row| row["email_enabled"].clone());
        assert_eq!(email.collect::<Vec<_>>(), [false, true, true, false, false, false]);
    }
}

//! `POST /api/projects/{project}/reports/watch`

use aws_sdk_dynamodb::types::AttributeValue::{L, N, S};
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::watching::{
    REPORTS, forbidden, is_replayed, join, leave, not_found, of_project, tell, watcher, watchers,
    with_member,
};

/// How many watch, as it is counted.
async fn count(api: &Api) -> Value {
    let items = api.items().await;
    items.iter().find(|item| item["sk"] == "WATCHERS").map_or(json!(0), |it| it["watchers"].clone())
}

#[tokio::test]
async fn everyone_who_watches_is_listed_numbers_first() {
    let api = with_member().await;
    for user in ["10", "9", "auth0|7", "007", "Bob"] {
        join(&api, "acme", user).await;
        watcher(&api, "acme", user).post_nothing(REPORTS).await;
    }
    let expected = json!({ "report_watcher_ids": [7, 9, 10, "007", "Bob", "auth0|7"] });
    assert_eq!(watcher(&api, "acme", "7").post_nothing(REPORTS).await.seen(), (200, expected));
    let without = json!({ "report_watcher_ids": [7, 10, "007", "Bob", "auth0|7"] });
    assert_eq!(watcher(&api, "acme", "9").post_nothing(REPORTS).await.seen(), (200, without));
    assert_eq!(count(&api).await, json!(5));
}

#[tokio::test]
async fn it_is_a_batch_a_transaction_and_a_query() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    for _ in 0..2 {
        api.faults.set(Plan::default());
        person.post_nothing(REPORTS).await;
        assert_eq!(api.faults.calls(), ["BatchGetItem", "TransactWriteItems", "Query"]);
    }
    api.faults.set(Plan::default());
    person.post_once(REPORTS, "k").await;
    let calls = ["BatchGetItem", "TransactWriteItems", "Query", "UpdateItem"];
    assert_eq!(api.faults.calls(), calls, "the list is remembered");
    api.faults.set(Plan::default());
    person.post_once(REPORTS, "k").await;
    assert_eq!(api.faults.calls(), ["BatchGetItem"]);
}

#[tokio::test]
async fn it_takes_the_permission_to_read_reports_and_a_project_that_one_sees() {
    let api = with_member().await;
    for permission in ["issues:read", "projects:all"] {
        let person = api.person("acme", "7").with(permission);
        assert_eq!(person.post_nothing(REPORTS).await.seen(), forbidden(), "{permission}");
    }
    let machine = api.machine("acme").with_all().await;
    assert_eq!(machine.post_nothing(REPORTS).await.seen(), forbidden());
    assert_eq!(watcher(&api, "acme", "8").post_nothing(REPORTS).await.seen(), forbidden());
    let unknown = "/api/projects/2/reports/watch";
    assert_eq!(watcher(&api, "acme", "7").post_nothing(unknown).await.seen(), forbidden());
    let sees_all = watcher(&api, "acme", "8").with("projects:all");
    assert_eq!(sees_all.post_nothing(unknown).await.seen(), not_found());
    assert_eq!(api.admin("acme").post_nothing(unknown).await.seen(), not_found());
    assert_eq!(sees_all.post_nothing(REPORTS).await.seen(), watchers(&[8]));
    let reader = api.person("acme", "7").with("reports:read");
    assert_eq!(reader.post_nothing(REPORTS).await.seen(), watchers(&[7, 8]));
}

#[tokio::test]
async fn a_repeat_is_shown_the_list_of_the_first_time() {
    let api = with_member().await;
    join(&api, "acme", "8").await;
    let (seven, eight) = (watcher(&api, "acme", "7"), watcher(&api, "acme", "8"));
    assert_eq!(seven.post_once(REPORTS, "k").await.seen(), watchers(&[7]));
    assert_eq!(eight.post_nothing(REPORTS).await.seen(), watchers(&[7, 8]));
    let again = seven.post_once(REPORTS, "k").await;
    assert_eq!((again.seen(), is_replayed(&again)), (watchers(&[7]), true));
}

#[tokio::test]
async fn a_list_that_could_not_be_answered_is_answered_when_the_request_comes_again() {
    let api = with_member().await;
    join(&api, "acme", "8").await;
    let (seven, eight) = (watcher(&api, "acme", "7"), watcher(&api, "acme", "8"));
    for (key, calls) in [("k", 2), ("k-2", 3)] {
        // It is flipped, and who watches then cannot be read, or not be remembered.
        api.faults.set(Plan::after(calls, Fault::Refuse));
        assert_eq!(seven.post_once(REPORTS, key).await.status, 500);
        api.faults.set(Plan::default());
        let again = seven.post_once(REPORTS, key).await;
        let listed = again.seen();
        assert_eq!((listed.0, is_replayed(&again)), (200, true));
        eight.post_nothing(REPORTS).await;
        let again = seven.post_once(REPORTS, key).await;
        assert_eq!((again.seen(), is_replayed(&again)), (listed, true), "the same from then on");
    }
}

#[tokio::test]
async fn leaving_a_project_takes_one_off_its_list_at_once() {
    let api = with_member().await;
    join(&api, "acme", "8").await;
    for user in ["7", "8"] {
        watcher(&api, "acme", user).post_nothing(REPORTS).await;
    }
    api.clock.advance(10);
    leave(&api, "acme", "7").await;
    assert_eq!(count(&api).await, json!(1));
    let admin = api.admin("acme");
    let expected = json!({ "report_watcher_ids": [8, "admin"] });
    assert_eq!(admin.post_nothing(REPORTS).await.seen(), (200, expected));
    api.clock.advance(10);
    join(&api, "acme", "7").await;
    let expected = json!({ "report_watcher_ids": [7, 8, "admin"] });
    assert_eq!(watcher(&api, "acme", "7").post_nothing(REPORTS).await.seen(), (200, expected));
    assert_eq!(count(&api).await, json!(3));
}

#[tokio::test]
async fn a_leaving_that_is_late_ends_what_began_before_it_and_nothing_else() {
    let api = with_member().await;
    watcher(&api, "acme", "7").post_nothing(REPORTS).await;
    api.clock.advance(100);
    let mut left = of_project(&api, "project.member_removed", "l", "7");
    api.clock.advance(100);
    join(&api, "acme", "7").await;
    assert_eq!(count(&api).await, json!(1));
    // Its own time counts, since the membership is that of a newer event.
    tell(&api, "acme", &left).await;
    assert_eq!(count(&api).await, json!(0), "it began before");
    api.clock.advance(100);
    assert_eq!(watcher(&api, "acme", "7").post_nothing(REPORTS).await.seen(), watchers(&[7]));
    left["id"] = json!("l-2");
    tell(&api, "acme", &left).await;
    assert_eq!(count(&api).await, json!(1), "it began after");
}

#[tokio::test]
async fn a_project_that_is_told_of_after_its_owner_left_puts_them_on_no_list() {
    let api = with_member().await;
    let mut created = of_project(&api, "project.created", "c", "8");
    created["time"] = json!("2026-03-13T13:59:50Z");
    leave(&api, "acme", "8").await;
    tell(&api, "acme", &created).await;
    assert_eq!(watcher(&api, "acme", "7").post_nothing(REPORTS).await.seen(), watchers(&[7]));
    assert_eq!(count(&api).await, json!(1));
}

/// So many others watch already, straight in the engine.
async fn others_watch(api: &Api, number: usize) {
    for user in 0..number {
        let item = api.engine.put_item().table_name(TABLE);
        let item = item
            .item("pk", S("OU#acme#PROJECT#1".to_owned()))
            .item("sk", S(format!("WATCHER#{}", 1_000 + user)))
            .item("since", N("1".to_owned()))
            .item("flips", L(Vec::new()))
            .item("version", N("1".to_owned()));
        item.send().await.expect("an item");
    }
    let item = api.engine.put_item().table_name(TABLE);
    let item = item
        .item("pk", S("OU#acme#PROJECT#1".to_owned()))
        .item("sk", S("WATCHERS".to_owned()))
        .item("watchers", N(number.to_string()));
    item.send().await.expect("an item");
}

#[tokio::test]
async fn five_thousand_may_watch_and_no_more() {
    let api = with_member().await;
    join(&api, "acme", "8").await;
    others_watch(&api, 4_999).await;
    let (seven, eight) = (watcher(&api, "acme", "7"), watcher(&api, "acme", "8"));
    let answer = seven.post_nothing(REPORTS).await;
    let ids = answer.json()["report_watcher_ids"].as_array().expect("a list").len();
    assert_eq!((answer.status, ids), (200, 5_000));
    let message = "The report_watcher_ids field must not hold more than 5000 ids.";
    let errors = json!({ "report_watcher_ids": [message] });
    let expected = json!({ "message": "The given data was invalid.", "errors": errors });
    let before = api.items().await.len();
    assert_eq!(eight.post_once(REPORTS, "k").await.seen(), (422, expected));
    assert_eq!(api.items().await.len(), before, "nothing is stored, nor remembered");
    seven.post_nothing(REPORTS).await;
    assert_eq!(eight.post_once(REPORTS, "k").await.status, 200, "there is room again");
    assert_eq!(count(&api).await, json!(5_000));
}

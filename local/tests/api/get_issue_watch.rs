//! `GET /api/projects/{project}/issues/{issue}/watch`

mod order;

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::Api;
use crate::support::watching::{
    ISSUE, REPORTS, forbidden, join, know_project, leave, not_found, of_project, tell, watcher,
    watching, with_member,
};

#[tokio::test]
async fn nobody_watches_an_issue_until_they_do() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    assert_eq!(person.get(ISSUE).await.seen(), watching(false));
    person.post_nothing(ISSUE).await;
    assert_eq!(person.get(ISSUE).await.seen(), watching(true));
    join(&api, "acme", "8").await;
    assert_eq!(watcher(&api, "acme", "8").get(ISSUE).await.seen(), watching(false), "their own");
}

#[tokio::test]
async fn an_issue_can_be_watched_as_soon_as_its_event_is_acknowledged() {
    let api = Api::start().await;
    let joined = of_project(&api, "project.member_added", "joined", "7");
    let created = of_project(&api, "issue.assigned", "e-1", "7");
    let answer = api.admin("acme").post("/v1/events", &json!([created, joined])).await;
    assert_eq!(answer.status, 202);
    // Nothing is dispatched yet.
    assert_eq!(watcher(&api, "acme", "7").get(ISSUE).await.seen(), watching(true));
    assert_eq!(watcher(&api, "acme", "7").post_nothing(ISSUE).await.seen(), watching(false));
}

#[tokio::test]
async fn who_could_not_be_attached_as_an_event_was_accepted_is_as_it_is_dispatched() {
    let api = with_member().await;
    let item = |value: AttributeValue| {
        let put = api.engine.put_item().table_name(TABLE);
        let put = put.item("pk", AttributeValue::S("OU#acme#USER#7".to_owned()));
        let put = put.item("sk", AttributeValue::S("PREFS".to_owned()));
        put.item("activity.auto_watch_on_assigned", value).send()
    };
    item(AttributeValue::S("what".to_owned())).await.expect("put");
    let assigned = of_project(&api, "issue.assigned", "e-1", "7");
    assert_eq!(api.admin("acme").post("/v1/events", &assigned).await.status, 202);
    assert_eq!(watcher(&api, "acme", "7").get(ISSUE).await.seen(), watching(false));
    item(AttributeValue::Bool(true)).await.expect("put");
    api.dispatch().await;
    assert_eq!(watcher(&api, "acme", "7").get(ISSUE).await.seen(), watching(true));
}

#[tokio::test]
async fn an_issue_is_named_by_its_key_padded_or_not_or_by_its_number() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    person.post_nothing(ISSUE).await;
    for issue in ["KD-42", "KD-0042", "KD-000042", "42"] {
        let path = format!("/api/projects/1/issues/{issue}/watch");
        assert_eq!(person.get(&path).await.seen(), watching(true), "{issue}");
    }
    let long = "1".repeat(200);
    let unknown =
        ["KD-43", "kd-42", "43", "042", "42.0", "KD", "KD-", "a%23b", "%20", "-1", &long, "42%0A"];
    for issue in unknown {
        let path = format!("/api/projects/1/issues/{issue}/watch");
        assert_eq!(person.get(&path).await.seen(), not_found(), "{issue}");
        assert_eq!(person.post_nothing(&path).await.seen(), not_found(), "{issue}");
    }
}

#[tokio::test]
async fn it_is_one_batch_by_key_and_a_look_up_more_by_number() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    for (issue, calls) in [("KD-42", &["BatchGetItem"][..]), ("42", &["GetItem", "BatchGetItem"])] {
        api.faults.set(Plan::default());
        person.get(&format!("/api/projects/1/issues/{issue}/watch")).await;
        assert_eq!(api.faults.calls(), calls, "{issue}");
    }
}

#[tokio::test]
async fn it_takes_the_permission_to_read_issues_and_a_person() {
    let api = with_member().await;
    for permission in ["reports:read", "projects:all", "messaging:read"] {
        api.faults.set(Plan::default());
        let person = api.person("acme", "7").with(permission);
        assert_eq!(person.get(ISSUE).await.seen(), forbidden(), "{permission}");
        assert_eq!(person.post_nothing(ISSUE).await.seen(), forbidden(), "{permission}");
        assert!(api.faults.calls().is_empty(), "nothing was looked up");
    }
    let machine = api.machine("acme").with_all().await;
    for answer in [machine.get(ISSUE).await, machine.post_nothing(ISSUE).await] {
        assert_eq!(answer.seen(), forbidden());
    }
    for reader in [api.person("acme", "7").with("issues:read"), api.admin("acme")] {
        assert_eq!(reader.get(ISSUE).await.seen(), watching(false));
    }
}

#[tokio::test]
async fn a_project_is_seen_by_who_is_in_it_and_by_who_sees_all() {
    let api = with_member().await;
    let outsider = watcher(&api, "acme", "8");
    let sees_all = watcher(&api, "acme", "9").with("projects:all");
    let unknown = "/api/projects/2/issues/KD-42/watch";
    assert_eq!(outsider.get(ISSUE).await.seen(), forbidden());
    assert_eq!(outsider.get(unknown).await.seen(), forbidden());
    for person in [&sees_all, &api.admin("acme")] {
        assert_eq!(person.get(ISSUE).await.seen(), watching(false));
        assert_eq!(person.get(unknown).await.seen(), not_found());
        assert_eq!(person.get("/api/projects/1/issues/KD-1/watch").await.seen(), not_found());
    }
    api.clock.advance(10);
    join(&api, "acme", "8").await;
    assert_eq!(outsider.get(ISSUE).await.seen(), watching(false));
    api.clock.advance(10);
    leave(&api, "acme", "8").await;
    assert_eq!(outsider.get(ISSUE).await.seen(), forbidden(), "who left is an outsider again");
    let created = of_project(&api, "project.created", "created", "11");
    tell(&api, "acme", &created).await;
    assert_eq!(watcher(&api, "acme", "11").get(ISSUE).await.seen(), watching(false), "its owner");
}

#[tokio::test]
async fn an_id_that_cannot_be_is_like_one_that_is_not_there() {
    let api = with_member().await;
    let long = "p".repeat(129);
    for project in ["a%23b", "%20", "p%2F1", &long, "%C3%BC"] {
        for path in [
            format!("/api/projects/{project}/issues/KD-42/watch"),
            format!("/api/projects/{project}/reports/watch"),
        ] {
            let person = watcher(&api, "acme", "7");
            assert_eq!(person.post_nothing(&path).await.seen(), forbidden(), "{path}");
            assert_eq!(api.admin("acme").post_nothing(&path).await.seen(), not_found(), "{path}");
        }
    }
}

#[tokio::test]
async fn whether_another_org_unit_has_a_project_is_not_told() {
    let api = with_member().await;
    let before = api.items().await;
    for path in [ISSUE, REPORTS] {
        let same_user = watcher(&api, "zeta", "7");
        assert_eq!(same_user.post_nothing(path).await.seen(), forbidden());
        let sees_all = watcher(&api, "zeta", "7").with("projects:all");
        assert_eq!(sees_all.post_nothing(path).await.seen(), not_found());
        assert_eq!(api.admin("zeta").post_nothing(path).await.seen(), not_found());
    }
    assert_eq!(api.items().await, before, "a refused request stores nothing");
    know_project(&api, "zeta").await;
    join(&api, "zeta", "7").await;
    let (ours, theirs) = (watcher(&api, "acme", "7"), watcher(&api, "zeta", "7"));
    assert_eq!(ours.post_nothing(ISSUE).await.seen(), watching(true));
    assert_eq!(theirs.get(ISSUE).await.seen(), watching(false));
}

#[tokio::test]
async fn a_fault_that_stays_is_a_503_and_one_that_is_ours_a_500() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    for (fault, status) in
        [(Fault::Throttle, 503), (Fault::NothingProcessed, 503), (Fault::Refuse, 500)]
    {
        api.faults.set(Plan::always(fault));
        assert_eq!(person.get(ISSUE).await.status, status, "{fault:?}");
    }
}

#[tokio::test]
async fn nothing_of_a_watch_is_ever_logged() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    person.get(ISSUE).await;
    person.get("/api/projects/1/issues/hidden/watch").await;
    person.post_once(ISSUE, "my-own-key").await;
    person.post_once(REPORTS, "my-own-key").await;
    person.post_once_with(REPORTS, "my-own-key", "{}").await;
    let lines = api.log.lines().join("\n");
    for secret in ["KD-42", "hidden", "my-own-key", "acme", "Add pagination", "/projects/1"] {
        assert!(!lines.contains(secret), "{secret}: {lines}");
    }
}

#[tokio::test]
async fn a_watch_that_makes_no_sense_is_our_fault() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    for name in ["version", "since", "flips", "flipped_at"] {
        person.post_nothing(ISSUE).await;
        let update = api.engine.update_item().table_name(TABLE);
        let update = update.key("pk", text("OU#acme#ISSUE#1#KD-42")).key("sk", text("WATCHER#7"));
        let update = update.update_expression("SET #0=:0").expression_attribute_names("#0", name);
        let spoilt = update.clone().expression_attribute_values(":0", text("nonsense"));
        spoilt.send().await.expect("an update");
        for answer in [person.get(ISSUE).await, person.post_nothing(ISSUE).await] {
            assert_eq!(answer.seen(), (500, json!({ "message": "Server Error" })), "{name}");
        }
        let removed = api.engine.delete_item().table_name(TABLE);
        let removed = removed.key("pk", text("OU#acme#ISSUE#1#KD-42")).key("sk", text("WATCHER#7"));
        removed.send().await.expect("a removal");
    }
}

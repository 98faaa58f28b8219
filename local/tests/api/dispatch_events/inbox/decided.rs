//! Only what is decided for them reaches people.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::super::{left, of_kind, send};
use super::{data, data_with, directory, inbox, joined, messages};
use crate::support::Api;

/// Sets a row of channel preferences.
async fn set_row(api: &Api, org_unit: &str, category: &Value, is_in_app: bool) {
    let person = api.person(org_unit, "7").with("messaging:update");
    let row = json!({
        "category": category, "in_app_enabled": is_in_app, "email_enabled": true,
        "push_enabled": true,
    });
    assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
}

#[tokio::test]
async fn who_is_not_in_the_project_is_not_told_of_its_issues() {
    let api = Api::start().await;
    let to_seven = |id: &str| of_kind("issue.assigned", id, data());
    send(&api, &to_seven("e-1")).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await.len(), 0, "never was");

    send(&api, &joined("d-1", "7")).await;
    send(&api, &to_seven("e-2")).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await.len(), 1, "is");

    send(&api, &left("d-2")).await;
    let mentioned = of_kind("issue.commented", "e-4", data());
    send(&api, &json!([to_seven("e-3"), mentioned])).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await.len(), 1, "no longer");
}

#[tokio::test]
async fn who_was_added_and_has_left_since_is_not_told_that_they_were_added() {
    let api = Api::start().await;
    let mut added = of_kind("project.member_added", "e-1", data());
    added["time"] = json!("2026-03-13T13:59:00Z");
    send(&api, &json!([left("e-2"), added])).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await.len(), 0);
}

#[tokio::test]
async fn the_owner_of_a_project_is_in_it() {
    let api = Api::start().await;
    send(&api, &of_kind("project.created", "e-1", data())).await;
    send(&api, &of_kind("issue.assigned", "e-2", data())).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await, ["Someone assigned \"Add pagination\" to you"]);
}

#[tokio::test]
async fn nobody_is_told_of_what_they_did_themselves() {
    let api = Api::start().await;
    directory(&api).await;
    let kinds = [
        "issue.assigned",
        "issue.unassigned",
        "issue.commented",
        "project.member_added",
        "team.member_added",
        "message.sent",
    ];
    let events = kinds.iter().enumerate().map(|(number, kind)| {
        of_kind(kind, &format!("e-{number}"), data_with(&json!({ "actor": "7" })))
    });
    send(&api, &events.collect()).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await.len(), 0);
}

#[tokio::test]
async fn of_a_comment_those_are_told_whom_it_mentions_and_who_are_in_the_project() {
    let api = Api::start().await;
    let in_it = ["4", "6", "7", "8"].map(|user| joined(&format!("d-{user}"), user));
    send(&api, &json!(in_it)).await;
    let mentions = json!({ "mentions": [4, 7, "7", 8, 9] });
    send(&api, &of_kind("issue.commented", "e-1", data_with(&mentions))).await;
    api.dispatch().await;
    for (user, rows) in [("4", 0), ("6", 0), ("7", 1), ("8", 1), ("9", 0)] {
        assert_eq!(messages(&api, user).await.len(), rows, "{user}");
    }
}

#[tokio::test]
async fn the_ruling_row_says_whether_a_message_reaches_the_inbox() {
    let api = Api::start().await;
    let mut sent = 0;
    let mut is_told = async |category: &str| {
        sent += 1;
        api.clock.advance(1);
        let fields = json!({ "category": category, "title": format!("Message {sent}") });
        let id = format!("e-{sent}");
        send(&api, &of_kind("message.sent", &id, data_with(&fields))).await;
        api.dispatch().await;
        let newest = inbox(&api, "7").await.into_iter().next();
        newest.is_some_and(|row| row["message"] == fields["title"])
    };
    assert!(is_told("order.updated").await, "unless they said otherwise");
    set_row(&api, "acme", &json!(null), false).await;
    assert!(!is_told("order.updated").await, "the global row rules");
    set_row(&api, "acme", &json!("order.updated"), true).await;
    assert!(is_told("order.updated").await, "the category's own row rules");
    assert!(!is_told("chat.message").await, "and no other category");
    set_row(&api, "acme", &json!("order.updated"), false).await;
    assert!(!is_told("order.updated").await);
    set_row(&api, "acme", &json!("chat.mention"), false).await;
    assert!(is_told("chat.mention").await, "a mention always arrives");
}

#[tokio::test]
async fn what_someone_chose_in_another_org_unit_does_not_matter() {
    let api = Api::start().await;
    set_row(&api, "globex", &json!(null), false).await;
    send(&api, &of_kind("message.sent", "e-1", data())).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await, ["Lunch?"]);
    let elsewhere = api.person("globex", "7").get("/api/notifications").await;
    assert_eq!(elsewhere.seen(), (200, json!([])));
}

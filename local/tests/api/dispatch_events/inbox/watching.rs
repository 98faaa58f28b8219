//! Who watches is told of what happens, and watches because of what they did.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::super::{left, of_kind, send};
use super::{data_with, directory, joined, messages};
use crate::support::Api;

/// Something happens to the issue, done by that person, a second after what happened before.
async fn happens(api: &Api, kind: &str, id: &str, actor: &str, fields: &Value) {
    api.clock.advance(1);
    let mut data = data_with(&json!({ "mentions": [], "actor": actor }));
    for (name, value) in fields.as_object().expect("an object") {
        data[name] = value.clone();
    }
    send(api, &of_kind(kind, id, data)).await;
    api.dispatch().await;
}

/// 4 is Alice; 5, 6 and 7 are in the project with her.
async fn project(api: &Api) {
    directory(api).await;
    let members = ["4", "5", "6"].map(|user| joined(&format!("d-{user}"), user));
    send(api, &json!(members)).await;
    api.dispatch().await;
}

async fn set_toggle(api: &Api, user: &str, toggle: &str, is_on: bool) {
    let person = api.person("acme", user);
    let mut profile = person.get("/api/profile").await.json();
    profile[toggle] = json!(is_on);
    let answer = person.post("/api/profile/notification-preferences", &profile).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

const NOTHING: [&str; 0] = [];
const MOVED: &str = "Alice Johnson moved \"Add pagination\" to Done";
const COMMENTED: &str = "Alice Johnson commented on \"Add pagination\"";

#[tokio::test]
async fn who_creates_is_assigned_or_comments_watches_from_then_on() {
    for (kind, fields) in [
        ("issue.created", json!({})),
        ("issue.commented", json!({})),
        ("issue.assigned", json!({ "assignee": "7" })),
    ] {
        let api = Api::start().await;
        project(&api).await;
        happens(&api, "issue.lane_changed", "e-1", "4", &json!({})).await;
        assert_eq!(messages(&api, "7").await, NOTHING, "{kind}");
        let who = if kind == "issue.assigned" { "5" } else { "7" };
        happens(&api, kind, "e-2", who, &fields).await;
        let before = messages(&api, "7").await.len();
        happens(&api, "issue.lane_changed", "e-3", "4", &json!({})).await;
        happens(&api, "issue.commented", "e-4", "4", &json!({})).await;
        assert_eq!(messages(&api, "7").await[..2], [COMMENTED, MOVED], "{kind}");
        assert_eq!(messages(&api, "7").await.len(), before + 2, "{kind}");
        assert_eq!(messages(&api, "6").await, NOTHING, "{kind}: does not watch");
    }
}

#[tokio::test]
async fn who_declined_is_not_attached() {
    for (kind, toggle) in [
        ("issue.created", "auto_watch_on_create"),
        ("issue.commented", "auto_watch_on_commented"),
        ("issue.assigned", "auto_watch_on_assigned"),
    ] {
        let api = Api::start().await;
        project(&api).await;
        set_toggle(&api, "7", toggle, false).await;
        let who = if kind == "issue.assigned" { "5" } else { "7" };
        happens(&api, kind, "e-1", who, &json!({ "assignee": "7" })).await;
        let before = messages(&api, "7").await;
        happens(&api, "issue.lane_changed", "e-2", "4", &json!({})).await;
        assert_eq!(messages(&api, "7").await, before, "{kind}");
    }
}

#[tokio::test]
async fn a_mention_is_a_summons_and_attaches_nobody() {
    let api = Api::start().await;
    project(&api).await;
    happens(&api, "issue.commented", "e-1", "4", &json!({ "mentions": ["7"] })).await;
    happens(&api, "issue.lane_changed", "e-2", "4", &json!({})).await;
    let mentioned = "Alice Johnson mentioned you in \"Add pagination\"";
    assert_eq!(messages(&api, "7").await, [mentioned]);
}

#[tokio::test]
async fn who_watches_and_is_mentioned_is_told_once() {
    let api = Api::start().await;
    project(&api).await;
    happens(&api, "issue.created", "e-1", "7", &json!({})).await;
    happens(&api, "issue.commented", "e-2", "4", &json!({ "mentions": ["7"] })).await;
    let mentioned = "Alice Johnson mentioned you in \"Add pagination\"";
    assert_eq!(messages(&api, "7").await, [mentioned]);
}

#[tokio::test]
async fn who_watched_as_an_event_was_accepted_is_told_whenever_it_is_dispatched() {
    let api = Api::start().await;
    project(&api).await;
    let at = |kind: &str, id: &str, actor: &str| {
        of_kind(kind, id, data_with(&json!({ "actor": actor, "mentions": [] })))
    };
    send(&api, &at("issue.lane_changed", "e-1", "4")).await;
    api.clock.advance(1);
    send(&api, &at("issue.created", "e-2", "7")).await;
    api.clock.advance(1);
    send(&api, &at("issue.commented", "e-3", "4")).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await, [COMMENTED], "and not of what was before");
}

#[tokio::test]
async fn who_left_is_told_nothing_and_does_not_watch_when_they_are_back() {
    let api = Api::start().await;
    project(&api).await;
    happens(&api, "issue.created", "e-1", "7", &json!({})).await;
    api.clock.advance(1);
    send(&api, &left("d-8")).await;
    happens(&api, "issue.lane_changed", "e-2", "4", &json!({})).await;
    assert_eq!(messages(&api, "7").await, NOTHING);
    let mut back = joined("d-9", "7");
    back["time"] = json!("2026-03-13T14:00:01Z");
    api.clock.advance(1);
    send(&api, &back).await;
    happens(&api, "issue.lane_changed", "e-3", "4", &json!({})).await;
    assert_eq!(messages(&api, "7").await, NOTHING);
}

#[tokio::test]
async fn the_owner_of_a_project_hears_of_its_reports_unless_they_make_them() {
    let api = Api::start().await;
    directory(&api).await;
    happens(&api, "project.created", "e-1", "4", &json!({ "owner": "6" })).await;
    happens(&api, "report.created", "e-2", "4", &json!({})).await;
    happens(&api, "report.created", "e-3", "6", &json!({})).await;
    let created = "Alice Johnson created report \"March\" in project \"Kendo\"";
    assert_eq!(messages(&api, "6").await, [created]);
    assert_eq!(messages(&api, "4").await, NOTHING);
}

#[tokio::test]
async fn a_decision_about_activity_says_who_watches() {
    let api = Api::start().await;
    project(&api).await;
    happens(&api, "issue.created", "e-1", "7", &json!({})).await;
    let event = of_kind("issue.lane_changed", "e-2", data_with(&json!({})));
    let question = json!({ "event": event, "recipients": ["4", "6", "7"] });
    let answer = api.admin("acme").post("/v1/decisions", &question).await.json();
    let codes: Vec<&Value> = answer["decisions"]
        .as_array()
        .expect("decisions")
        .iter()
        .map(|decision| &decision["channels"]["in_app"]["because"]["code"])
        .collect();
    assert_eq!(codes, ["not_watching", "not_watching", "mandatory"]);
}

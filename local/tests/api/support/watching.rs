//! A project of the tests, who is in it, and what may be watched of it.

use local::faults::Plan;
use serde_json::{Value, json};

use super::{Answer, Api, Caller};
use crate::ingest_events::assigned;

pub(crate) const ISSUE: &str = "/api/projects/1/issues/KD-42/watch";
pub(crate) const REPORTS: &str = "/api/projects/1/reports/watch";

/// An event of project 1, that happened now.
pub(crate) fn of_project(api: &Api, kind: &str, id: &str, member: &str) -> Value {
    let mut event = assigned(id);
    event["type"] = json!(kind);
    event["time"] = json!(api.timestamp());
    let data = event["data"].as_object_mut().expect("an object");
    data.extend([("member".to_owned(), json!(member)), ("owner".to_owned(), json!(member))]);
    event
}

/// Sends an event and lets it be dispatched.
pub(crate) async fn tell(api: &Api, org_unit: &str, event: &Value) {
    let answer = api.admin(org_unit).post("/v1/events", event).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    api.dispatch().await;
}

/// Project 1 is known, and its issue 42.
pub(crate) async fn know_project(api: &Api, org_unit: &str) {
    tell(api, org_unit, &of_project(api, "issue.created", "known", "4")).await;
}

/// Someone comes into project 1.
pub(crate) async fn join(api: &Api, org_unit: &str, user: &str) {
    let id = format!("joined-{user}-{}", api.clock.seconds());
    tell(api, org_unit, &of_project(api, "project.member_added", &id, user)).await;
}

/// Someone leaves it.
pub(crate) async fn leave(api: &Api, org_unit: &str, user: &str) {
    let id = format!("left-{user}-{}", api.clock.seconds());
    tell(api, org_unit, &of_project(api, "project.member_removed", &id, user)).await;
}

/// Someone who may ask for watches, and is in nothing.
pub(crate) fn watcher<'a>(api: &'a Api, org_unit: &str, user: &str) -> Caller<'a> {
    api.person(org_unit, user).with("issues:read").with("reports:read")
}

/// A system with project 1, and person 7 of acme in it.
pub(crate) async fn with_member() -> Api {
    let api = Api::start().await;
    know_project(&api, "acme").await;
    join(&api, "acme", "7").await;
    api.faults.set(Plan::default());
    api
}

pub(crate) fn watching(is_watching: bool) -> (u16, Value) {
    (200, json!({ "watching": is_watching }))
}

pub(crate) fn watchers(ids: &[u64]) -> (u16, Value) {
    (200, json!({ "report_watcher_ids": ids }))
}

pub(crate) fn not_found() -> (u16, Value) {
    (404, json!({ "message": "Not Found." }))
}

pub(crate) fn forbidden() -> (u16, Value) {
    (403, json!({ "message": "This action is unauthorized." }))
}

/// Whether the answer says that it was given before.
pub(crate) fn is_replayed(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

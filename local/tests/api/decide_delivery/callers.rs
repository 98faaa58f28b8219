//! Who may ask, and about whom.

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, answers, event, question, settle};
use crate::ingest_events::{assigned, upserted};
use crate::support::{Answer, Api};

const REFUSED: &str = "the permission decisions:read is required";

fn about(recipients: Value) -> Value {
    question(&assigned("e-1"), &recipients)
}

fn assert_refused(answer: &Answer, who: &str) {
    let body = answer.json();
    let seen = (answer.status, &body["detail"], &body["errors"]);
    assert_eq!(seen, (403, &json!(REFUSED), &Value::Null), "{who}");
}

#[tokio::test]
async fn machines_and_people_with_the_permission_and_admins_ask_about_anyone() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("decisions:read").await;
    for (caller, who) in [
        (machine, "a machine"),
        (api.person("acme", "1").with("decisions:read"), "a person"),
        (api.admin("acme"), "an admin"),
    ] {
        assert_eq!(caller.post(PATH, &about(json!([7, 8, "admin"]))).await.status, 200, "{who}");
    }
}

#[tokio::test]
async fn a_machine_without_the_permission_is_refused_before_the_body_is_looked_at() {
    let api = Api::start().await;
    let permissions = ["events:write", "directory:write", "notices:write", "deliveries:read"];
    let machine = permissions.into_iter().fold(api.machine("acme"), |made, one| made.with(one));
    let machine = machine.await;
    assert_refused(&machine.post(PATH, &about(json!([7]))).await, "a good question");
    assert_refused(&machine.text(Method::POST, PATH, "not JSON").await, "a bad one");
}

#[tokio::test]
async fn a_person_without_the_permission_asks_about_themselves_alone() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let person = api.person("acme", "7").with("events:write").with("deliveries:read");
    let own = api.admin("acme").post(PATH, &about(json!([7]))).await.json();
    assert_eq!(person.post(PATH, &about(json!([7]))).await.seen(), (200, own.clone()));
    let channels = &own["decisions"][0]["channels"];
    let twice = answers(&[("7", channels), ("7", channels)]);
    assert_eq!(person.post(PATH, &about(json!(["7", 7]))).await.seen(), (200, twice));
    for asked in [json!([8]), json!([7, 8]), json!([8, 7]), json!(["07"])] {
        assert_refused(&person.post(PATH, &about(asked.clone())).await, &asked.to_string());
    }
}

#[tokio::test]
async fn a_person_without_the_permission_is_told_first_what_is_wrong_with_the_body() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    assert_eq!(person.text(Method::POST, PATH, "not JSON").await.status, 400);
    let mut bad = about(json!([8, "no/id"]));
    bad["event"]["data"]["assignee"] = json!(null);
    let answer = person.post(PATH, &bad).await;
    let paths: Vec<String> = answer.faults().into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        (answer.status, paths),
        (400, ["event.data.assignee", "recipients[1]"].map(str::to_owned).to_vec())
    );
    bad["event"] = assigned("e-1");
    bad["recipients"] = json!([8]);
    assert_refused(&person.post(PATH, &bad).await, "once it is right");
}

#[tokio::test]
async fn asking_about_an_event_does_not_take_the_permission_to_send_it() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("decisions:read").await;
    let person = api.person("acme", "7");
    for event in [
        event("issue.assigned", json!({})),
        event("account.notice", json!({})),
        event("project.member_added", json!({})),
        upserted("e-1", "m-7", "7", true),
    ] {
        let question = question(&event, &json!([7]));
        assert_eq!(machine.post(PATH, &question).await.status, 200, "{event}");
        assert_eq!(person.post(PATH, &question).await.status, 200, "{event}");
        assert_eq!(machine.post("/v1/events", &event).await.status, 403, "{event}");
    }
}

#[tokio::test]
async fn the_same_user_of_another_org_unit_is_someone_of_whom_nothing_is_known() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let of_globex = api.machine("globex").with("decisions:read").await;
    let answer = of_globex.post(PATH, &about(json!([7]))).await;
    let nobodys = api.admin("initech").post(PATH, &about(json!([7]))).await;
    assert_eq!(answer.seen(), nobodys.seen());
    assert_eq!(
        answer.json()["decisions"][0]["channels"]["in_app"]["because"]["code"],
        "not_member"
    );
}

#[tokio::test]
async fn the_credential_comes_first_then_the_org_unit() {
    let api = Api::start().await;
    let status = async |claims: Value| {
        api.person("acme", "7").with_claims(&claims).text(Method::POST, PATH, "{").await
    };
    let expired = api.clock.seconds() - 60;
    let answer = status(json!({ "exp": expired, "org_unit": null })).await;
    assert_eq!(answer.status, 401);
    let answer = status(json!({ "org_unit": null })).await;
    let detail = "the token names no organizational unit; choose one and sign in to it";
    assert_eq!((answer.status, &answer.json()["detail"]), (400, &json!(detail)));
}

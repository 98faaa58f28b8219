//! `POST /v1/decisions`

mod bodies;
mod callers;
mod costs;
mod digests;
mod faults;
mod questions;
mod settings;

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ingest_events::{assigned, upserted};
use crate::support::Api;

pub(crate) const PATH: &str = "/v1/decisions";

/// An event of that kind, by 4, that is for 7 if it is for anyone; with these fields instead.
pub(crate) fn event(kind: &str, fields: Value) -> Value {
    let mut data = json!({
        "actor": 4, "assignee": 7, "member": 7, "owner": 7, "user": 7,
        "mentions": [7], "recipients": [7],
        "lead": { "id": 3, "name": "Ada" }, "trigger": { "name": "Visits" },
        "category": "chat.message", "title": "Hi",
        "toggle": "product_updates", "subject": "What is new", "text": "Hello",
        "project": { "id": 1, "name": "Kendo" },
        "issue": { "id": 42, "key": "KD-42", "title": "Add pagination" },
        "comment": { "id": 1, "text": "Yes" }, "lane": { "from": "Doing", "to": "Done" },
        "team": { "id": 9, "name": "Core" }, "report": { "id": 5, "title": "March" },
        "org_member_id": "m-7", "email": "7@acme.example", "first_name": "Jane",
        "last_name": "Doe", "confirmed": true,
    });
    for (name, value) in fields.as_object().expect("fields") {
        data[name] = value.clone();
    }
    let mut event = assigned(&format!("{kind}-{fields}"));
    event["type"] = json!(kind);
    event["data"] = data;
    event
}

/// What is asked.
pub(crate) fn question(event: &Value, recipients: &Value) -> Value {
    json!({ "event": event, "recipients": recipients })
}

/// What is decided about 7, on the inbox, email, push and Slack.
pub(crate) async fn about_seven(api: &Api, event: &Value) -> [Value; 4] {
    let admin = api.admin("acme");
    let answer = admin.post(PATH, &question(event, &json!([7]))).await;
    let channels = answer.json()["decisions"][0]["channels"].clone();
    assert_eq!(answer.seen(), (200, answers(&[("7", &channels)])));
    ["in_app", "email", "push", "slack"].map(|channel| channels[channel].clone())
}

/// A whole answer: people, and what is decided about them.
pub(crate) fn answers(decided: &[(&str, &Value)]) -> Value {
    let decisions = decided.iter().map(|(recipient, channels)| {
        assert_eq!(channels.as_object().map_or(0, |channels| channels.len()), 4, "{channels}");
        json!({ "recipient": recipient, "channels": channels })
    });
    json!({ "decisions": decisions.collect::<Vec<_>>() })
}

/// A decision that cites nothing.
pub(crate) fn decision(outcome: &str, code: &str) -> Value {
    because(outcome, code, Value::Null, Value::Null)
}

pub(crate) fn deny(code: &str) -> Value {
    decision("deny", code)
}

/// A decision that cites a setting and what it holds.
pub(crate) fn citing(outcome: &str, code: &str, setting: &str, value: impl Into<Value>) -> Value {
    because(outcome, code, json!(setting), value.into())
}

fn because(outcome: &str, code: &str, setting: Value, value: Value) -> Value {
    let because = json!({ "code": code, "setting": setting, "value": value });
    json!({ "outcome": outcome, "because": because })
}

/// Sends events of that org unit, and dispatches them.
pub(crate) async fn happen(api: &Api, org_unit: &str, events: &Value) {
    let answer = api.admin(org_unit).post("/v1/events", events).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    api.dispatch().await;
}

/// That person has an entry in the directory, is in the project, and mapped to a Slack user.
pub(crate) async fn settle(api: &Api, org_unit: &str, user: &str) {
    let (id, added) = (format!("m-{user}"), json!({ "member": user }));
    let events = json!([upserted(&id, &id, user, true), event("project.member_added", added)]);
    happen(api, org_unit, &events).await;
    set_leaf(api, org_unit, user, "slack_user_id", "U12ABCXYZ").await;
}

/// Sets a leaf of someone's item, straight in the engine.
pub(crate) async fn set_leaf(api: &Api, org_unit: &str, user: &str, leaf: &str, text: &str) {
    let value = |text: &str| AttributeValue::S(text.to_owned());
    let update = api.engine.update_item().table_name(TABLE);
    let update = update.key("pk", value(&format!("OU#{org_unit}#USER#{user}")));
    let update = update.key("sk", value("PREFS")).update_expression("SET #0=:0");
    let update = update.expression_attribute_names("#0", leaf);
    update.expression_attribute_values(":0", value(text)).send().await.expect("an update");
}

#[tokio::test]
async fn an_event_is_decided_about_each_person_on_each_channel() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let machine = api.machine("acme").with("decisions:read").await;
    let answer = machine.post(PATH, &question(&assigned("e-1"), &json!([7, 12]))).await;
    let of_channels = |in_app, email| {
        let not_offered = deny("not_offered");
        json!({ "in_app": in_app, "email": email, "push": not_offered, "slack": not_offered })
    };
    let seven = of_channels(decision("allow", "mandatory"), decision("allow", "enabled"));
    let twelve = of_channels(deny("not_recipient"), deny("not_recipient"));
    assert_eq!(answer.seen(), (200, answers(&[("7", &seven), ("12", &twelve)])));
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[tokio::test]
async fn answers_come_in_the_order_asked_and_as_often_as_asked() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let asked = json!(["b", 7, "a", "7", "7|x", 9_007_199_254_740_991_u64, "b"]);
    let answer = api.admin("acme").post(PATH, &question(&assigned("e-1"), &asked)).await;
    let body = answer.json();
    let decisions = body["decisions"].as_array().expect("decisions");
    let people: Vec<&Value> = decisions.iter().map(|decided| &decided["recipient"]).collect();
    assert_eq!(people, ["b", "7", "a", "7", "7|x", "9007199254740991", "b"]);
    assert_eq!(decisions[1], decisions[3], "a number and its text are one person");
    assert_eq!(decisions[0], decisions[6]);
    let in_app = |index: usize| &decisions[index]["channels"]["in_app"];
    assert_eq!(*in_app(1), decision("allow", "mandatory"));
    assert_eq!(*in_app(2), deny("not_recipient"));
}

#[tokio::test]
async fn one_to_a_hundred_people_are_asked_about_at_once() {
    let api = Api::start().await;
    let ask = async |people: usize| {
        let asked: Value = (0..people).collect();
        api.admin("acme").post(PATH, &question(&assigned("e-1"), &asked)).await
    };
    for people in [1, 100] {
        let answer = ask(people).await.json();
        assert_eq!(answer["decisions"].as_array().expect("decisions").len(), people);
    }
    for people in [0, 101] {
        let answer = ask(people).await;
        let fault = ("recipients".to_owned(), "must list 1 to 100 user ids".to_owned());
        assert_eq!((answer.status, answer.faults()), (400, vec![fault]), "{people}");
    }
}

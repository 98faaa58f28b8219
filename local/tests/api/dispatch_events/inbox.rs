//! What dispatching puts into inboxes.

mod decided;
mod once;
mod watching;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{of_kind, send};
use crate::ingest_events::upserted;
use crate::support::Api;

/// Alice Johnson, who does things; and 7, to whom they are done, in project 1.
async fn directory(api: &Api) {
    send(api, &json!([upserted("d-1", "m-4", "4", true), joined("d-2", "7")])).await;
    api.dispatch().await;
}

/// Someone comes into project 1, added by nobody in particular, an hour before anything else.
fn joined(id: &str, user: &str) -> Value {
    let data = json!({ "project": { "id": 1, "name": "Kendo" }, "actor": user, "member": user });
    let mut event = of_kind("project.member_added", id, data);
    event["time"] = json!("2026-03-13T13:00:00Z");
    event
}

/// What an event of any type may say: it passes over what it does not know. 4 does it to 7.
fn data() -> Value {
    json!({
        "actor": 4, "assignee": 7, "member": 7, "owner": 7, "user": "7",
        "mentions": [7], "recipients": [7],
        "lead": { "id": 3, "name": "Ada" }, "trigger": { "name": "Visits" },
        "category": "chat.message", "title": "Lunch?",
        "toggle": "security_alerts", "subject": "New sign-in", "text": "Hello",
        "project": { "id": 1, "name": "Kendo" },
        "issue": { "id": 42, "key": "KD-0042", "title": "Add pagination" },
        "comment": { "id": 1, "text": "Yes" }, "lane": { "from": "Doing", "to": "Done" },
        "team": { "id": "core", "name": "Core" }, "report": { "id": 5, "title": "March" },
        "org_member_id": "m-7", "email": "7@acme.example", "first_name": "Jane",
        "last_name": "Doe", "confirmed": true,
    })
}

/// The same, said otherwise in some fields.
fn data_with(fields: &Value) -> Value {
    let mut data = data();
    for (name, value) in fields.as_object().expect("an object") {
        data[name] = value.clone();
    }
    data
}

/// Someone's inbox, newest first, without ids.
async fn inbox(api: &Api, user: &str) -> Vec<Value> {
    let answer = api.person("acme", user).get("/api/notifications").await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut rows = answer.json().as_array().cloned().expect("an array");
    for row in &mut rows {
        assert!(row["id"].is_u64(), "{row}");
        row.as_object_mut().expect("an object").remove("id");
    }
    rows
}

/// What someone is told, newest first.
async fn messages(api: &Api, user: &str) -> Vec<String> {
    let rows = inbox(api, user).await;
    rows.iter().map(|row| row["message"].as_str().expect("text").to_owned()).collect()
}

fn alice() -> Value {
    json!({ "id": 4, "first_name": "Alice", "last_name": "Johnson", "profile_picture": null })
}

#[tokio::test]
async fn each_kind_of_event_tells_whom_it_names_in_its_own_words() {
    let issue = json!({
        "type": "issue", "id": 42, "key": "KD-0042", "title": "Add pagination", "project_id": 1,
    });
    let project = json!({ "type": "project", "id": 1, "name": "Kendo" });
    let team = json!({ "type": "team", "id": "core", "name": "Core" });
    let message = json!({ "type": "message", "category": "chat.message", "body": null, "conversation": null });
    for (kind, number, text, notifiable) in [
        ("issue.assigned", 1, "Alice Johnson assigned \"Add pagination\" to you", &issue),
        ("issue.unassigned", 1, "Alice Johnson unassigned you from \"Add pagination\"", &issue),
        ("issue.commented", 4, "Alice Johnson mentioned you in \"Add pagination\"", &issue),
        ("project.member_added", 5, "Alice Johnson added you to project \"Kendo\"", &project),
        ("team.member_added", 6, "Alice Johnson added you to team \"Core\"", &team),
        ("message.sent", 8, "Lunch?", &message),
    ] {
        let api = Api::start().await;
        directory(&api).await;
        api.clock.advance(60);
        send(&api, &of_kind(kind, "e-1", data())).await;
        api.clock.advance(5);
        api.dispatch().await;
        let expected = json!([{
            "type": number,
            "message": text,
            "read_at": null,
            "created_at": "2026-03-13T14:01:05.000000Z",
            "actor": alice(),
            "notifiable": notifiable,
        }]);
        assert_eq!(json!(inbox(&api, "7").await), expected, "{kind}");
        assert_eq!(inbox(&api, "4").await, [json!(null); 0], "{kind}: who did it");
    }
}

#[tokio::test]
async fn events_that_notify_nobody_or_only_elsewhere_leave_inboxes_alone() {
    let api = Api::start().await;
    directory(&api).await;
    let kinds = [
        "milestone.entered",
        "milestone.exited",
        "sequence.completed",
        "surge.fired",
        "account.notice",
        "issue.created",
        "issue.lane_changed",
        "project.created",
        "project.member_removed",
        "report.created",
        "member.upserted",
        "member.removed",
    ];
    let events = kinds.iter().enumerate();
    let events = events.map(|(number, kind)| of_kind(kind, &format!("e-{number}"), data()));
    send(&api, &events.collect()).await;
    api.dispatch().await;
    for user in ["4", "7"] {
        assert_eq!(inbox(&api, user).await, [json!(null); 0], "{user}");
    }
}

#[tokio::test]
async fn a_message_brings_its_text_and_its_conversation() {
    let api = Api::start().await;
    let fields = json!({ "body": "At one,\nin the park.", "conversation": "c-1", "actor": null });
    send(&api, &of_kind("message.sent", "e-1", data_with(&fields))).await;
    api.dispatch().await;
    let row = inbox(&api, "7").await.remove(0);
    assert_eq!(row["actor"], json!(null), "nobody sent it");
    let notifiable = json!({
        "type": "message", "category": "chat.message", "body": "At one,\nin the park.",
        "conversation": "c-1",
    });
    assert_eq!(row["notifiable"], notifiable);
}

#[tokio::test]
async fn someone_whom_the_directory_does_not_know_is_someone() {
    let api = Api::start().await;
    directory(&api).await;
    let mut nameless = upserted("d-3", "m-5", "5", true);
    nameless["data"]["first_name"] = json!("");
    nameless["data"]["last_name"] = json!(" ");
    let mut one_name = upserted("d-4", "m-6", "6", true);
    one_name["data"]["last_name"] = json!("");
    send(&api, &json!([nameless, one_name])).await;
    api.dispatch().await;
    for (number, actor) in [3, 5, 6].into_iter().enumerate() {
        api.clock.advance(1);
        let id = format!("e-{number}");
        send(&api, &of_kind("issue.assigned", &id, data_with(&json!({ "actor": actor })))).await;
    }
    api.dispatch().await;
    let of_alice = "Alice assigned \"Add pagination\" to you";
    let of_someone = "Someone assigned \"Add pagination\" to you";
    assert_eq!(messages(&api, "7").await, [of_alice, of_someone, of_someone]);
    let rows = inbox(&api, "7").await;
    let nameless = json!({ "id": 5, "first_name": "", "last_name": " ", "profile_picture": null });
    assert_eq!(rows[1]["actor"], nameless, "known, if not by name");
    assert_eq!(rows[2]["actor"], json!(null));
}

#[tokio::test]
async fn what_was_said_stays_when_names_change_and_the_actor_is_as_they_are_today() {
    let api = Api::start().await;
    directory(&api).await;
    send(&api, &of_kind("issue.assigned", "e-1", data())).await;
    api.dispatch().await;
    let mut married = upserted("d-3", "m-4", "4", true);
    married["time"] = json!("2026-03-13T14:00:00Z");
    married["data"]["last_name"] = json!("Smith");
    married["data"]["profile_picture"] = json!("https://acme.example/4.png");
    send(&api, &married).await;
    api.dispatch().await;
    let said = "Alice Johnson assigned \"Add pagination\" to you";
    assert_eq!(messages(&api, "7").await, [said]);
    let actor = json!({
        "id": 4, "first_name": "Alice", "last_name": "Smith",
        "profile_picture": "https://acme.example/4.png",
    });
    assert_eq!(inbox(&api, "7").await[0]["actor"], actor);

    let mut removed = married.clone();
    (removed["id"], removed["type"]) = (json!("d-4"), json!("member.removed"));
    removed["time"] = json!("2026-03-13T14:00:01Z");
    send(&api, &removed).await;
    api.dispatch().await;
    assert_eq!(messages(&api, "7").await, [said]);
    assert_eq!(inbox(&api, "7").await[0]["actor"], json!(null));
}

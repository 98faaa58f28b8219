//! What is stored of people, and what they are answered.

use serde_json::{Value, json};

use super::life::{Life, PEOPLE};
use crate::support::watching::{ISSUE, REPORTS, watcher};
use crate::support::{Api, inbox};

/// Every item of the org unit that says something of them, wherever it does.
pub(super) async fn traces_of(api: &Api, org_unit: &str, person: usize) -> Vec<String> {
    let person = &PEOPLE[person];
    let said = [person.id, person.first_name, person.last_name, person.slack_user, person.browser];
    let said = said.map(str::to_lowercase);
    let says = |item: &Value| {
        let item = item.to_string().to_lowercase();
        said.iter().any(|trace| item.contains(trace))
    };
    let is_here = |item: &Value| {
        let pk = item["pk"].as_str().expect("a key");
        // Watchers that were answered to others are kept for a day, and nothing leads to them.
        let is_answer = item["sk"].as_str().expect("a key").starts_with("IDEMPOTENCY#");
        let is_theirs = pk.ends_with(&format!("#USER#{}", person.id));
        pk.starts_with(&format!("OU#{org_unit}#")) && (is_theirs || !is_answer)
    };
    let items = api.items().await.into_iter();
    items.filter(|item| is_here(item) && says(item)).map(|item| item.to_string()).collect()
}

/// The rows of these people's inboxes.
pub(super) async fn rows_of(
    api: &Api,
    org_unit: &str,
    whose: impl Iterator<Item = usize>,
) -> Vec<Value> {
    let mut all = Vec::new();
    for person in whose {
        let user = PEOPLE[person].id;
        let answer = api.person(org_unit, user).get(inbox::INBOX).await;
        let rows = answer.json().as_array().cloned().expect("rows");
        all.extend(rows.into_iter().map(|row| json!({ "to": user, "row": row })));
    }
    all
}

/// What these people are answered, and what admins are told of what was sent, without ids.
pub(super) async fn answers_of(
    api: &Api,
    org_unit: &str,
    whose: &[usize],
    life: &Life<'_>,
) -> Vec<Value> {
    let mut all = rows_of(api, org_unit, whose.iter().copied()).await;
    for person in whose {
        let user = PEOPLE[*person].id;
        let own = inbox::with_all(watcher(api, org_unit, user)).with("messaging:read");
        for path in [
            "/me/notification-prefs",
            "/v1/messaging/preferences",
            "/v1/me/notifications",
            "/api/profile",
            "/v1/me/push-subscriptions",
            ISSUE,
        ] {
            let answer = own.get(path).await;
            all.push(json!({ "of": user, "path": path, "says": [answer.status, answer.json()] }));
        }
        let unread = own.get(inbox::INBOX).await.header("x-unread-count").to_owned();
        all.push(json!({ "of": user, "unread": unread }));
        // It is answered when it is changed: once there and back.
        for _ in 0..2 {
            let answer = own.post_nothing(REPORTS).await;
            all.push(json!({ "of": user, "says": [answer.status, answer.json()] }));
        }
    }
    let reader = api.person(org_unit, "1").with("deliveries:read");
    for id in life.told_in(org_unit) {
        let answer = reader.get(&format!("/v1/deliveries?event=/tracker:{id}")).await;
        let lines = answer.json()["data"].as_array().cloned().expect("lines");
        all.extend(lines.into_iter().map(|line| json!({ "event": id, "line": line })));
    }
    all.iter_mut().for_each(forget_ids);
    all
}

/// Ids are of one org unit.
fn forget_ids(answer: &mut Value) {
    if let Some(row) = answer.get_mut("row").and_then(Value::as_object_mut) {
        row.remove("id");
    }
    if let Some(rows) = answer.pointer_mut("/says/1/data").and_then(Value::as_array_mut) {
        for row in rows.iter_mut().filter_map(Value::as_object_mut) {
            row.remove("id");
        }
    }
}

/// The same, as it is where that person was erased.
pub(super) fn without(answers: Vec<Value>, person: usize) -> Vec<Value> {
    let person = &PEOPLE[person];
    let is_theirs = |answer: &Value| answer["line"]["recipient"] == *person.id;
    let unnamed = |answer: Value| {
        let text = answer.to_string().replace(&person.name(), "Someone");
        let mut answer: Value = serde_json::from_str(&text).expect("JSON");
        if let Some(actor) = answer.pointer_mut("/row/actor")
            && actor["id"].to_string().contains(person.id)
        {
            *actor = Value::Null;
        }
        if let Some(ids) = answer.pointer_mut("/says/1/report_watcher_ids") {
            let ids = ids.as_array_mut().expect("ids");
            ids.retain(|id| !id.to_string().contains(person.id));
        }
        answer
    };
    answers.into_iter().filter(|answer| !is_theirs(answer)).map(unnamed).collect()
}

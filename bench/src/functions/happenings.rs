//! What happens before a function is measured.

use serde_json::{Value, json};
use shared::app::{Clock as _, SystemClock};

/// How many notifications wait in the inbox: more than a page.
const NOTIFICATIONS: u32 = 40;

/// Jane comes into the directory and into two projects, an issue is made, and Alice writes to her.
pub(crate) fn happenings() -> Vec<Value> {
    let member = |user: u32, email: &str| {
        let data = json!({
            "org_member_id": format!("om_{user}"), "user": user, "email": email,
            "first_name": "Jane", "last_name": "Doe", "confirmed": true,
        });
        event("member.upserted", format!("m-{user}"), data)
    };
    let project = |id: u32| {
        let data = json!({ "project": { "id": id, "name": "Kendo" }, "actor": 4, "member": 7 });
        event("project.member_added", format!("p-{id}"), data)
    };
    let issue = json!({
        "project": { "id": 9, "name": "Kendo" }, "actor": 4,
        "issue": { "id": 42, "key": "KD-0042", "title": "Add pagination" },
    });
    let written = (0..NOTIFICATIONS).map(|number| message(format!("w-{number}")));
    let known = [member(7, "jane@example.com"), member(4, "alice@example.com")];
    let known = known.into_iter().chain([project(1), project(9)]);
    known.chain([event("issue.created", "i-42".to_owned(), issue)]).chain(written).collect()
}

/// Alice writes to Jane.
pub(super) fn message(id: String) -> Value {
    let data = json!({
        "category": "chat.message", "actor": 4, "recipients": [7], "title": "Lunch?",
        "body": "At noon, in the kitchen downstairs.",
    });
    event("message.sent", id, data)
}

fn event(kind: &str, id: String, data: Value) -> Value {
    json!({
        "specversion": "1.0", "orgunit": "acme", "id": id, "source": "/bench", "type": kind,
        "time": SystemClock.now().to_string(), "data": data,
    })
}

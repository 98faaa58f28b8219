//! What happens to people, as events.

use serde_json::{Value, json};

use super::request::Draws;
use super::world::USERS;
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::operator::event;

const KINDS: [&str; 16] = [
    "message.sent",
    "account.notice",
    "issue.assigned",
    "issue.commented",
    "issue.lane_changed",
    "report.created",
    "surge.fired",
    "member.upserted",
    "issue.created",
    "issue.unassigned",
    "project.created",
    "project.member_added",
    "project.member_removed",
    "team.member_added",
    "milestone.exited",
    "member.removed",
];

/// A category that everyone has in digests, and nobody chooses anything about.
pub(super) const WAITS: &str = "agent.alert";

/// So many events of that turn. They are the same in both worlds, whose clocks are.
pub(super) fn happenings(api: &Api, turn: u64, draws: Draws, how_many: usize) -> Vec<Value> {
    let some = (0..how_many).map(|number| {
        let kind = KINDS[(draws[0] + number * draws[1]) % KINDS.len()];
        happened(api, kind, &format!("{turn}x{number}"), draws.map(|draw| draw + number))
    });
    some.collect()
}

/// Someone gets an address that nobody wrote to before, and is told there at once, and in a digest.
pub(super) fn reaching(api: &Api, turn: u64, user: &str) -> Vec<Value> {
    let title = format!("<T{turn}>");
    let mut known = upserted(&format!("{turn}x0"), &format!("m-{user}"), user, true);
    known["time"] = json!(api.timestamp());
    known["data"]["email"] = json!(format!("{user}-{turn}@acme.example"));
    let notice = json!({
        "toggle": "security_alerts", "recipients": [user], "subject": title, "text": "Was it you?",
    });
    let waits = json!({ "category": WAITS, "recipients": [user], "title": title, "body": "Now." });
    vec![
        known,
        event(api, "account.notice", &format!("{turn}x1"), &notice),
        event(api, "message.sent", &format!("{turn}x2"), &waits),
    ]
}

fn happened(api: &Api, kind: &'static str, id: &str, draws: Draws) -> Value {
    let [first, second, third, fourth] = draws;
    let (actor, other) = (USERS[second % USERS.len()], USERS[third % USERS.len()]);
    // Never nobody.
    let named = USERS.into_iter().enumerate();
    let named = named.filter(|(at, user)| *user == other || fourth >> at & 1 == 1);
    let named: Vec<&str> = named.map(|(_, user)| user).collect();
    let title = format!("<T{id}>");
    let category = ["chat.message", "chat.mention", "order.updated"][first % 3];
    let data = json!({
        "actor": actor, "assignee": other, "member": other, "owner": other, "mentions": named,
        "recipients": named, "category": category, "title": title, "body": "At noon.",
        "toggle": "security_alerts", "subject": title, "text": "Was it you?",
        "lead": { "id": "l-1", "name": title }, "trigger": { "name": "Hot" },
        "issue": { "id": 42, "key": "KD-42", "title": title },
    });
    match kind {
        "member.upserted" | "member.removed" => {
            let mut event = upserted(id, &format!("m-{other}"), other, fourth % 4 > 0);
            event["type"] = json!(kind);
            event["time"] = json!(api.timestamp());
            event
        }
        _ => event(api, kind, id, &data),
    }
}

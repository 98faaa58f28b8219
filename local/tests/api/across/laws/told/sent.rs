//! What is sent: messages, and issues that are given to someone.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub(super) const USERS: [&str; 3] = ["7", "8", "nine"];

/// Something that someone does to some people.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    kind: Kind,
    /// One of them, or another.
    actor: Option<usize>,
    recipients: [bool; USERS.len()],
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    /// A message of that category, to all of them.
    Message(&'static str),
    /// An issue of project 1 is given to the first of them.
    Assigned,
}

pub(super) fn sent() -> impl Strategy<Value = Sent> {
    let category = select(vec!["chat.message", "chat.mention", "order.updated"]);
    let kind = prop_oneof![2 => category.prop_map(Kind::Message), 1 => Just(Kind::Assigned)];
    (kind, prop::option::of(0..USERS.len()), any::<[bool; 3]>())
        .prop_map(|(kind, actor, recipients)| Sent { kind, actor, recipients })
}

impl Sent {
    /// It as an event. It is for 0 at least, who looks at nothing.
    pub(super) fn event(&self, number: usize) -> Value {
        let recipients = USERS.iter().zip(self.recipients).filter(|(_, is_one)| *is_one);
        let recipients: Vec<&str> = recipients.map(|(user, _)| *user).chain(["0"]).collect();
        let (kind, data) = match self.kind {
            Kind::Message(category) => {
                let actor = self.actor.map(|actor| USERS[actor]);
                let title = self.text(number);
                let data = json!({
                    "category": category, "recipients": recipients, "title": title, "actor": actor,
                });
                ("message.sent", data)
            }
            Kind::Assigned => {
                let actor = self.actor.map_or("1", |actor| USERS[actor]);
                let issue =
                    json!({ "id": number, "key": format!("KD-{number}"), "title": name(number) });
                let data = json!({
                    "project": project(), "issue": issue, "actor": actor, "assignee": recipients[0],
                });
                ("issue.assigned", data)
            }
        };
        event(kind, &format!("e-{number}"), data)
    }

    /// What it says in an inbox. The directory knows nobody.
    pub(super) fn text(&self, number: usize) -> String {
        match self.kind {
            Kind::Message(_) => name(number),
            Kind::Assigned => format!("Someone assigned \"{}\" to you", name(number)),
        }
    }

    /// Whether it reaches that user's inbox, by whether they are in the project and by their global
    /// row.
    pub(super) fn reaches(&self, user: usize, is_member: bool, row: Option<bool>) -> bool {
        let is_for_them = match self.kind {
            Kind::Message(category) => {
                self.recipients[user] && (category == "chat.mention" || row != Some(false))
            }
            Kind::Assigned => {
                let first = self.recipients.iter().position(|is_one| *is_one);
                first == Some(user) && is_member
            }
        };
        is_for_them && self.actor != Some(user)
    }
}

/// Someone comes into project 1 by themselves, of which nobody is told.
pub(super) fn joined(user: &str) -> Value {
    let data = json!({ "project": project(), "actor": user, "member": user });
    event("project.member_added", &format!("d-{user}"), data)
}

fn name(number: usize) -> String {
    format!("T{number}")
}

fn project() -> Value {
    json!({ "id": 1, "name": "Kendo" })
}

fn event(kind: &str, id: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/tracker", "type": kind,
        "time": "2026-03-13T14:00:00Z", "data": data,
    })
}

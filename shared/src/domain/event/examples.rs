//! Good data of each type of event, for tests: everything it may say is said.

use deserr::errors::JsonError;
use deserr::{IntoValue as _, ValuePointerRef};
use serde_json::{Value, json};

use super::{Event, EventType, Occurrence};

/// An event of that type.
pub(crate) fn event(event_type: EventType) -> Event {
    let data = data(event_type).into_value();
    let occurrence =
        Occurrence::read::<_, JsonError>(event_type, data, ValuePointerRef::Origin).unwrap();
    Event {
        source: "/tracker".parse().unwrap(),
        id: "e-41".parse().unwrap(),
        time: "2026-03-13T15:00:00.25+01:00".parse().unwrap(),
        occurrence,
    }
}

/// Which fields of the data may be left out.
pub(crate) fn optional(event_type: EventType) -> &'static [&'static str] {
    match event_type {
        EventType::Lead(_) => &["score"],
        EventType::MessageSent => &["body", "actor", "conversation"],
        EventType::MemberUpserted => &["profile_picture", "zoneinfo"],
        EventType::AccountNotice
        | EventType::IssueCreated
        | EventType::IssueAssigned
        | EventType::IssueUnassigned
        | EventType::IssueCommented
        | EventType::IssueLaneChanged
        | EventType::ProjectCreated
        | EventType::ProjectMemberAdded
        | EventType::ProjectMemberRemoved
        | EventType::TeamMemberAdded
        | EventType::ReportCreated
        | EventType::MemberRemoved => &[],
    }
}

/// The data.
pub(crate) fn data(event_type: EventType) -> Value {
    let project = json!({"id": 1, "name": "Kendo"});
    let issue = json!({"id": 42, "key": "KD-0042", "title": "Add pagination"});
    match event_type {
        EventType::Lead(_) => json!({
            "lead": {"id": "lead_9", "name": "Acme"},
            "owner": "auth0|alice",
            "trigger": {"name": "Hot"},
            "score": 12.5,
        }),
        EventType::MessageSent => json!({
            "category": "chat.message",
            "recipients": ["bob", 7, "carol"],
            "title": "Lunch?",
            "body": "At noon,\nas always.",
            "actor": "auth0|alice",
            "conversation": "c-1",
        }),
        EventType::AccountNotice => json!({
            "toggle": "billing_receipts",
            "recipients": ["bob"],
            "subject": "Your receipt",
            "text": "Thank you.\n",
        }),
        EventType::IssueCreated => json!({"project": project, "issue": issue, "actor": 4}),
        EventType::IssueAssigned | EventType::IssueUnassigned => {
            json!({"project": project, "issue": issue, "actor": 4, "assignee": 7})
        }
        EventType::IssueCommented => json!({
            "project": project,
            "issue": issue,
            "actor": 4,
            "comment": {"id": 5, "text": "Nice, @bob"},
            "mentions": ["bob", 7],
        }),
        EventType::IssueLaneChanged => json!({
            "project": project,
            "issue": issue,
            "actor": 4,
            "lane": {"from": "Doing", "to": "Done"},
        }),
        EventType::ProjectCreated => json!({"project": project, "actor": 4, "owner": 7}),
        EventType::ProjectMemberAdded | EventType::ProjectMemberRemoved => {
            json!({"project": project, "actor": 4, "member": 7})
        }
        EventType::TeamMemberAdded => {
            json!({"team": {"id": 3, "name": "Core"}, "actor": 4, "member": 7})
        }
        EventType::ReportCreated => json!({
            "project": project,
            "report": {"id": "r-1", "title": "March"},
            "actor": 4,
        }),
        EventType::MemberUpserted => json!({
            "org_member_id": "om_1",
            "user": "bob",
            "email": "bob@example.com",
            "first_name": "Bob",
            "last_name": "",
            "profile_picture": "https://cdn.example/bob.png",
            "confirmed": true,
            "zoneinfo": "Europe/Amsterdam",
        }),
        EventType::MemberRemoved => json!({"org_member_id": "om_1", "user": "bob"}),
    }
}

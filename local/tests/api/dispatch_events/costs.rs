//! What it takes to dispatch an event: the calls that the README says.

use std::collections::BTreeMap;

use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::domain::event::EventType;

use super::{of_kind, send};
use crate::support::Api;

/// A row of the README's table, as it begins there; and the calls that it speaks of.
const NOTHING: (&str, &[&str]) = ("", &[]);
const ISSUE: (&str, &[&str]) = ("| `issue.*` | three `UpdateItem` |", &["UpdateItem"; 3]);
const REPORT: (&str, &[&str]) = ("| `report.created` | one `UpdateItem` |", &["UpdateItem"]);
const MEMBERSHIP: (&str, &[&str]) =
    ("| `project.*`, `team.*` | two `UpdateItem`; ", &["UpdateItem"; 2]);
const UPSERT: (&str, &[&str]) = (
    "| `member.upserted` | two `GetItem`, strongly consistent, and a `TransactWriteItems` ",
    &["GetItem", "GetItem", "TransactWriteItems"],
);
const REMOVAL: (&str, &[&str]) = (
    "| `member.removed` | one `GetItem`, strongly consistent, and a `TransactWriteItems` ",
    &["GetItem", "TransactWriteItems"],
);
/// Whom it is for is read, and who did it. Who did it themselves is not told.
const FOR_MEMBERS: (&str, &[&str]) = (
    "| `issue.assigned`, `issue.unassigned`, `issue.commented` with mentions, `project.member_added` \
     | one `BatchGetItem`, strongly consistent, of two items for each whom it is for, 100 items at a \
     time; one `GetItem`, strongly consistent, of who did it |",
    &["BatchGetItem", "GetItem"],
);
const FOR_TEAM: (&str, &[&str]) = (
    "| `team.member_added` | one `BatchGetItem` of one item, one `GetItem` of who did it, strongly \
     consistent |",
    &["BatchGetItem", "GetItem"],
);
const FOR_RECIPIENTS: (&str, &[&str]) = (
    "| `message.sent` | one `BatchGetItem`, strongly consistent, for each 100 recipients |",
    &["BatchGetItem"],
);
const TOLD: &str = "| any, for each who is told of it in their inbox | one `PutItem` |";
const MORE_PEOPLE: &str =
    "| any that names more than one person | one `BatchWriteItem` for each 25 others |";

fn for_whom(event_type: EventType) -> (&'static str, &'static [&'static str]) {
    match event_type {
        EventType::IssueAssigned
        | EventType::IssueUnassigned
        | EventType::IssueCommented
        | EventType::ProjectMemberAdded => FOR_MEMBERS,
        EventType::TeamMemberAdded => FOR_TEAM,
        EventType::MessageSent => FOR_RECIPIENTS,
        EventType::Lead(_)
        | EventType::AccountNotice
        | EventType::IssueCreated
        | EventType::IssueLaneChanged
        | EventType::ProjectCreated
        | EventType::ProjectMemberRemoved
        | EventType::ReportCreated
        | EventType::MemberUpserted
        | EventType::MemberRemoved => NOTHING,
    }
}

fn besides(event_type: EventType) -> (&'static str, &'static [&'static str]) {
    match event_type {
        EventType::Lead(_) | EventType::MessageSent | EventType::AccountNotice => NOTHING,
        EventType::IssueCreated
        | EventType::IssueAssigned
        | EventType::IssueUnassigned
        | EventType::IssueCommented
        | EventType::IssueLaneChanged => ISSUE,
        EventType::ReportCreated => REPORT,
        EventType::ProjectCreated
        | EventType::ProjectMemberAdded
        | EventType::ProjectMemberRemoved
        | EventType::TeamMemberAdded => MEMBERSHIP,
        EventType::MemberUpserted => UPSERT,
        EventType::MemberRemoved => REMOVAL,
    }
}

/// What an event of any type may say: it passes over what it does not know. Nobody but 7 is named.
fn data() -> Value {
    json!({
        "actor": 7, "assignee": 7, "member": 7, "owner": 7, "user": 7,
        "mentions": [7], "recipients": [7],
        "lead": { "id": 3, "name": "Ada" }, "trigger": { "name": "Visits" },
        "category": "chat.message", "title": "Hi",
        "toggle": "security_alerts", "subject": "New sign-in", "text": "Hello",
        "project": { "id": 1, "name": "Kendo" },
        "issue": { "id": 42, "key": "KD-42", "title": "Add pagination" },
        "comment": { "id": 1, "text": "Yes" }, "lane": { "from": "Doing", "to": "Done" },
        "team": { "id": 9, "name": "Core" }, "report": { "id": 5, "title": "March" },
        "org_member_id": "m-7", "email": "7@acme.example", "first_name": "Jane",
        "last_name": "Doe", "confirmed": true,
    })
}

/// How often each operation is called to dispatch one event.
async fn calls(kind: &str, data: Value) -> BTreeMap<String, usize> {
    let api = Api::start().await;
    send(&api, &of_kind(kind, "e-1", data)).await;
    api.faults.set(Plan::default());
    api.dispatch().await;
    count(api.faults.calls())
}

fn count(calls: impl IntoIterator<Item = impl Into<String>>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for call in calls {
        *counted.entry(call.into()).or_default() += 1;
    }
    counted
}

#[tokio::test]
async fn each_kind_of_event_costs_the_calls_that_the_readme_says() {
    let readme = include_str!("../../../../README.md");
    let of_each = "for each event one `GetItem`, strongly consistent, and one `UpdateItem`";
    assert!(readme.contains(of_each), "{of_each}");
    for event_type in EventType::ALL {
        let (row, besides) = besides(event_type);
        assert!(readme.contains(row), "{row}");
        let (row, for_whom) = for_whom(event_type);
        assert!(readme.contains(row), "{row}");
        let expected = count([&["GetItem"], besides, for_whom, &["UpdateItem"]].concat());
        assert_eq!(calls(event_type.name(), data()).await, expected, "{event_type}");
    }
    for row in [MORE_PEOPLE, TOLD] {
        assert!(readme.contains(row), "{row}");
    }
    for (people, named, reads) in [(2, 1, 1), (26, 1, 1), (27, 2, 1), (101, 4, 2), (1000, 40, 10)] {
        let mut data = data();
        data["recipients"] = (7..7 + people).collect();
        let expected = [
            ("GetItem".to_owned(), 1),
            ("BatchWriteItem".to_owned(), named),
            ("BatchGetItem".to_owned(), reads),
            ("PutItem".to_owned(), people - 1),
            ("UpdateItem".to_owned(), 1),
        ];
        assert_eq!(calls("message.sent", data).await, expected.into(), "{people}");
    }
}

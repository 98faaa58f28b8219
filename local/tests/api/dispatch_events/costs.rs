//! What it takes to dispatch an event: the calls that the page on costs says.

use std::collections::BTreeMap;
use std::time::Duration;

use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::domain::event::EventType;

use super::{of_kind, send};
use crate::support::{Api, Setup};

/// A row of the tables of docs/costs.md, as it begins there; and the calls that it speaks of.
type Row = (&'static str, &'static [&'static str]);

const NOTHING: Row = ("", &[]);
const ISSUE: Row = ("| `issue.*` | three `UpdateItem` |", &["UpdateItem"; 3]);
const REPORT: Row = ("| `report.created` | one `UpdateItem` |", &["UpdateItem"]);
const COMING: Row = (
    "| `project.created`, `project.member_added`, `team.*` | two `UpdateItem` |",
    &["UpdateItem"; 2],
);
const LEAVING: Row = (
    "| `project.member_removed` | two `UpdateItem` and a `GetItem`, strongly consistent, of who left and their watch of its reports; ",
    &["UpdateItem", "UpdateItem", "GetItem"],
);
const UPSERT: Row = (
    "| `member.upserted` | two `GetItem`, strongly consistent, and a `TransactWriteItems` ",
    &["GetItem", "GetItem", "TransactWriteItems"],
);
const REMOVAL: Row = (
    "| `member.removed` | one `GetItem`, strongly consistent, and a `TransactWriteItems` ",
    &["GetItem", "TransactWriteItems"],
);
/// Whom it is for is read, and who did it. Who did it themselves is not told.
const FOR_MEMBERS: Row = (
    "| `issue.assigned`, `issue.unassigned`, `issue.commented` with mentions, `project.member_added` \
     | one `BatchGetItem`, strongly consistent, of two items for each whom it is for, 100 items at a \
     time; one `GetItem`, strongly consistent, of who did it |",
    &["BatchGetItem", "GetItem"],
);
const FOR_TEAM: Row = (
    "| `team.member_added` | one `BatchGetItem` of one item, one `GetItem` of who did it, strongly \
     consistent |",
    &["BatchGetItem", "GetItem"],
);
const FOR_RECIPIENTS: Row = (
    "| `message.sent`, `account.notice` | one `BatchGetItem`, strongly consistent, for each 100 recipients |",
    &["BatchGetItem"],
);
const FOR_OWNER: Row = (
    "| `milestone.*`, `sequence.completed`, `surge.fired` of someone's lead | one `BatchGetItem` of one item, \
     strongly consistent |",
    &["BatchGetItem"],
);
/// Nobody watches but 7, who did it.
const FOR_WATCHERS: Row = (
    "| `issue.commented`, `issue.lane_changed`, `report.created` | one `Query` for each 1,000 who watch or \
     did, strongly consistent; ",
    &["Query"],
);
const ATTACHED: Row = (
    "| `issue.created`, `issue.assigned`, `issue.commented` | one `BatchGetItem` of three items, strongly \
     consistent; one `UpdateItem` unless they watch or decline |",
    &["BatchGetItem", "UpdateItem"],
);
const OWNER_ATTACHED: Row = (
    "| `project.created` | one `BatchGetItem` of three items, strongly consistent; one \
     `TransactWriteItems` of three unless they watch |",
    &["BatchGetItem", "TransactWriteItems"],
);
const TOLD: &str = "| any, for each who is told of it in their inbox | one `PutItem` |";
const MORE_PEOPLE: &str =
    "| any that names more than one person | one `BatchWriteItem` for each 25 others |";

fn for_whom(event_type: EventType) -> Row {
    match event_type {
        EventType::IssueAssigned
        | EventType::IssueUnassigned
        | EventType::IssueCommented
        | EventType::ProjectMemberAdded => FOR_MEMBERS,
        EventType::TeamMemberAdded => FOR_TEAM,
        EventType::MessageSent | EventType::AccountNotice => FOR_RECIPIENTS,
        EventType::Lead(_) => FOR_OWNER,
        EventType::IssueCreated
        | EventType::IssueLaneChanged
        | EventType::ProjectCreated
        | EventType::ProjectMemberRemoved
        | EventType::ReportCreated
        | EventType::MemberUpserted
        | EventType::MemberRemoved => ("", &[]),
    }
}

fn for_watchers(event_type: EventType) -> Row {
    let is_activity = matches!(
        event_type,
        EventType::IssueCommented | EventType::IssueLaneChanged | EventType::ReportCreated
    );
    if is_activity { FOR_WATCHERS } else { ("", &[]) }
}

fn attaching(event_type: EventType) -> Row {
    let is_an_issues = matches!(
        event_type,
        EventType::IssueCreated | EventType::IssueAssigned | EventType::IssueCommented
    );
    if is_an_issues {
        ATTACHED
    } else if event_type == EventType::ProjectCreated {
        OWNER_ATTACHED
    } else {
        ("", &[])
    }
}

fn row_of(event_type: EventType) -> Row {
    match event_type {
        EventType::Lead(_) | EventType::MessageSent | EventType::AccountNotice => NOTHING,
        EventType::IssueCreated
        | EventType::IssueAssigned
        | EventType::IssueUnassigned
        | EventType::IssueCommented
        | EventType::IssueLaneChanged => ISSUE,
        EventType::ReportCreated => REPORT,
        EventType::ProjectCreated | EventType::ProjectMemberAdded | EventType::TeamMemberAdded => {
            COMING
        }
        EventType::ProjectMemberRemoved => LEAVING,
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

/// How often each operation is called to accept one event, and then to dispatch it.
async fn calls(kind: &str, data: Value) -> [BTreeMap<String, usize>; 2] {
    // A thousand rows at once: what is slow is not to be asked for again.
    let attempt_timeout = Some(Duration::from_secs(60));
    let api = Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await;
    api.faults.set(Plan::default());
    send(&api, &of_kind(kind, "e-1", data)).await;
    let accepting = count(api.faults.calls());
    api.faults.set(Plan::default());
    api.dispatch().await;
    [accepting, count(api.faults.calls())]
}

fn count(calls: impl IntoIterator<Item = impl Into<String>>) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for call in calls {
        *counted.entry(call.into()).or_default() += 1;
    }
    counted
}

#[tokio::test]
async fn each_kind_of_event_costs_the_calls_that_the_page_on_costs_says() {
    let page = include_str!("../../../../docs/costs.md");
    for text in [
        "| `ingest-events`, `accept-bus-events` | one `PutItem` for each event, eight at a time; besides, as below |",
        "| `dispatch-events` | for each event one `BatchGetItem` of two items, strongly consistent, and one `UpdateItem` as it is done; besides, as below |",
    ] {
        assert!(page.contains(text), "{text}");
    }
    for event_type in EventType::ALL {
        let (row, recording) = row_of(event_type);
        assert!(page.contains(row), "{row}");
        let (row, for_whom) = for_whom(event_type);
        assert!(page.contains(row), "{row}");
        let (row, for_watchers) = for_watchers(event_type);
        assert!(page.contains(row), "{row}");
        let (row, attaching) = attaching(event_type);
        assert!(page.contains(row), "{row}");
        let expected = [
            count([&["PutItem"], recording, attaching].concat()),
            count([&["BatchGetItem"], for_whom, for_watchers, &["UpdateItem"]].concat()),
        ];
        assert_eq!(calls(event_type.name(), data()).await, expected, "{event_type}");
    }
    for row in [MORE_PEOPLE, TOLD] {
        assert!(page.contains(row), "{row}");
    }
    for (people, named, reads) in
        [(2_usize, 1, 1), (26, 1, 1), (27, 2, 1), (101, 4, 2), (1000, 40, 10)]
    {
        let mut data = data();
        data["recipients"] = (7..7 + people).collect();
        // More than a hundred are told in parts, each of which reads the event.
        let parts = if people > 100 { people.div_ceil(100) } else { 0 };
        let expected = [
            ("BatchWriteItem".to_owned(), named),
            ("BatchGetItem".to_owned(), 1 + parts + reads),
            ("PutItem".to_owned(), people - 1),
            ("UpdateItem".to_owned(), 1),
        ];
        let [_, dispatching] = calls("message.sent", data).await;
        assert_eq!(dispatching, expected.into(), "{people}");
    }
}

//! `GET /api/notifications`

mod actors;
mod costs;
mod pages;
mod tags;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::domain::inbox::{Notifiable, NotificationType};

use crate::support::inbox::{DELETE, Happened, INBOX, assigned, fill, ids, know, owner, these};
use crate::support::{Api, Setup};

const DAY: i64 = 24 * 60 * 60;

/// One of each kind of thing that there can be notifications about.
fn of_each_kind() -> [Happened<'static>; 5] {
    let happened = |event: &str, notification_type, message: &str, notifiable| Happened {
        notification_type,
        message: message.to_owned(),
        notifiable,
        ..assigned(event)
    };
    let line = |text: &str| text.parse().expect("a line");
    [
        assigned("e-1"),
        happened(
            "e-2",
            NotificationType::ProjectMembership,
            "Alice Johnson added you to project \"Mobile App\"",
            Notifiable::Project { id: "3".parse().expect("an id"), name: line("Mobile App") },
        ),
        happened(
            "e-3",
            NotificationType::TeamMembership,
            "Alice Johnson added you to team \"Data\"",
            Notifiable::Team { id: "t-2".parse().expect("an id"), name: line("Data") },
        ),
        happened(
            "e-4",
            NotificationType::Message,
            "Hi",
            Notifiable::Message {
                category: "chat.message".parse().expect("a category"),
                body: Some("1\n2".parse().expect("a body")),
                conversation: Some(line("c-1")),
            },
        ),
        happened(
            "e-5",
            NotificationType::Message,
            "Done",
            Notifiable::Message {
                category: "agent.run_completed".parse().expect("a category"),
                body: None,
                conversation: None,
            },
        ),
    ]
}

#[tokio::test]
async fn a_notification_of_each_kind_is_shown_whole_and_the_newest_comes_first() {
    let api = Api::start().await;
    know(&api, "4", "Alice", Some("https://images.example/alice.jpg")).await;
    let mut newest_first = Vec::new();
    for happened in of_each_kind() {
        api.clock.advance(1);
        newest_first.insert(0, happened.put(&api).await.as_u64());
    }
    let about = [
        json!({
            "type": "message",
            "category": "agent.run_completed",
            "body": null,
            "conversation": null,
        }),
        json!({
            "type": "message",
            "category": "chat.message",
            "body": "1\n2",
            "conversation": "c-1",
        }),
        json!({ "type": "team", "id": "t-2", "name": "Data" }),
        json!({ "type": "project", "id": 3, "name": "Mobile App" }),
        json!({
            "type": "issue",
            "id": 42,
            "key": "KD-0042",
            "title": "Add pagination",
            "project_id": 1,
        }),
    ];
    let types = [8, 8, 6, 5, 1];
    let messages = [
        "Done",
        "Hi",
        "Alice Johnson added you to team \"Data\"",
        "Alice Johnson added you to project \"Mobile App\"",
        "Alice Johnson assigned \"Add pagination\" to you",
    ];
    let expected = (0..5).map(|place| {
        json!({
            "id": newest_first[place],
            "type": types[place],
            "message": messages[place],
            "read_at": null,
            "created_at": format!("2026-03-13T14:00:0{}.000000Z", 5 - place),
            "actor": {
                "id": 4,
                "first_name": "Alice",
                "last_name": "Johnson",
                "profile_picture": "https://images.example/alice.jpg",
            },
            "notifiable": about[place],
        })
    });
    let expected = Value::Array(expected.collect());
    assert_eq!(owner(&api).get(INBOX).await.seen(), (200, expected));
}

#[tokio::test]
async fn an_empty_inbox_is_an_empty_array() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").get(INBOX).await;
    assert_eq!(answer.seen(), (200, json!([])));
    assert_eq!((answer.header("x-unread-count"), answer.header("link")), ("0", ""));
}

#[tokio::test]
async fn what_was_accepted_later_comes_first_whenever_it_was_dispatched() {
    let api = Api::start().await;
    let mut expected = Vec::new();
    for (event, seconds) in [("e-1", 60), ("e-2", 3600), ("e-3", 1)] {
        expected.push(assigned(event).accepted_before(seconds).put(&api).await.as_u64());
    }
    expected.sort_unstable();
    expected.reverse();
    let answer = owner(&api).get(INBOX).await;
    assert_eq!(ids(&answer), expected);
    let created_at = answer.json()[2]["created_at"].clone();
    assert_eq!(created_at, "2026-03-13T14:00:00.000000Z", "when the row was written");
}

#[tokio::test]
async fn an_id_that_is_no_number_is_a_string() {
    let api = Api::start().await;
    know(&api, "auth0|4", "Alice", None).await;
    let notifiable = Notifiable::Project {
        id: "007".parse().expect("an id"),
        name: "X".parse().expect("a line"),
    };
    Happened { actor: Some("auth0|4"), notifiable, ..assigned("e-1") }.put(&api).await;
    let shown = owner(&api).get(INBOX).await.json();
    assert_eq!(shown[0]["actor"]["id"], "auth0|4");
    assert_eq!(shown[0]["notifiable"]["id"], "007");
}

#[tokio::test]
async fn nobody_sees_another_inbox() {
    let api = Api::start().await;
    let mine = assigned("e-1").put(&api).await.as_u64();
    assigned("e-1").to("8").put(&api).await;
    Happened { org_unit: "globex", ..assigned("e-1") }.put(&api).await;
    assert_eq!(ids(&owner(&api).get(INBOX).await), [mine]);
    let admin = api.admin("acme").get(INBOX).await;
    assert_eq!(admin.seen(), (200, json!([])), "an admin has an inbox of their own");
}

#[tokio::test]
async fn what_is_past_its_days_is_gone_also_while_it_is_stored() {
    for (days, setup) in [
        (90, Setup::default()),
        (
            1,
            Setup {
                environment: vec![("INBOX_RETENTION_DAYS", "1".to_owned())],
                ..Setup::default()
            },
        ),
    ] {
        let api = Api::start_with(setup).await;
        let old = assigned("e-1").put(&api).await.as_u64();
        api.clock.advance(days * DAY - 1);
        let seen = async |path: &str| {
            let answer = owner(&api).get(path).await;
            (ids(&answer), answer.header("x-unread-count").to_owned())
        };
        for path in [INBOX, "/api/notifications?unread=true"] {
            assert_eq!(seen(path).await, (vec![old], "1".to_owned()), "{days} days");
        }
        api.clock.advance(1);
        for path in [INBOX, "/api/notifications?unread=true"] {
            assert_eq!(seen(path).await, (Vec::new(), "0".to_owned()), "{days} days");
        }
        assert_eq!(api.items().await.len(), 1, "it is stored all the same");
    }
}

#[tokio::test]
async fn what_was_deleted_is_passed_over() {
    let api = Api::start().await;
    let all = fill(&api, 6).await;
    let deleted = these([all[0], all[2], all[5]]);
    assert_eq!(owner(&api).post(DELETE, &deleted).await.status, 204);
    let answer = owner(&api).get(INBOX).await;
    assert_eq!(ids(&answer), [all[1], all[3], all[4]]);
    assert_eq!(answer.header("x-unread-count"), "3");
}

#[tokio::test]
async fn a_row_that_makes_no_sense_is_our_fault() {
    use aws_sdk_dynamodb::types::AttributeValue;
    use local::environment::TABLE;

    let api = Api::start().await;
    assigned("e-1").put(&api).await;
    let item = api.items().await.remove(0);
    let text = |name: &str| AttributeValue::S(item[name].as_str().expect("text").to_owned());
    for (attribute, value) in
        [("type", AttributeValue::N("9".to_owned())), ("message", AttributeValue::Bool(true))]
    {
        let update = api.engine.update_item().table_name(TABLE);
        let update = update.key("pk", text("pk")).key("sk", text("sk"));
        let update =
            update.update_expression("SET #0=:0").expression_attribute_names("#0", attribute);
        update.expression_attribute_values(":0", value).send().await.expect("an update");
        let answer = owner(&api).get(INBOX).await;
        assert_eq!(answer.seen(), (500, json!({ "message": "Server Error" })), "{attribute}");
        let line = api.log.lines().pop().expect("a line");
        assert!(line.contains(r#""error.kind":"store.corrupt","error.code":"inbox""#), "{line}");
    }
}

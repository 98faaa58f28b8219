//! Events of every type: what they name, how they are stored, how they are ordered.

use deserr::errors::JsonError;
use deserr::{IntoValue as _, ValuePointerRef};
use jiff::Timestamp;
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::examples::event;
use super::*;

fn occurrence(event_type: EventType, data: Value) -> Occurrence {
    let read = Occurrence::read::<_, JsonError>;
    read(event_type, data.into_value(), ValuePointerRef::Origin).unwrap()
}

fn stored(event: &Event) -> String {
    serde_json::to_string(event).unwrap()
}

#[test]
fn there_are_18_types_and_each_is_found_by_its_name() {
    let names: HashSet<&str> = EventType::ALL.map(EventType::name).into();
    assert_eq!(names.len(), 18);
    for event_type in EventType::ALL {
        assert_eq!(event_type.name().parse(), Ok(event_type));
        assert_eq!(event(event_type).event_type(), event_type);
    }
    assert_eq!("issue.deleted".parse::<EventType>(), Err(UnknownEventType));
}

#[test]
fn every_type_comes_back_from_the_store_as_it_was() {
    for event_type in EventType::ALL {
        let event = event(event_type);
        let read: Event = serde_json::from_str(&stored(&event)).unwrap();
        assert_eq!(stored(&read), stored(&event), "{event_type}");
        assert_eq!(read, event, "{event_type}");
    }
}

#[test]
fn an_event_is_stored_with_the_names_of_cloud_events() {
    let assigned = serde_json::to_value(event(EventType::IssueAssigned)).unwrap();
    let expected = json!({
        "source": "/tracker",
        "id": "e-41",
        "time": "2026-03-13T14:00:00.250000000Z",
        "type": "issue.assigned",
        "data": {
            "project": {"id": "1", "name": "Kendo"},
            "issue": {"id": "42", "key": "KD-0042", "title": "Add pagination"},
            "actor": "4",
            "assignee": "7",
        },
    });
    assert_eq!(assigned, expected);
}

#[test]
fn what_was_left_out_is_left_out_of_the_store_and_nobody_is_null() {
    let minimal = [
        (
            EventType::Lead(crate::domain::lead_alert::LeadEvent::SurgeFired),
            json!({
                "lead": {"id": 1, "name": "Acme"}, "owner": null, "trigger": {"name": "Hot"},
            }),
        ),
        (
            EventType::MessageSent,
            json!({
                "category": "chat.message", "recipients": [1], "title": "Lunch?",
                "body": "", "actor": null, "conversation": null,
            }),
        ),
        (
            EventType::MemberUpserted,
            json!({
                "org_member_id": 1, "user": 1, "email": "a@b", "first_name": "", "last_name": "",
                "profile_picture": null, "confirmed": false, "zoneinfo": null,
            }),
        ),
    ];
    for (event_type, data) in minimal {
        let event = Event { occurrence: occurrence(event_type, data), ..event(event_type) };
        let stored = serde_json::to_value(&event).unwrap();
        for name in examples::optional(event_type) {
            assert_eq!(stored["data"].get(name), None, "{name}");
        }
        assert_eq!(serde_json::from_value::<Event>(stored).unwrap(), event, "{event_type}");
    }
}

#[test]
fn a_stored_event_that_breaks_a_rule_is_refused() {
    let good = serde_json::to_value(event(EventType::MessageSent)).unwrap();
    assert!(serde_json::from_value::<Event>(good.clone()).is_ok());
    for (pointer, bad) in [
        ("/source", json!("a b")),
        ("/id", json!("")),
        ("/time", json!("1969-12-31T23:59:59Z")),
        ("/type", json!("message.received")),
        ("/data/category", json!("Chat")),
        ("/data/recipients", json!([])),
        ("/data/recipients/0", json!("a#b")),
        ("/data/title", json!("a\nb")),
        ("/data/conversation", json!("")),
    ] {
        let mut event = good.clone();
        *event.pointer_mut(pointer).unwrap() = bad;
        assert!(serde_json::from_value::<Event>(event).is_err(), "{pointer}");
    }
}

#[test]
fn an_event_names_its_actor_and_everyone_else_once() {
    for (event_type, actor, people) in [
        (EventType::ALL[0], None, vec!["auth0|alice"]),
        (EventType::MessageSent, Some("auth0|alice"), vec!["auth0|alice", "bob", "7", "carol"]),
        (EventType::AccountNotice, None, vec!["bob"]),
        (EventType::IssueCreated, Some("4"), vec!["4"]),
        (EventType::IssueAssigned, Some("4"), vec!["4", "7"]),
        (EventType::IssueUnassigned, Some("4"), vec!["4", "7"]),
        (EventType::IssueCommented, Some("4"), vec!["4", "bob", "7"]),
        (EventType::IssueLaneChanged, Some("4"), vec!["4"]),
        (EventType::ProjectCreated, Some("4"), vec!["4", "7"]),
        (EventType::ProjectMemberAdded, Some("4"), vec!["4", "7"]),
        (EventType::ProjectMemberRemoved, Some("4"), vec!["4", "7"]),
        (EventType::TeamMemberAdded, Some("4"), vec!["4", "7"]),
        (EventType::ReportCreated, Some("4"), vec!["4"]),
        (EventType::MemberUpserted, None, vec!["bob"]),
        (EventType::MemberRemoved, None, vec!["bob"]),
    ] {
        let event = event(event_type);
        assert_eq!(event.actor().map(UserId::as_str), actor, "{event_type}");
        let named: Vec<&str> = event.people().map(UserId::as_str).collect();
        assert_eq!(named, people, "{event_type}");
    }
    let data = json!({"project": {"id": 1, "name": "K"}, "actor": 4, "member": "4"});
    let left = Event {
        occurrence: occurrence(EventType::ProjectMemberRemoved, data),
        ..event(EventType::ProjectMemberRemoved)
    };
    assert_eq!(left.people().count(), 1);
}

#[test]
fn debug_output_tells_the_type_and_nothing_that_anyone_wrote() {
    for event_type in EventType::ALL {
        let shown = format!("{:?}", event(event_type));
        for word in ["alice", "bob", "Kendo", "KD", "pagination", "Lunch", "noon", "tracker", "41"]
        {
            assert!(!shown.contains(word), "{word} in {shown}");
        }
    }
}

#[test]
fn a_stamp_that_nobody_here_wrote_is_refused() {
    let stamp = event(EventType::MemberRemoved).stamp();
    assert_eq!(stamp.as_str(), "2026-03-13T14:00:00.250000000Z\te-41\t/tracker");
    assert_eq!(stamp.as_str().parse(), Ok(stamp));
    for text in [
        "",
        "2026-03-13T14:00:00.250000000Z",
        "2026-03-13T14:00:00.250000000Z\te-41",
        "2026-03-13T14:00:00.250000000Z\t\t/tracker",
        "2026-03-13T14:00:00.250000000Z\te-41\t/tracker\t",
        "2026-03-13T14:00:00.25Z\te-41\t/tracker",
        "2026-03-13T15:00:00.250000000+01:00\te-41\t/tracker",
    ] {
        assert_eq!(text.parse::<Stamp>(), Err(InvalidStamp), "{text:?}");
    }
}

/// Few letters, so that equal beginnings are common; among them the lowest and some of two bytes.
fn stamped() -> impl Strategy<Value = (Timestamp, String, String)> {
    let nanoseconds = prop_oneof![0..3_i128, 0..253_402_000_000_000_000_000_i128];
    let time = nanoseconds.prop_map(|ns| Timestamp::from_nanosecond(ns).unwrap());
    (time, "[ -!a-b~é-ê]{1,4}", "[!/a~]{1,4}")
}

proptest! {
    #[test]
    fn stamps_order_by_time_then_id_then_source_and_so_do_their_texts(
        one in stamped(), other in stamped(),
    ) {
        let stamp = |(time, id, source): &(Timestamp, String, String)| {
            let time = EventTime::new(*time).unwrap();
            Stamp::new(time, &id.parse().unwrap(), &source.parse().unwrap())
        };
        let (left, right) = (stamp(&one), stamp(&other));
        prop_assert_eq!(left.cmp(&right), one.cmp(&other));
        prop_assert_eq!(left.as_str().as_bytes().cmp(right.as_str().as_bytes()), one.cmp(&other));
        prop_assert_eq!(left.as_str().parse(), Ok(left));
    }

    #[test]
    fn a_score_comes_back_from_the_store_to_the_last_bit(bits: u64) {
        let Some(score) = Score::new(f64::from_bits(bits)) else { return Ok(()) };
        let stored = serde_json::to_string(&score).unwrap();
        let read: Score = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(read.get().to_bits(), bits);
    }

    #[test]
    fn any_message_comes_back_from_the_store_as_it_was(
        title in "\\PC{1,300}", body in proptest::option::of("(?s).{1,400}"),
        people in proptest::collection::vec("[A-Za-z0-9._:@|-]{1,8}", 1..9),
    ) {
        prop_assume!(title.parse::<crate::domain::text::Line>().is_ok());
        let data = json!({
            "category": "chat.message", "recipients": people, "title": title, "body": body,
        });
        let event = Event {
            occurrence: occurrence(EventType::MessageSent, data),
            ..event(EventType::MessageSent)
        };
        prop_assert_eq!(serde_json::from_str::<Event>(&stored(&event)).unwrap(), event);
    }
}

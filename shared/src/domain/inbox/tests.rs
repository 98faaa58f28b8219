//! Ids, types, retention, and how what a notification is about is stored.

use std::collections::BTreeSet;

use serde_json::json;

use super::*;

fn at(instant: &str) -> Timestamp {
    instant.parse().unwrap()
}

#[test]
fn an_id_is_when_the_event_was_accepted_and_a_few_bits() {
    let id = NotificationId::new(at("2020-01-01T00:00:00.001Z"), 5);
    assert_eq!(id.as_u64(), 4096 + 5);
    assert_eq!(NotificationId::new(at("2020-01-01T00:00:00.001999Z"), 5), id);
    assert_eq!(NotificationId::new(at("2020-01-01T00:00:00.001Z"), 4096 + 5), id);
    assert_eq!(NotificationId::new(at("2026-03-13T14:00:00Z"), 0).as_u64(), 801_069_465_600_000);
}

#[test]
fn ids_sort_as_their_events_were_accepted() {
    let last = NotificationId::new(at("2026-03-13T14:00:00.000Z"), 4095);
    let first = NotificationId::first_accepted_at(at("2026-03-13T14:00:00.001Z"));
    assert_eq!(last.next(), Some(first));
    assert_eq!(first.previous(), Some(last));
    assert!(last < first);
}

#[test]
fn ids_end_where_json_readers_do() {
    for (instant, number) in [
        ("1969-12-31T23:59:59Z", 0),
        ("2020-01-01T00:00:00Z", 0),
        ("2089-09-06T15:47:35.551Z", (1 << 53) - 4096),
        ("2089-09-06T15:47:35.552Z", (1 << 53) - 4096),
        ("9999-12-30T22:00:00Z", (1 << 53) - 4096),
    ] {
        assert_eq!(NotificationId::new(at(instant), 0).as_u64(), number, "{instant}");
    }
    assert_eq!(NotificationId::from_number((1 << 53) - 1), Some(NotificationId::LAST));
    assert_eq!(NotificationId::from_number(1 << 53), None);
    assert_eq!(NotificationId::LAST.next(), None);
    assert_eq!(NotificationId::from_number(0).and_then(NotificationId::previous), None);
}

#[test]
fn a_type_is_stored_by_its_number() {
    for (number, known) in (1..).zip(NotificationType::ALL) {
        assert_eq!(known.number(), number);
        assert_eq!(NotificationType::from_number(number), Some(known));
    }
    assert_eq!(NotificationType::from_number(0), None);
    assert_eq!(NotificationType::from_number(9), None);
}

#[test]
fn what_a_notification_is_about_comes_back_from_the_store_as_it_was() {
    for stored in [
        json!({ "type": "issue", "id": "42", "key": "KD-0042", "title": "A", "project": "1" }),
        json!({ "type": "project", "id": "3", "name": "Mobile App" }),
        json!({ "type": "team", "id": "2", "name": "Data" }),
        json!({ "type": "message", "category": "chat.message" }),
        json!({ "type": "message", "category": "a.b", "body": "1\n2", "conversation": "c-1" }),
    ] {
        let read: Notifiable = serde_json::from_value(stored.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), stored);
    }
}

#[test]
fn what_was_accepted_as_long_ago_as_the_retention_is_gone() {
    let retention: InboxRetention = "1".parse().unwrap();
    let accepted_at = at("2026-03-13T14:00:00.5Z");
    assert_eq!(retention.expiry(accepted_at), at("2026-03-14T14:00:00.5Z"));
    let id = NotificationId::new(accepted_at, 0);
    assert!(id >= retention.cut_off(at("2026-03-14T14:00:00.499Z")));
    assert!(id < retention.cut_off(retention.expiry(accepted_at)));
    assert_eq!(retention.cut_off(at("2020-01-01T12:00:00Z")).as_u64(), 0);
}

#[test]
fn the_retention_is_a_number_of_days() {
    assert_eq!("90".parse(), Ok(InboxRetention::default()));
    for good in ["1", "3650"] {
        assert!(good.parse::<InboxRetention>().is_ok(), "{good}");
    }
    for bad in ["", "0", "-1", "3651", "1.5", "90 days", "1e3"] {
        assert_eq!(bad.parse::<InboxRetention>(), Err(InvalidInboxRetention), "{bad}");
    }
}

#[test]
fn a_page_holds_up_to_a_hundred() {
    assert_eq!("100".parse(), Ok(PageLimit::default()));
    assert_eq!("1".parse::<PageLimit>().map(PageLimit::as_u8), Ok(1));
    for bad in ["", "0", "101", "-1", "+1", "01", " 1", "1.0", "1e1", "1,1", "300", "ten"] {
        assert_eq!(bad.parse::<PageLimit>(), Err(InvalidPageLimit), "{bad}");
    }
}

#[test]
fn what_is_unread_is_counted_to_a_hundred() {
    assert_eq!(UnreadCount::of(0), UnreadCount::Exactly(0));
    assert_eq!(UnreadCount::of(100), UnreadCount::Exactly(100));
    for more in [101, 255, 256, 1000] {
        assert_eq!(UnreadCount::of(more), UnreadCount::More);
    }
}

#[test]
fn what_is_picked_keeps_its_places_and_repeats_are_folded() {
    let id = NotificationId::from_number;
    let picked = Selection::new(vec![id(9), None, id(3), id(9), id(5)]).unwrap();
    let there = picked.since(id(5).unwrap());
    assert_eq!(there.iter().map(|id| id.as_u64()).collect::<Vec<_>>(), [5, 9]);
    assert_eq!(picked.places_outside(&there), [1, 2]);
    assert_eq!(picked.places_outside(&BTreeSet::from([id(3).unwrap()])), [0, 1, 3, 4]);
    for (number, is_good) in [(0, false), (1, true), (100, true), (101, false)] {
        assert_eq!(Selection::new(vec![id(1); number]).is_ok(), is_good, "{number}");
    }
}

#[test]
fn debug_output_says_nothing_of_people() {
    let actor = Actor {
        id: UserId::parse("4").unwrap(),
        first_name: "Alice".to_owned(),
        last_name: "Johnson".to_owned(),
        profile_picture: None,
    };
    let notifiable = Notifiable::Team { id: "2".parse().unwrap(), name: "Data".parse().unwrap() };
    let new = NewNotification {
        notification_type: NotificationType::TeamMembership,
        message: "Alice added you".to_owned(),
        actor: Some(actor.id.clone()),
        notifiable: notifiable.clone(),
    };
    let notification = Notification {
        id: NotificationId::LAST,
        notification_type: new.notification_type,
        message: new.message.clone(),
        read_at: None,
        created_at: at("2026-03-13T14:00:00Z"),
        actor: Some(actor.clone()),
        notifiable,
    };
    let shown = format!("{new:?} {notification:?} {actor:?}");
    assert!(!shown.contains("Alice") && !shown.contains("Data"), "{shown}");
}

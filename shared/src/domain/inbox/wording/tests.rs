//! What is said of each event, to each whom it concerns.

use crate::domain::decision::{Channel, Concern, MembershipRecord, Standing, named_recipients};
use crate::domain::event::EventType;
use crate::domain::event::examples;
use crate::domain::id::UserId;

use super::*;

/// How someone stands who watches, and is in the project.
fn in_it(event: &Event) -> Standing {
    let membership = MembershipRecord { is_member: true, stamp: event.stamp() };
    Standing { membership: Some(membership), is_watching: true }
}

fn actor(first_name: &str, last_name: &str) -> Actor {
    let (first_name, last_name) = (first_name.to_owned(), last_name.to_owned());
    Actor { id: UserId::parse("4").unwrap(), first_name, last_name, profile_picture: None }
}

#[test]
fn who_has_no_name_is_called_by_none_and_who_has_one_by_that() {
    for (first_name, last_name, name) in [
        ("Alice", "Johnson", Some("Alice Johnson")),
        ("Alice", "", Some("Alice")),
        ("", " Johnson ", Some("Johnson")),
        (" ", "", None),
        ("\u{feff}", "\u{200b} ", None),
    ] {
        assert_eq!(actor(first_name, last_name).name().as_deref(), name);
    }
}

#[test]
fn whoever_an_event_concerns_in_the_product_is_told_so() {
    for event_type in EventType::ALL {
        let event = examples::event(event_type);
        let is_offered = Channel::InApp.is_offered_to(event_type);
        let watcher = UserId::parse("watcher").unwrap();
        let people = named_recipients(&event).into_iter().chain([&watcher]);
        for user in people {
            let Ok(concern) = Concern::of(&event, user, &in_it(&event)) else { continue };
            let said = NewNotification::about(&event, concern, None);
            assert_eq!(said.is_some(), is_offered, "{event_type}");
        }
    }
}

#[test]
fn who_watches_is_told_in_these_words() {
    let alice = actor("Alice", "Johnson");
    for (event_type, concern, number, text) in [
        (
            EventType::IssueCommented,
            Concern::Comment,
            2,
            "Alice Johnson commented on \"Add pagination\"",
        ),
        (
            EventType::IssueLaneChanged,
            Concern::LaneChange,
            3,
            "Alice Johnson moved \"Add pagination\" to Done",
        ),
        (
            EventType::ReportCreated,
            Concern::Report,
            7,
            "Alice Johnson created report \"March\" in project \"Kendo\"",
        ),
    ] {
        let event = examples::event(event_type);
        let said = NewNotification::about(&event, concern, Some(&alice)).unwrap();
        assert_eq!((said.notification_type.number(), said.message.as_str()), (number, text));
        assert_eq!(said.actor.as_ref(), event.actor());
    }
}

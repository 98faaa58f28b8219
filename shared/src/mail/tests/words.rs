//! What is said of each event, to each whom it concerns.

use pretty_assertions::assert_eq;

use super::*;
use crate::domain::decision::{Channel, named_recipients};

/// What is said of an example: subject, and the plain text without what is under each email.
fn said(event_type: EventType, user: &str) -> (String, String, String) {
    let read = composed(&examples::event(event_type), user, Some(LINK));
    let footer = format!("\r\nUnsubscribe: {LINK}");
    let text = read.text.strip_suffix(&footer).unwrap();
    let (text, why) = text.rsplit_once("\r\n\r\n").unwrap();
    let subject = read.header("Subject").unwrap().to_owned();
    (subject, text.replace("\r\n", "\n"), why.to_owned())
}

#[test]
fn each_event_is_told_in_these_words() {
    for (event_type, user, subject, text, why) in [
        (
            EventType::IssueAssigned,
            "7",
            "Alice Johnson assigned \"Add pagination\" to you",
            "Alice Johnson assigned \"Add pagination\" to you\n\nKD-0042, Kendo",
            "You get this because the issue was given to you, or taken from you.",
        ),
        (
            EventType::IssueUnassigned,
            "7",
            "Alice Johnson unassigned you from \"Add pagination\"",
            "Alice Johnson unassigned you from \"Add pagination\"\n\nKD-0042, Kendo",
            "You get this because the issue was given to you, or taken from you.",
        ),
        (
            EventType::IssueCommented,
            "bob",
            "Alice Johnson mentioned you in \"Add pagination\"",
            "Alice Johnson mentioned you in \"Add pagination\"\n\nNice, @bob\n\nKD-0042, Kendo",
            "You get this because a comment mentions you.",
        ),
        (
            EventType::IssueCommented,
            "watcher",
            "Alice Johnson commented on \"Add pagination\"",
            "Alice Johnson commented on \"Add pagination\"\n\nNice, @bob\n\nKD-0042, Kendo",
            "You get this because you watch this issue.",
        ),
        (
            EventType::MessageSent,
            "bob",
            "Lunch?",
            "At noon,\nas always.",
            "You get this because you chose email for chat.message.",
        ),
        (
            EventType::AccountNotice,
            "bob",
            "Your receipt",
            "Thank you.\n",
            "You get this because your account is set to send you such emails.",
        ),
    ] {
        let expected = (subject.to_owned(), text.to_owned(), why.to_owned());
        assert_eq!(said(event_type, user), expected, "{event_type}");
    }
}

#[test]
fn what_moved_and_what_is_new_is_said_below_the_sentence() {
    let (subject, text, _) = said(EventType::IssueLaneChanged, "watcher");
    assert!(text.starts_with(&format!("{subject}\n\n")) && text.contains(" → "), "{text}");
    let (subject, text, _) = said(EventType::ReportCreated, "watcher");
    let title = text.strip_prefix(&format!("{subject}\n\n")).unwrap();
    assert!(!title.is_empty() && subject.contains(title), "{text}");
}

#[test]
fn whatever_is_offered_by_email_can_be_composed_and_nothing_else() {
    for event_type in EventType::ALL {
        let event = examples::event(event_type);
        let watcher = UserId::parse("watcher").unwrap();
        let people = named_recipients(&event).into_iter().chain([&watcher]);
        for user in people {
            let Some(concern) = concern(&event, user.as_str()) else { continue };
            let draft = Draft {
                event: &event,
                concern,
                actor: None,
                from: &"mail@acme.example".parse().unwrap(),
                to: &"bob@example.com".parse().unwrap(),
                unsubscribe: None,
                reason: "mandatory",
                message_id: "a@b",
                sent_at: Timestamp::UNIX_EPOCH,
            };
            let composed = compose(&draft).map(drop);
            let expected = if Channel::Email.is_offered_to(event_type) {
                Ok(())
            } else {
                Err(Uncomposable::NotOffered)
            };
            assert_eq!(composed, expected, "{event_type}");
        }
    }
}

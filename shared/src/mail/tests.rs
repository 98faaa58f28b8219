//! What an email holds, as someone else's parser reads it.

mod digests;
mod laws;
mod words;

use mailparse::ParsedMail;
use pretty_assertions::assert_eq;

use super::*;
use crate::domain::decision::{MembershipRecord, Standing};
use crate::domain::event::{EventType, examples};
use crate::domain::id::UserId;

const LINK: &str = "https://api.example/unsubscribe/v1.token_of-many.characters";

/// What was composed, read back.
struct Read {
    headers: Vec<(String, String)>,
    text: String,
    html: String,
}

impl Read {
    fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(header, _)| header == name);
        let (_, value) = named.next()?;
        assert!(named.next().is_none(), "{name} comes twice");
        Some(value)
    }
}

fn read(message: &[u8]) -> Read {
    let wire = std::str::from_utf8(message).unwrap();
    assert!(wire.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n', '\0'])));
    let mail = mailparse::parse_mail(message).unwrap();
    assert_eq!(mail.ctype.mimetype, "multipart/alternative");
    let [text, html] = &mail.subparts[..] else { panic!("{} parts", mail.subparts.len()) };
    let body = |part: &ParsedMail<'_>, media_type: &str| {
        assert_eq!((&*part.ctype.mimetype, &*part.ctype.charset), (media_type, "utf-8"));
        part.get_body().unwrap()
    };
    Read {
        headers: mail.headers.iter().map(|header| (header.get_key(), header.get_value())).collect(),
        text: body(text, "text/plain"),
        html: body(html, "text/html"),
    }
}

fn concern<'a>(event: &'a Event, user: &str) -> Option<Concern<'a>> {
    let membership = Some(MembershipRecord { is_member: true, stamp: event.stamp() });
    let standing = Standing { membership, is_watching: true };
    Concern::of(event, &UserId::parse(user).unwrap(), &standing).ok()
}

fn alice() -> Actor {
    Actor {
        id: UserId::parse("4").unwrap(),
        first_name: "Alice".to_owned(),
        last_name: "Johnson".to_owned(),
        profile_picture: None,
    }
}

/// A draft of what the event means to that person.
fn composed(event: &Event, user: &str, unsubscribe: Option<&str>) -> Read {
    let alice = alice();
    let draft = Draft {
        event,
        concern: concern(event, user).unwrap(),
        actor: Some(&alice),
        from: &"Acme, Größe & Co <mail@acme.example>".parse().unwrap(),
        to: &"bob@example.com".parse().unwrap(),
        unsubscribe,
        reason: "activity.notify_mentions",
        message_id: "0123abc@acme.example",
        sent_at: "2026-03-03T04:05:06.7Z".parse().unwrap(),
    };
    let message = compose(&draft).unwrap();
    assert_eq!(message, compose(&draft).unwrap(), "the same draft gives the same bytes");
    read(&message)
}

#[test]
fn the_headers_are_these_and_no_others() {
    let event = examples::event(EventType::IssueCommented);
    let expected = [
        ("From", "Acme, Größe & Co <mail@acme.example>"),
        ("To", "<bob@example.com>"),
        ("Subject", "Alice Johnson mentioned you in \"Add pagination\""),
        ("Date", "Tue, 3 Mar 2026 04:05:06 +0000"),
        ("Message-ID", "<0123abc@acme.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Notification-Reason", "activity.notify_mentions"),
        ("List-Unsubscribe", &format!("<{LINK}>")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "multipart/alternative; boundary=\"=_part_1\""),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(composed(&event, "bob", Some(LINK)).headers, expected);
}

#[test]
fn what_nobody_can_turn_off_has_no_link() {
    let event = examples::event(EventType::AccountNotice);
    let read = composed(&event, "bob", None);
    for name in ["List-Unsubscribe", "List-Unsubscribe-Post"] {
        assert_eq!(read.header(name), None);
    }
    assert!(!read.text.contains("Unsubscribe") && !read.html.contains("Unsubscribe"));
}

#[test]
fn what_would_break_a_header_is_refused() {
    let event = examples::event(EventType::IssueCommented);
    let draft = |link, reason, message_id| {
        let draft = Draft {
            event: &event,
            concern: Concern::Mention,
            actor: None,
            from: &"mail@acme.example".parse().unwrap(),
            to: &"bob@example.com".parse().unwrap(),
            unsubscribe: Some(link),
            reason,
            message_id,
            sent_at: Timestamp::UNIX_EPOCH,
        };
        compose(&draft).map(drop)
    };
    assert_eq!(draft(LINK, "mandatory", "a@b"), Ok(()));
    let long = "x".repeat(901);
    for bad in ["", " ", "a b", "a\r\nBcc: c", "a>", "<a", "ä", &long] {
        assert_eq!(draft(bad, "r", "a@b"), Err(Uncomposable::Header("List-Unsubscribe")));
        assert_eq!(draft(LINK, bad, "a@b"), Err(Uncomposable::Header("X-Notification-Reason")));
        assert_eq!(draft(LINK, "r", bad), Err(Uncomposable::Header("Message-ID")));
    }
}

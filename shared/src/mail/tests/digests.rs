//! What a digest holds.

use deserr::errors::JsonError;
use deserr::{IntoValue as _, ValuePointerRef};
use jiff::ToSpan as _;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::*;
use crate::domain::digest::Cadence;
use crate::domain::event::Occurrence;
use crate::domain::unsubscribing::EmailSetting;

/// A message that was sent so many minutes after two in the afternoon.
pub(super) fn message(minute: i64, category: &str, title: &str, body: Option<&str>) -> Event {
    let data = json!({
        "category": category, "recipients": ["bob"], "title": title, "body": body.unwrap_or(""),
    });
    let at = ValuePointerRef::Origin;
    let occurrence =
        Occurrence::read::<_, JsonError>(EventType::MessageSent, data.into_value(), at).unwrap();
    let then: Timestamp = "2026-03-13T14:00:00Z".parse().unwrap();
    Event {
        time: (then + minute.minutes()).to_string().parse().unwrap(),
        id: format!("e-{minute}").parse().unwrap(),
        occurrence,
        ..examples::event(EventType::MessageSent)
    }
}

/// What is different about one digest.
pub(super) struct Setup<'a> {
    pub(super) setting: &'a str,
    pub(super) cadence: Cadence,
    pub(super) zone: Option<&'a str>,
    pub(super) unlisted: usize,
    pub(super) actor: Option<&'a Actor>,
}

impl Default for Setup<'_> {
    fn default() -> Self {
        let (setting, cadence) = ("digest", Cadence::Hourly);
        Self { setting, cadence, zone: None, unlisted: 0, actor: None }
    }
}

/// The bytes of a digest about these.
pub(super) fn bytes(
    events: &[&Event],
    Setup { setting, cadence, zone, unlisted, actor }: Setup<'_>,
) -> Result<Vec<u8>, Uncomposable> {
    let items = events.iter().map(|event| DigestItem::of(event, actor).unwrap());
    let zone = zone.map(|zone| zone.parse().unwrap());
    let draft = DigestDraft {
        items: &items.collect::<Vec<_>>(),
        unlisted,
        cadence,
        zone: zone.as_ref(),
        from: &"Acme, Größe & Co <mail@acme.example>".parse().unwrap(),
        to: &"bob@example.com".parse().unwrap(),
        setting: &setting.parse::<EmailSetting>().unwrap(),
        unsubscribe: LINK,
        message_id: "0123abc@acme.example",
        sent_at: "2026-03-13T15:04:05.6Z".parse().unwrap(),
    };
    compose_digest(&draft)
}

pub(super) fn digest(events: &[&Event], setup: Setup<'_>) -> Read {
    read(&bytes(events, setup).unwrap())
}

fn of(events: &[Event], setup: Setup<'_>) -> Read {
    digest(&events.iter().collect::<Vec<_>>(), setup)
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n")
}

#[test]
fn items_are_listed_by_category_the_newest_last_whatever_order_they_came_in() {
    let events = [
        message(30, "order.updated", "Order 7 was sent", None),
        message(20, "chat.message", "Lunch?", Some("At noon,\nas always.")),
        message(40, "chat.message", "Dinner?", None),
        message(10, "chat.mention", "Look at <this>", Some("It is \"fine\" & done.")),
    ];
    let alice = alice();
    let setup = || Setup { actor: Some(&alice), ..Setup::default() };
    let read = of(&events, setup());
    let expected = format!(
        "4 new notifications\n\n\
         chat.mention\n\n  Look at <this>\n  It is \"fine\" & done.\n  \
         Alice Johnson, Fri, 13 Mar 2026, 14:10 UTC\n\n\
         chat.message\n\n  Lunch?\n  At noon, as always.\n  \
         Alice Johnson, Fri, 13 Mar 2026, 14:20 UTC\n\n  \
         Dinner?\n  Alice Johnson, Fri, 13 Mar 2026, 14:40 UTC\n\n\
         order.updated\n\n  Order 7 was sent\n  \
         Alice Johnson, Fri, 13 Mar 2026, 14:30 UTC\n\n\
         You get this because you chose an hourly digest.\nUnsubscribe: {LINK}"
    );
    assert_eq!(lines(&read.text), expected);
    for part in [
        "<title>4 new notifications</title>",
        "<b>Look at &#60;this&#62;</b><br>It is &#34;fine&#34; &#38; done.<br><small>Alice Johnson, Fri,",
        "<b>Dinner?</b><br><small>Alice Johnson, Fri, 13 Mar 2026, 14:40 UTC</small></p>",
        &format!("<a href=\"{LINK}\">Unsubscribe</a>"),
    ] {
        assert!(read.html.contains(part), "{part} in {}", read.html);
    }
    let mut reversed: Vec<&Event> = events.iter().collect();
    reversed.reverse();
    let in_order = bytes(&events.iter().collect::<Vec<_>>(), setup());
    assert_eq!(bytes(&reversed, setup()), in_order, "the same draft gives the same bytes");
}

#[test]
fn the_headers_are_those_of_any_email() {
    let expected = [
        ("From", "Acme, Größe & Co <mail@acme.example>"),
        ("To", "<bob@example.com>"),
        ("Subject", "1 new notification"),
        ("Date", "Fri, 13 Mar 2026 15:04:05 +0000"),
        ("Message-ID", "<0123abc@acme.example>"),
        ("Auto-Submitted", "auto-generated"),
        ("X-Notification-Reason", "channel.*.email_enabled"),
        ("List-Unsubscribe", &format!("<{LINK}>")),
        ("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        ("MIME-Version", "1.0"),
        ("Content-Type", "multipart/alternative; boundary=\"=_part_1\""),
    ];
    let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let setup = Setup { setting: "channel.*.email_enabled", ..Setup::default() };
    assert_eq!(of(&[message(0, "chat.message", "Lunch?", None)], setup).headers, expected);
}

#[test]
fn it_says_what_the_person_chose() {
    for (setting, cadence, why) in [
        ("digest", Cadence::Hourly, "an hourly digest."),
        ("digest", Cadence::Daily, "a daily digest."),
        (
            "channel.*.email_enabled",
            Cadence::Daily,
            "a daily digest of everything that has no setting of its own.",
        ),
        (
            "channel.chat.message.email_enabled",
            Cadence::Hourly,
            "an hourly digest of chat.message.",
        ),
    ] {
        let setup = Setup { setting, cadence, ..Setup::default() };
        let read = of(&[message(0, "chat.message", "Lunch?", None)], setup);
        let why = format!("You get this because you chose {why}");
        assert!(read.text.contains(&why) && read.html.contains(&why), "{}", read.text);
        assert_eq!(read.header("X-Notification-Reason"), Some(setting));
    }
}

#[test]
fn times_are_those_of_where_the_person_lives() {
    for (zone, time) in [
        (None, "Fri, 13 Mar 2026, 14:00 UTC"),
        (Some("Europe/Amsterdam"), "Fri, 13 Mar 2026, 15:00 CET"),
        (Some("Asia/Tokyo"), "Fri, 13 Mar 2026, 23:00 JST"),
        (Some("Middle/Earth"), "Fri, 13 Mar 2026, 14:00 UTC"),
    ] {
        let setup = Setup { zone, ..Setup::default() };
        let read = of(&[message(0, "chat.message", "Lunch?", None)], setup);
        assert!(lines(&read.text).contains(&format!("  Lunch?\n  {time}\n")), "{}", read.text);
    }
}

#[test]
fn the_newest_hundred_are_listed_and_the_others_counted() {
    let events: Vec<Event> = (0..103)
        .map(|minute| message(minute, "chat.message", &format!("#{minute}."), None))
        .collect();
    for (count, unlisted, subject, more) in [
        (100, 0, "100 new notifications", None),
        (101, 0, "101 new notifications", Some("and 1 more")),
        (103, 0, "103 new notifications", Some("and 3 more")),
        (103, 20, "123 new notifications", Some("and 23 more")),
        (1, 1, "2 new notifications", Some("and 1 more")),
    ] {
        let read = of(&events[..count], Setup { unlisted, ..Setup::default() });
        assert_eq!(read.header("Subject"), Some(subject));
        let text = lines(&read.text);
        let listed: Vec<&str> = text.lines().filter(|line| line.starts_with("  #")).collect();
        let expected = (count.saturating_sub(100)..count).map(|minute| format!("  #{minute}."));
        assert_eq!(listed, expected.collect::<Vec<_>>());
        let footer = "\n\nYou get this because";
        match more {
            Some(more) => {
                assert!(text.contains(&format!("UTC\n\n{more}{footer}")), "{text}");
                assert!(read.html.contains(&format!(">{more}</p>")), "{}", read.html);
            }
            None => assert!(text.contains(&format!("UTC{footer}")), "{text}"),
        }
    }
}

#[test]
fn what_is_too_long_is_cut_and_says_so() {
    let (title, body) = ("t".repeat(300), "word ".repeat(800));
    let actor = Actor { first_name: "n".repeat(300), ..alice() };
    let setup = Setup { actor: Some(&actor), ..Setup::default() };
    let read = of(&[message(0, "chat.message", &title, Some(&body))], setup);
    let expected = format!(
        "  {}…\n  {}…\n  {}…, Fri,",
        "t".repeat(150),
        "word ".repeat(60).trim_end(),
        "n".repeat(60)
    );
    assert!(lines(&read.text).contains(&expected), "{}", read.text);
}

#[test]
fn a_digest_of_nothing_is_none_and_only_messages_are_in_one() {
    assert_eq!(bytes(&[], Setup::default()), Err(Uncomposable::Empty));
    for event_type in EventType::ALL {
        let event = examples::event(event_type);
        let is_item = DigestItem::of(&event, None).is_some();
        assert_eq!(is_item, event_type == EventType::MessageSent, "{event_type}");
    }
}

#[test]
fn the_largest_digest_is_below_300_kib_and_still_lists_all() {
    // Four bytes each; what is five times as long in HTML; what is longest as a part of a message.
    for character in ["😀", "&", "\u{1}", "=", "ö="] {
        let title = character.replace('\u{1}', "\u{fffd}").repeat(300 / character.chars().count());
        let body = character.repeat(4_000 / character.chars().count());
        let actor = Actor { first_name: title.clone(), ..alice() };
        let events: Vec<Event> = (0..100)
            .map(|minute| {
                let category = format!("{minute:02}{}", "c".repeat(62));
                message(minute, &category, &title, Some(&body))
            })
            .collect();
        let setup = || Setup { actor: Some(&actor), ..Setup::default() };
        let bytes = bytes(&events.iter().collect::<Vec<_>>(), setup()).unwrap();
        assert!(bytes.len() <= 300 * 1024, "{character}: {}", bytes.len());
        let read = of(&events, setup());
        assert_eq!(read.html.matches("<b>").count(), 100);
    }
}

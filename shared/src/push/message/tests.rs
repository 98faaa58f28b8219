//! What a browser is told, whatever people write.

use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::deliver::push::Topic;
use crate::domain::event::Recipients;
use crate::domain::text::Line;

const DIGEST: &str = "twwUUBLxXFsKJucHuQ7pxkCj6dFRHvhjDuCRHhsmk0I";

fn event(category: &str, title: &str, body: Option<&str>, conversation: Option<&str>) -> Event {
    named("/chat", "e-1", category, title, body, conversation)
}

fn named(
    source: &str,
    id: &str,
    category: &str,
    title: &str,
    body: Option<&str>,
    conversation: Option<&str>,
) -> Event {
    Event {
        source: source.parse().unwrap(),
        id: id.parse().unwrap(),
        time: "2026-03-13T14:00:00Z".parse().unwrap(),
        occurrence: Occurrence::MessageSent(MessageSent {
            category: category.parse().unwrap(),
            recipients: serde_json::from_value::<Recipients>(json!(["7"])).unwrap(),
            title: title.parse().unwrap(),
            body: body.map(|body| body.parse().unwrap()),
            actor: None,
            conversation: conversation.map(|conversation| conversation.parse().unwrap()),
        }),
    }
}

fn told(event: &Event) -> Value {
    serde_json::from_slice(&notice(event, DIGEST).unwrap().payload).unwrap()
}

#[test]
fn a_browser_is_told_what_the_message_says_and_which_event_it_is() {
    let event = event("chat.message", "Lunch?", Some("At noon."), Some("c-9"));
    assert_eq!(
        told(&event),
        json!({
            "title": "Lunch?", "body": "At noon.", "category": "chat.message",
            "conversation": "c-9", "event": { "source": "/chat", "id": "e-1" },
        })
    );
}

#[test]
fn what_a_message_does_not_say_is_left_out() {
    let event = event("chat.added", "Lunch?", None, None);
    assert_eq!(
        told(&event),
        json!({
            "title": "Lunch?", "category": "chat.added",
            "event": { "source": "/chat", "id": "e-1" },
        })
    );
}

#[test]
fn a_mention_wakes_a_device_that_is_low_and_nothing_else_does() {
    for (category, urgency) in [
        ("chat.mention", Urgency::High),
        ("chat.message", Urgency::Normal),
        ("system.broadcast", Urgency::Normal),
    ] {
        let notice = notice(&event(category, "Lunch?", None, None), DIGEST).unwrap();
        assert_eq!((notice.urgency, notice.ttl), (urgency, 86_400));
    }
}

#[test]
fn a_copy_takes_the_place_of_the_first_and_no_other_message() {
    let topic = notice(&event("chat.message", "Lunch?", None, None), DIGEST).unwrap().topic;
    assert_eq!(topic.as_ref().map(Topic::as_str), Some("twwUUBLxXFsKJucHuQ7pxkCj6dFRHvhj"));
}

#[test]
fn a_text_that_fits_is_whole_and_one_byte_more_is_cut() {
    let around = notice(&event("chat.message", "a", Some("b"), None), DIGEST).unwrap();
    let room = LARGEST_PAYLOAD - around.payload.len() + 1;
    let fits = "x".repeat(room);
    assert_eq!(told(&event("chat.message", "a", Some(&fits), None))["body"], fits);
    let cut = told(&event("chat.message", "a", Some(&format!("{fits}x")), None));
    assert_eq!(cut["body"], format!("{}…", "x".repeat(room - 3)));
}

#[test]
fn all_but_the_body_fits_at_its_longest() {
    for widest in ["😀", "\\", "\u{202e}"] {
        // Something of it has to show.
        let line = format!("{}a", widest.repeat(299));
        let id = widest.repeat(256);
        let source = format!("/{}", "a".repeat(255));
        let body = "z".repeat(4_000);
        let category = "c".repeat(64);
        let event = named(&source, &id, &category, &line, Some(&body), Some(&line));
        let payload = notice(&event, DIGEST).unwrap().payload;
        assert!(payload.len() <= LARGEST_PAYLOAD, "{} of {widest}", payload.len());
    }
}

/// Characters of every length in JSON.
fn text(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    let piece = prop_oneof![prop::sample::select(pieces).prop_map(str::to_owned), "[ -~]"];
    (vec(piece, 1..40), 1..400_usize)
        .prop_map(move |(pieces, times)| pieces.concat().repeat(times).chars().take(most).collect())
}

const OF_A_LINE: &[&str] = &["\"", "\\", "😀", "é", "a", "\u{202e}"];
const OF_A_BODY: &[&str] = &["\"", "\\", "😀", "é", "\n", "\r\n", "\0", "\u{1b}", "\t"];

proptest! {
    #[test]
    fn whatever_is_written_fits_and_is_its_own_beginning(
        body in text(OF_A_BODY, 4_000),
        title in text(OF_A_LINE, 300),
    ) {
        prop_assume!(title.parse::<Line>().is_ok());
        let event = event("chat.message", &title, Some(&body), None);
        let payload = notice(&event, DIGEST).unwrap().payload;
        prop_assert!(payload.len() <= LARGEST_PAYLOAD);
        let told: Value = serde_json::from_slice(&payload).unwrap();
        prop_assert_eq!(&told["title"], &legible(&title));
        let (shown, whole) = (told["body"].as_str().unwrap(), legible(&body));
        if shown != whole {
            prop_assert!(whole.starts_with(shown.strip_suffix('…').unwrap()));
            // Nothing is cut that had room.
            prop_assert!(payload.len() > LARGEST_PAYLOAD - 6);
        }
    }
}

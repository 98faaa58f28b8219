//! Whatever people write, the headers stay ours, the text stays theirs, and the HTML stays text.

mod digests;

use deserr::errors::JsonError;
use deserr::{IntoValue as _, ValuePointerRef};
use pretty_assertions::assert_eq;
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::domain::event::Occurrence;

/// Pieces that break something somewhere, among others.
fn pieces(extra: &'static [&'static str]) -> impl Strategy<Value = String> {
    let plain = ["a", "word ", "ö", "😀", "=?utf-8?Q?x?=", "=?", "?=", "\"", "\\", "<script>", "&"];
    let odd = ["<b x='y'>", "&lt;", " ", "  ", ",;:@()", "=_part_1", "--=_part_1--", "=3D", "_"];
    let mut all: Vec<&'static str> = plain.into_iter().chain(odd).collect();
    all.extend(extra);
    let piece = prop_oneof![
        8 => prop::sample::select(all).prop_map(str::to_owned),
        2 => "\\PC{1,4}",
        1 => "[a-z]{60,120}",
    ];
    vec(piece, 1..12).prop_map(|pieces| pieces.concat())
}

/// A title: one line that is not all spaces.
fn line() -> impl Strategy<Value = String> {
    pieces(&[]).prop_filter_map("a line", |text| {
        let line: String = text.chars().take(300).collect();
        line.parse::<crate::domain::text::Line>().ok().map(|_| line)
    })
}

fn body() -> impl Strategy<Value = String> {
    pieces(&[
        "\r\n.\r\n",
        "\n",
        "\r",
        "\r\n",
        "\n\n",
        "\t",
        " \n",
        "\0",
        "\u{1b}",
        "\u{85}",
        "\nFrom ",
    ])
}

/// As `compose` says: line breaks of the wire, and no other control character but the tab.
fn as_promised(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let shown = |c: char| if c.is_control() && !"\n\t".contains(c) { '\u{fffd}' } else { c };
    text.chars().map(shown).collect::<String>().replace('\n', "\r\n")
}

fn event(event_type: EventType, data: serde_json::Value) -> Event {
    let data = data.into_value();
    let occurrence =
        Occurrence::read::<_, JsonError>(event_type, data, ValuePointerRef::Origin).unwrap();
    Event { occurrence, ..examples::event(event_type) }
}

fn notice(subject: &str, text: &str) -> Event {
    let data = json!({
        "toggle": "billing_receipts", "recipients": ["bob"], "subject": subject, "text": text,
    });
    event(EventType::AccountNotice, data)
}

fn comment(title: &str, text: &str) -> Event {
    let data = json!({
        "project": {"id": 1, "name": title},
        "issue": {"id": 42, "key": "KD-0042", "title": title},
        "actor": 4,
        "comment": {"id": 5, "text": text},
        "mentions": ["bob"],
    });
    event(EventType::IssueCommented, data)
}

fn names(read: &Read) -> Vec<&str> {
    read.headers.iter().map(|(name, _)| name.as_str()).collect()
}

fn tags(html: &str) -> usize {
    html.replace("<br>", "").matches('<').count()
}

proptest! {
    #[test]
    fn a_notice_arrives_as_it_was_written(subject in line(), text in body()) {
        let read = composed(&notice(&subject, &text), "bob", Some(LINK));
        let innocent = composed(&notice("a", "b"), "bob", Some(LINK));
        prop_assert_eq!(names(&read), names(&innocent));
        prop_assert_eq!(read.header("Subject"), Some(&*subject));
        let below = innocent.text.strip_prefix("b").unwrap();
        prop_assert_eq!(read.text.strip_suffix(below), Some(&*as_promised(&text)));
        prop_assert_eq!(tags(&read.html), tags(&innocent.html));
    }

    #[test]
    fn a_comment_arrives_as_it_was_written(title in line(), text in body()) {
        let read = composed(&comment(&title, &text), "bob", Some(LINK));
        let innocent = composed(&comment("a", "b"), "bob", Some(LINK));
        prop_assert_eq!(names(&read), names(&innocent));
        let sentence = format!("Alice Johnson mentioned you in \"{title}\"");
        prop_assert_eq!(read.header("Subject"), Some(&*sentence));
        let text = format!("{sentence}\r\n\r\n{}\r\n\r\n", as_promised(&text));
        prop_assert!(read.text.starts_with(&text), "{}", read.text);
        prop_assert_eq!(tags(&read.html), tags(&innocent.html));
    }
}

#[test]
fn the_longest_texts_arrive_whole() {
    let (subject, text) = ("ö".repeat(300), "x".repeat(16 * 1024));
    let read = composed(&notice(&subject, &text), "bob", Some(LINK));
    assert_eq!(read.header("Subject"), Some(&*subject));
    assert!(read.text.starts_with(&text) && read.html.contains(&text));
}

#[test]
fn line_breaks_are_kept_in_html() {
    let read = composed(&notice("a", "one\ntwo\r\n\r\nthree & <four>"), "bob", None);
    assert!(
        read.html.contains("one<br>two<br><br>three &#38; &#60;four&#62;</p>"),
        "{}",
        read.html
    );
}

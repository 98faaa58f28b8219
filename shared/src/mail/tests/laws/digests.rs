//! The same of a digest: what people write is one line each of its text.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::super::digests::{Setup, digest, message};
use super::*;

/// The items of a digest: minute, category, title, body.
fn items() -> impl Strategy<Value = Vec<(i64, &'static str, String, Option<String>)>> {
    let category = select(vec!["chat.message", "chat.mention", "order.updated"]);
    vec((0..60_i64, category, line(), prop::option::of(body())), 1..6)
}

/// A text as one line, as far as it is shown, or nothing.
fn shown(text: &str, longest: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(longest).collect();
    let ellipsis = if cut.len() < line.len() { "…" } else { "" };
    let legible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    format!("{}{ellipsis}", cut.trim_end()).chars().map(legible).collect()
}

proptest! {
    #[test]
    fn a_digest_has_a_line_for_each_text_and_no_more_markup_or_headers(items in items()) {
        let events: Vec<Event> = items
            .iter()
            .map(|(minute, category, title, body)| message(*minute, category, title, body.as_deref()))
            .collect();
        let read = digest(&events.iter().collect::<Vec<_>>(), Setup::default());
        let innocent: Vec<Event> = items
            .iter()
            .map(|(minute, category, _, body)| {
                let is_shown = body.as_ref().is_some_and(|body| !shown(body, 300).is_empty());
                message(*minute, category, "a", is_shown.then_some("b"))
            })
            .collect();
        let innocent = digest(&innocent.iter().collect::<Vec<_>>(), Setup::default());
        prop_assert_eq!(names(&read), names(&innocent));
        prop_assert_eq!(read.header("Subject"), innocent.header("Subject"));
        prop_assert_eq!(tags(&read.html), tags(&innocent.html));
        let lines: Vec<&str> = read.text.split("\r\n").collect();
        prop_assert_eq!(lines.len(), innocent.text.split("\r\n").count());
        for (_, _, title, body) in &items {
            let texts = [Some(shown(title, 150)), body.as_ref().map(|body| shown(body, 300))];
            for text in texts.into_iter().flatten().filter(|text| !text.is_empty()) {
                let line = format!("  {text}");
                prop_assert!(lines.contains(&&*line), "{line:?} in {}", read.text);
            }
        }
        // What is not indented is ours.
        for (line, ours) in lines.iter().zip(innocent.text.split("\r\n")) {
            if !line.starts_with("  ") {
                prop_assert_eq!(*line, ours);
            }
        }
    }
}

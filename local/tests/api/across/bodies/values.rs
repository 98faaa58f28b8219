//! Values that nobody thinks of, at every place of every good body: numbers, texts, depth, length.

use serde_json::Value;

use super::places::{leaves, shared_out, with, with_field};
use super::readers;
use super::target::{Target, prepared};

/// JSON that no reader of it need be able to hold, or that is none.
pub(super) const UNREADABLE: [&str; 27] = [
    "1e400",
    "-1e400",
    "1E+99999999999999999999",
    "01",
    "-01",
    "+1",
    ".5",
    "1.",
    "-",
    "--1",
    "1e",
    "1e+",
    "0x10",
    "1_000",
    "NaN",
    "Infinity",
    "-Infinity",
    "\u{665}",
    r#""\ud800""#,
    r#""\udc00""#,
    r#""\ud800\ud800""#,
    r#""\ud83dx""#,
    r#""\ud83d\u0041""#,
    r#""\u12""#,
    r#""\x41""#,
    r#""\""#,
    "\"\t\"",
];

/// JSON that is some, and seldom meant.
pub(super) const ODD: [&str; 56] = [
    "null",
    "true",
    "[]",
    "{}",
    "[[]]",
    "[null]",
    "{\"\":null}",
    "{\"a\":{\"b\":[{}]}}",
    "0",
    "-0",
    "-1",
    "1.0",
    "1.5",
    "-0.0",
    "1e2",
    "1e-2",
    "-1e-9",
    "5e-324",
    "0.1e-400",
    "1e308",
    "128",
    "255",
    "256",
    "32768",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "9007199254740991",
    "9007199254740992",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    "\"\"",
    "\" \"",
    "\"null\"",
    "\"0\"",
    "\"1\"",
    "\"-1\"",
    r#""\u0000""#,
    "\"\u{7f}\"",
    "\"\u{9b}\"",
    "\"\u{feff}\"",
    r#""\ufeff\u200b""#,
    "\"\u{2028}\"",
    "\"\u{202e}a\"",
    "\"\u{10ffff}\"",
    r#""\ud83d\ude00""#,
    r#""\b\f\n\r\t\/\\\"""#,
    "\"e\u{301}\u{301}\"",
    "\"a#b\"",
    "\"9999-12-31T23:59:59.999999999Z\"",
];

#[tokio::test]
async fn a_value_that_cannot_be_read_is_refused_wherever_it_is() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        let good: Value = serde_json::from_str(&target.good(function).await).expect("JSON");
        for (place, token) in shared_out(&good, &UNREADABLE) {
            let answer = target.send(function, with(&good, &place, token.as_bytes())).await;
            target.assert_unread(function, &answer, 400);
        }
    }
}

#[tokio::test]
async fn an_odd_value_is_taken_as_documented_or_refused_wherever_it_is() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    let digits =
        ["9".repeat(401), format!("0.{}", "9".repeat(10_000)), format!("1{}", "0".repeat(308))];
    let tokens: Vec<&str> = ODD.into_iter().chain(digits.iter().map(String::as_str)).collect();
    for function in readers() {
        let good: Value = serde_json::from_str(&target.good(function).await).expect("JSON");
        for (place, token) in shared_out(&good, &tokens) {
            target.send(function, with(&good, &place, token.as_bytes())).await;
        }
    }
}

fn nested(depth: usize, is_closed: bool, open: &str, inside: &str, close: &str) -> String {
    let close = if is_closed { close.repeat(depth) } else { String::new() };
    format!("{}{inside}{close}", open.repeat(depth))
}

#[tokio::test]
async fn brackets_are_read_as_deep_as_any_body_goes_and_refused_beyond() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        let good: Value = serde_json::from_str(&target.good(function).await).expect("JSON");
        let place = leaves(&good).pop().expect("a place");
        for depth in [1, 100, 127, 128, 129, 50_000, 200_000] {
            for is_closed in [true, false] {
                for deep in [
                    nested(depth, is_closed, "[", "1", "]"),
                    nested(depth, is_closed, "{\"a\":", "1", "}"),
                ] {
                    let inside = with(&good, &place, deep.as_bytes());
                    for body in [deep.into_bytes(), inside] {
                        let length = body.len();
                        let answer = target.send(function, body).await;
                        if length > 256 * 1024 {
                            target.assert_unread(function, &answer, 413);
                        } else if depth > 128 || !is_closed {
                            target.assert_unread(function, &answer, 400);
                        }
                    }
                }
            }
        }
    }
}

#[tokio::test]
async fn long_texts_long_names_and_many_fields_make_no_long_answer() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    let many = |name: &str| -> Vec<String> {
        (0..10_000).map(|number| format!("\"{name}{number}\":{number}")).collect()
    };
    // What is longest when it is repeated to the caller: a hundred faults, each at the end of a long path.
    let name = "\\u0001".repeat(100);
    let repeated = vec!["\"a\":1"; 200].join(",");
    let deep = nested(7, true, &format!("{{\"{name}\":"), &format!("{{{repeated}}}"), "}");
    let fields = [
        format!("\"{}\":1", "k".repeat(100_000)),
        format!("\"{}\":1", "\\u0000".repeat(20_000)),
        format!("\"{}\":1", "\u{1f980}".repeat(25_000)),
        many("").join(","),
        many(&"\\u0007".repeat(3)).join(","),
        format!("\"{name}\":{deep}"),
        format!("\"list\":[{}]", vec!["{\"a\":1,\"a\":1}"; 10_000].join(",")),
    ];
    let text = format!("\"{}\"", "x".repeat(200_000));
    for function in readers() {
        let good: Value = serde_json::from_str(&target.good(function).await).expect("JSON");
        for place in leaves(&good) {
            target.send(function, with(&good, &place, text.as_bytes())).await;
        }
        let object = if good.is_object() { "" } else { "/0" };
        for field in &fields {
            target.send(function, with_field(&good, object, field)).await;
        }
    }
}

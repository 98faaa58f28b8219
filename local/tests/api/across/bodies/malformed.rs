//! What is no JSON: it is refused before the store is asked for anything.

use hyper::body::Bytes;

use super::target::{Target, prepared};
use super::{BODIES, Reads, readers};

/// How many places each body is cut off at, at most.
const MOST_CUTS: usize = 40;

#[tokio::test]
async fn a_body_that_is_cut_off_anywhere_is_refused() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for (function, reads) in BODIES.iter().filter(|(_, reads)| *reads != Reads::Nothing) {
        let good = target.good(function).await;
        let step = good.len().div_ceil(MOST_CUTS);
        // A body of no bytes at all is one that says nothing, where that may be said.
        let first = if *reads == Reads::JsonIfAny { 1 } else { 0 };
        for end in (first..good.len()).step_by(step).chain([good.len() - 1]) {
            let answer = target.send(function, good[..end].to_owned()).await;
            target.assert_unread(function, &answer, 400);
        }
    }
}

/// The good body, made no JSON.
fn spoilt(good: &str) -> Vec<Vec<u8>> {
    let around = |before: &[u8], after: &[u8]| [before, good.as_bytes(), after].concat();
    let utf_16 = |unit: fn(u16) -> [u8; 2]| {
        let bom = std::iter::once('\u{feff}').chain(good.chars());
        let units = bom.flat_map(|c| c.encode_utf16(&mut [0; 2]).to_vec());
        units.flat_map(unit).collect::<Vec<u8>>()
    };
    vec![
        // A byte order mark (RFC 8259, section 8.1), and other encodings.
        around(b"\xef\xbb\xbf", b""),
        utf_16(u16::to_le_bytes),
        utf_16(u16::to_be_bytes),
        utf_16(u16::to_le_bytes).split_off(2),
        around(b"\x1f\x8b\x08", b""),
        // What no text may hold, before it and after it.
        around(b"\0", b""),
        around(b"", b"\0"),
        around(b"\xa0", b""),
        around("\u{a0}".as_bytes(), b""),
        around(b"", b"\xff"),
        // More than one value, and less.
        around(b"", b","),
        around(b"", b"]"),
        around(b"", b"}"),
        around(b"", good.as_bytes()),
        around(b"/* */", b""),
        around(b"", b"//"),
        around(b")]}',\n", b""),
        around(b"callback(", b")"),
        b"{'a':1}".to_vec(),
        b"{a:1}".to_vec(),
        b"{\"a\":1,}".to_vec(),
        b"{\"a\" 1}".to_vec(),
        b"{,}".to_vec(),
        b"[1,]".to_vec(),
        b"undefined".to_vec(),
        b"True".to_vec(),
        b" \t\r\n".to_vec(),
        b"\x0c{}".to_vec(),
        b"{\"a\":\"\n\"}".to_vec(),
        b"{\"a\0b\":1}".to_vec(),
        b"\"".repeat(100_000),
        b"\\".repeat(100_000),
        b",".repeat(100_000),
        b"\0".repeat(100_000),
        vec![0xff; 100_000],
    ]
}

#[tokio::test]
async fn what_is_no_json_is_refused() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        for body in spoilt(&target.good(function).await) {
            let answer = target.send(function, body).await;
            target.assert_unread(function, &answer, 400);
        }
    }
}

#[tokio::test]
async fn json_of_another_shape_is_refused() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        for body in
            ["null", "true", "7", "-0", "1e9", "\"\"", "\"{}\"", "[]", "[[]]", "[{}]", "[null]"]
        {
            let answer = target.send(function, body).await;
            target.assert_unread(function, &answer, 400);
        }
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_refused_whatever_it_is() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for (function, reads) in BODIES {
        let good = target.good(function).await;
        let long = format!("{{\"a\":\"{}\"}}", "x".repeat(1 << 20));
        for body in [format!("{good}{}", " ".repeat(256 * 1024 + 1)), long, "[".repeat(300_000)] {
            let answer = target.send(function, body).await;
            assert_eq!(answer.status, 413, "{function}");
            if reads != Reads::Nothing {
                target.assert_unread(function, &answer, 413);
            }
        }
    }
}

#[tokio::test]
async fn what_nobody_looks_at_may_be_anything() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for (function, _) in BODIES.iter().filter(|(_, reads)| *reads == Reads::Nothing) {
        let good = target.send(function, Bytes::new()).await.status;
        for body in spoilt("{}") {
            let media_type = Some("application/octet-stream");
            assert_eq!(target.send(function, body.clone()).await.status, good, "{function}");
            assert_eq!(target.send_as(function, media_type, body).await.status, good, "{function}");
        }
    }
}

//! What a body is said to be, and what the gateway makes of it on the way.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::target::{Target, prepared};
use super::{BODIES, Reads, readers};

#[tokio::test]
async fn a_body_that_is_said_to_be_something_else_is_refused() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        let good = target.good(function).await;
        for media_type in [
            "",
            ";",
            "/",
            "json",
            "text/json",
            "text/plain; charset=utf-8",
            "text/html",
            "application/jsonp",
            "application/json-seq",
            "application/x-ndjson",
            "application/octet-stream",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=json",
            "application/+json",
            "+json",
            "application /json",
            "application/json, text/plain",
            "text/plain;application/json",
        ] {
            let answer = target.send_as(function, Some(media_type), good.clone()).await;
            target.assert_unread(function, &answer, 415);
        }
    }
}

#[tokio::test]
async fn a_body_that_is_said_to_be_some_json_or_nothing_is_read() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    let of_all =
        ["APPLICATION/JSON", " application/json ;charset=utf-16", "application/vnd.acme+json"];
    for function in readers() {
        for media_type in of_all.map(Some).into_iter().chain([None]) {
            let good = target.good(function).await;
            let answer = target.send_as(function, media_type, good).await;
            assert!(answer.status < 300, "{function}, {media_type:?}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn bytes_that_are_no_utf_8_are_refused_in_base_64_too() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    // Bytes of none, overlong, of a surrogate, beyond the last character, cut off.
    let bad: [&[u8]; 6] =
        [b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82", b"\x80"];
    for function in readers() {
        for bytes in bad {
            let bodies = [
                [b"{\"a\":\"", bytes, b"\"}"].concat(),
                [b"{\"", bytes, b"\":1}"].concat(),
                [b"{", bytes, b"}"].concat(),
                bytes.to_vec(),
            ];
            for body in bodies {
                let fields = json!({ "body": STANDARD.encode(body), "isBase64Encoded": true });
                let answer = target.hand(function, fields).await;
                target.assert_unread(function, &answer, 400);
            }
        }
    }
}

#[tokio::test]
async fn what_is_no_base_64_is_no_body() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for (function, reads) in BODIES {
        let good = target.good(function).await;
        let encoded = STANDARD.encode(&good);
        let texts = ["!", "=", "e30", "e30=e30=", "e30=\n", "-_-_", "e3==", "\u{feff}e30=", &good];
        for body in texts.into_iter().filter(|text| !text.is_empty()) {
            let answer =
                target.hand(function, json!({ "body": body, "isBase64Encoded": true })).await;
            if reads != Reads::Nothing {
                target.assert_unread(function, &answer, 400);
            }
        }
        let answer =
            target.hand(function, json!({ "body": encoded, "isBase64Encoded": true })).await;
        assert_ne!(answer.status, 415, "{function}");
        let good = target.good(function).await;
        let same = target.hand(function, json!({ "body": good, "isBase64Encoded": false })).await;
        assert_eq!(answer.status / 100, same.status / 100, "{function}: {}", answer.body);
    }
}

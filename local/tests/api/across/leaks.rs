//! That the last look at every system finds what must come out nowhere. What it looks at is every test here.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use http::{Request, Response};
use hyper::body::Bytes;
use serde_json::json;

use crate::support::leaks::{Leaks, mark_in};

const TOKEN: &str = "some.opaque-Credential/of+someone";

/// Someone who says a text, with that credential.
fn entrusted(text: &str) -> Leaks {
    let leaks = Leaks::default();
    let body = json!({ "subject": { "texts": [text] } }).to_string();
    let request = Request::post("/").header("authorization", format!("Bearer {TOKEN}"));
    leaks.entrust(&request.body(Bytes::from(body)).expect("a request"));
    leaks
}

fn answer(status: u16, header: &str, body: &str) -> Response<Bytes> {
    let response = Response::builder().status(status).header("x-detail", header);
    response.body(Bytes::copy_from_slice(body.as_bytes())).expect("a response")
}

#[test]
fn a_credential_is_found_in_a_line_a_header_and_a_body_of_an_error() {
    let leaks = entrusted("");
    assert_eq!(leaks.find(&["nothing of anyone".to_owned()]), None);
    assert!(leaks.find(&[format!("it was {TOKEN}, they said")]).is_some());
    for (header, body) in [(TOKEN, ""), ("", TOKEN)] {
        let leaks = entrusted("");
        leaks.hear(&answer(200, header, body));
        assert_eq!(leaks.find(&[]), None, "what is asked for is answered");
        leaks.hear(&answer(400, header, body));
        assert!(leaks.find(&[]).is_some());
    }
}

#[test]
fn a_text_is_found_in_a_line_however_it_is_written() {
    let text = "Your \"parcel\" is\nhere, Ms. Ünal/Öz?";
    let written = [
        text.to_owned(),
        text.to_uppercase(),
        json!({ "title": text }).to_string(),
        "Your%20%22parcel%22%20is%0Ahere%2C%20Ms%2E%20%C3%9Cnal%2F%C3%96z%3F".to_owned(),
        STANDARD.encode(text),
        URL_SAFE.encode(format!("{text} And more.")),
    ];
    for line in written {
        let leaks = entrusted(text);
        assert!(leaks.find(&[format!("before {line} after")]).is_some(), "{line}");
    }
    assert_eq!(entrusted(text).find(&["Your parcel is here".to_owned()]), None);
}

#[test]
fn a_text_is_found_in_an_error_that_quotes_it_and_in_no_other_answer() {
    let text = "Your \"parcel\" is here";
    for (status, is_leak) in [(200, false), (422, true), (500, true)] {
        let leaks = entrusted(text);
        leaks.hear(&answer(status, "", &json!({ "message": text }).to_string()));
        assert_eq!(leaks.find(&[]).is_some(), is_leak, "{status}");
    }
}

#[test]
fn a_key_that_was_handed_out_is_found_in_a_line() {
    let leaks = Leaks::default();
    leaks.hear(&answer(201, "", &json!({ "key": "a-key-of-someone" }).to_string()));
    assert!(leaks.find(&["with a-key-of-someone".to_owned()]).is_some());
}

#[test]
fn what_looks_like_a_secret_is_found_and_what_does_not_is_let_be() {
    for leak in [
        "eyJhbGciOiJub25lIn0.e30.",
        "npk_0000",
        "xoxb-acme",
        "jane.doe+news@mail.example.com",
        "<jane@example.com>",
        "user U0000007A is gone",
        "\"W012AB3CD\"",
        "-----BEGIN PRIVATE KEY-----",
        "OU#acme#USER#7",
        "thread 'main' panicked at shared/src/lib.rs:1:1",
    ] {
        assert!(mark_in(leak).is_some(), "{leak}");
    }
    for fine in [
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "the channel has to be one of email, in_app",
        "UNAUTHORIZED",
        "Bearer error=\"invalid_token\"",
        "an address has an @ and a domain",
        "user@localhost",
        "GET /members/{org_member_id}/slack",
    ] {
        assert_eq!(mark_in(fine), None, "{fine}");
    }
}

//! What looks like a secret is found, also where nobody gathered it.

use pretty_assertions::assert_eq;

use super::line;
use crate::support::leaks::Leaks;

fn found(said: &str) -> Option<String> {
    let leaks = Leaks::default();
    let leak = leaks.find(&[line(said)]).pop();
    leaks.told(said);
    // A line and an answer are judged alike.
    assert_eq!(leaks.find(&[]).pop().map(|leak| leak.what), leak.clone().map(|leak| leak.what));
    leak.map(|leak| leak.what)
}

#[test]
fn what_looks_like_a_secret_is_found() {
    for (said, what) in [
        ("eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiI3In0.c2ln", "a JSON Web Token"),
        ("of npk_00000000000000000001", "an API key"),
        ("xoxp-1", "a Slack token"),
        ("for U012AB3CD.", "a Slack id"),
        ("W012AB3CD4", "a Slack id"),
        ("to=<jane+x@mail.example>", "an email address"),
        ("Authorization: bearer c2VjcmV0LXNlY3JldA", "a bearer credential"),
        ("AKIAIOSFODNN7EXAMPLE", "a key of AWS"),
        ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "a key of AWS"),
        ("-----BEGIN PRIVATE KEY-----", "a private key"),
        ("GET /unsubscribe/AQIxAGFjbWUANwBlbWFpbA", "a link that turns email off"),
        ("shared::store::StoreError", "the inside of the program"),
        ("<shared::app::App as core::fmt::Debug>::fmt", "the inside of the program"),
        ("shared/src/store.rs", "the inside of the program"),
        ("thread 'main' panicked at store", "the inside of the program"),
        ("Rejected: Some(7)", "the inside of the program"),
        ("unhandled error (ValidationException)", "the inside of the program"),
        // To, Bearer and a Slack id, in base64.
        ("bWFpbHRvOmphbmVAbWFpbC5leGFtcGxl", "an email address"),
        ("Zm9yIFUwMTJBQjNDRCB0b2RheQ", "a Slack id"),
        ("jane%40mail.example", "an email address"),
    ] {
        assert_eq!(found(said).as_deref(), Some(what), "{said}");
    }
}

#[test]
fn what_only_resembles_one_is_let_pass() {
    for said in [
        "a bearer token is required in the Authorization header",
        "Bearer error=\"invalid_token\"",
        "UNKNOWN_NOTIFICATION_KEY",
        "UNAUTHENTICATED",
        "U012",
        "01KKN8Z3C00000000000000007",
        "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
        "must be mailto: and an email address, or an https URL",
        "AWS.SimpleQueueService.NonExistentQueue",
        "arn:aws:iam::123456789012:role/x",
        "client error (Connect): tcp connect error: Connection refused (os error 111)",
        "the document is not JSON that can be read (line 1, column 2)",
        "@ and @example and a@b",
    ] {
        assert_eq!(found(said), None, "{said}");
    }
}

#[test]
fn the_line_of_a_panic_may_say_where_and_nothing_else() {
    let panic = |detail: &str| {
        format!(r#"{{"level":"error","event.name":"panic","event.detail":"{detail}"}}"#)
    };
    let leaks = Leaks::default();
    assert_eq!(leaks.find(&[panic("shared/src/store/keys.rs:12:5")]), []);
    for said in ["panicked at shared/src/a.rs:1:1", "shared/src/a.rs:1:1 jane@mail.example", "jane"]
    {
        assert_eq!(leaks.find(&[panic(said)]).len(), 1, "{said}");
    }
}

//! Nothing secret is in a log line or in an answer to a request that failed. Every test of the suite looks, as it
//! ends (`support/leaks.rs`); here is that the look finds what there is, and what peers say of their errors.

mod looking;
mod patterns;
mod peers;

use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{Request, Response};
use hyper::body::Bytes;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::identity;
use crate::support::leaks::{Leaks, Place, Secrets};

/// How a secret comes in.
type Gather = fn(&Secrets, &str);

/// A secret of each kind: what it is, how it comes in, and its text.
fn kinds() -> Vec<(&'static str, Gather, String)> {
    let claims = json!({ "sub": "zoe-77", "email": "zoe.quux@globex.example" });
    let credential: Gather = |secrets: &Secrets, token: &str| {
        let header = format!("Bearer {token}");
        secrets.credential(header.as_bytes());
    };
    let claim: Gather = |secrets: &Secrets, name: &str| {
        let token = identity().sign(&json!({ "given_name": name })).expect("a token");
        secrets.credential(format!("Bearer {token}").as_bytes());
    };
    let query: Gather = |secrets: &Secrets, text: &str| {
        let request = Request::get(format!("/v1/deliveries?event={text}")).body(Bytes::new());
        secrets.request(&request.expect("a request"), None);
    };
    let repeat: Gather = |secrets: &Secrets, text: &str| {
        let request = Request::post("/").header("idempotency-key", text).body(Bytes::new());
        secrets.request(&request.expect("a request"), None);
    };
    let body: Gather = |secrets: &Secrets, text: &str| {
        secrets.body(json!([{ "data": { "title": text } }]).to_string().as_bytes());
    };
    let malformed: Gather = |secrets: &Secrets, text: &str| {
        secrets.body(format!(r#"{{"title": "{text}", "#).as_bytes());
    };
    let given: Gather = |secrets, text| secrets.value(text);
    let token = identity().sign(&claims).expect("a token");
    let signature = token.rsplit('.').next().expect("a signature").to_owned();
    let key = "npk_0000000000000000000000000000000000000000000xJ2kQ9";
    vec![
        ("a token", credential, token.clone()),
        ("its signature", credential, signature),
        ("an API key", credential, key.to_owned()),
        ("a name in a token", claim, "Zoë \"Q\" Quux".to_owned()),
        ("a query", query, "/chat:event-of-zoe".to_owned()),
        ("a key of a repeat", repeat, "once-and-for-all".to_owned()),
        ("a title", body, "The merger is off".to_owned()),
        ("an address", body, "zoe.quux@globex.example".to_owned()),
        ("a Slack id", body, "U0ZOE77QX".to_owned()),
        ("an endpoint", body, "https://fcm.googleapis.com/fcm/send/zoes-browser".to_owned()),
        ("what is no JSON", malformed, "The merger is off".to_owned()),
        ("a Slack token", given, "xoxb-17653672481-secret".to_owned()),
        ("a key of links", given, "zoes key of unsubscribe links".to_owned()),
    ]
}

/// How a text may be written.
fn forms(text: &str) -> Vec<(&'static str, String)> {
    let escaped = serde_json::to_string(text).expect("JSON");
    let in_ascii: String = text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect();
    let percent: String = text.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let among_others = format!("of {text}, then");
    let mut forms = vec![
        ("as it is", text.to_owned()),
        ("in small letters", text.to_lowercase()),
        ("in capital letters", text.to_uppercase()),
        ("escaped", escaped.clone()),
        ("escaped twice", serde_json::to_string(&escaped).expect("JSON")),
        ("escaped to ASCII", in_ascii),
        ("as Rust shows it", format!("{text:?}")),
        ("percent-encoded", percent),
        ("in base64", STANDARD.encode(text)),
        ("in base64url", URL_SAFE_NO_PAD.encode(text)),
        ("in base64 among other words", STANDARD.encode(among_others)),
        ("in base64url after something", format!("id-{}", URL_SAFE_NO_PAD.encode(text))),
    ];
    if text.len() > 60 {
        forms.push(("in part", text[20..52].to_owned()));
    }
    forms
}

/// The line of a request, with something in it.
fn line(said: &str) -> String {
    let line = json!({
        "level": "info", "request.id": "01KKN8Z3C00000000000000007", "http.status": 400,
        "http.route": "PUT /me/notification-prefs", "error.kind": "invalid_body", "error.code": said,
    });
    line.to_string()
}

fn answer(status: u16, header: &str, body: &str) -> Response<Bytes> {
    let answer = Response::builder().status(status).header("x-said", header.as_bytes());
    answer.body(body.to_owned().into()).expect("an answer")
}

/// Where something was found that those answers and that line of the log say.
fn places(leaks: &Leaks, lines: &[String], answers: &[Response<Bytes>]) -> Vec<Place> {
    answers.iter().for_each(|answer| leaks.answered(answer));
    leaks.find(lines).into_iter().map(|leak| leak.place).collect()
}

#[test]
fn a_secret_of_any_kind_is_found_wherever_it_is_and_however_it_is_written() {
    for (kind, gather, secret) in kinds() {
        for (form, said) in forms(&secret) {
            let leaks = Leaks::default();
            gather(&leaks.secrets, &secret);
            let problem = json!({ "detail": format!("is not right: {said}") }).to_string();
            let answers = [answer(400, "", &problem), answer(503, &said, "")];
            let found = places(&leaks, &[line(&said)], &answers);
            let expected = [Place::Log, Place::Answer, Place::Answer];
            assert_eq!(found, expected, "{kind} {form}: {said}");
        }
    }
}

#[test]
fn what_says_nothing_secret_is_let_pass() {
    let leaks = Leaks::default();
    kinds().iter().for_each(|(_, gather, secret)| gather(&leaks.secrets, secret));
    // Words of the documentation, and what is too short to be told from others.
    leaks
        .secrets
        .json(&json!({ "title": "invalid_body", "user": "7", "at": "2026-03-13T14:00:00Z" }));
    let problem = r#"{"errors":[{"path":"/prefs/0/muted","detail":"must be a boolean"}]}"#;
    let answers = [
        answer(400, "Bearer error=\"invalid_token\"", problem),
        // It is for its caller.
        answer(200, "", r#"{"title":"The merger is off"}"#),
    ];
    assert_eq!(places(&leaks, &[line("store.throttled 2026-03-13T14:00:00Z")], &answers), []);
    assert_eq!(leaks.find(&[]), []);
}

#[test]
fn an_answer_may_name_a_field_that_its_caller_sent_and_a_log_line_may_not() {
    let leaks = Leaks::default();
    leaks.secrets.json(&json!({ "zoes_own_field": "zoes own value" }));
    let names = answer(400, "", r#"{"path":"/zoes_own_field","detail":"is not a known field"}"#);
    let quotes = answer(400, "", r#"{"path":"/zoes_own_field","detail":"is zoes own value"}"#);
    let lines = [line("zoes_own_field")];
    assert_eq!(places(&leaks, &lines, &[names, quotes]), [Place::Log, Place::Answer]);
}

#[test]
fn a_short_secret_is_found_as_a_word_and_not_within_one() {
    let leaks = Leaks::default();
    leaks.secrets.value("mine");
    for (said, is_found) in
        [("mine", true), ("it is Mine.", true), ("determined", false), ("mine_shaft", false)]
    {
        assert_eq!(!leaks.find(&[line(said)]).is_empty(), is_found, "{said}");
    }
}

#[test]
#[should_panic(expected = "what is secret was said")]
fn a_program_that_says_a_secret_fails_the_test_that_runs_it() {
    let mut program = Command::new("echo");
    let process = crate::support::process::Process::start(program.arg("it is The Merger is off"));
    process.leaks.secrets.value("the merger is off");
    process.wait_for("off");
}

//! The same failures, in each surface's words.

mod account_email;
mod channel_preferences;
mod inbox;
mod problem;

use std::collections::HashMap;

use aws_lambda_events::encodings::Body;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{AccountEmail, ChannelPreferences, InboxAndWatching, LeadAlerts, Platform, Surface};
use crate::auth::{BadCredential, Refusal};
use crate::failure::Failure;
use crate::http::RequestId;
use crate::http::body::{BodyFault, Malformed};
use crate::http::path::Path;
use crate::http::query;
use crate::http::violation::{Instead, Violation, ViolationKind, Violations};
use crate::store::StoreError;

const ID: &str = "0000000000000000000000000F";

/// Status, the headers that help the caller on, and the body.
struct Answer {
    status: i64,
    challenge: Option<String>,
    retry_after: Option<String>,
    content_type: String,
    body: Value,
}

fn say<S: Surface>(failure: impl Into<Failure>) -> Answer {
    let request_id = RequestId::new(ulid::Ulid::from_parts(0, 15));
    let event = S::from(failure.into()).render(&request_id).into_event(&request_id);
    let header = |name| event.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let Some(Body::Text(body)) = event.body.clone() else { panic!("no body") };
    assert_eq!(header("x-request-id").unwrap(), ID);
    Answer {
        status: event.status_code,
        challenge: header("www-authenticate"),
        retry_after: header("retry-after"),
        content_type: header("content-type").unwrap(),
        body: serde_json::from_str(&body).unwrap(),
    }
}

fn seen<S: Surface>(failure: impl Into<Failure>) -> (i64, Value) {
    let answer = say::<S>(failure);
    (answer.status, answer.body)
}

const FORGED: Refusal = Refusal::BadCredential(BadCredential::BadSignature);

fn malformed() -> BodyFault {
    BodyFault::Malformed(Malformed { line: 1, column: 2, path: Path::default() })
}

fn faults(faults: impl IntoIterator<Item = (&'static str, ViolationKind)>) -> BodyFault {
    let violations = faults.into_iter().map(|(path, kind)| {
        let path = path.split('.').fold(Path::default(), |path, step| match step.parse() {
            Ok(index) => path.element(index),
            Err(_) => path.field(step),
        });
        Violation { path, kind }
    });
    BodyFault::Invalid(Violations::all(violations.collect()).unwrap())
}

fn wrong_type() -> ViolationKind {
    ViolationKind::WrongType { expected: "a boolean".to_owned() }
}

fn unknown() -> ViolationKind {
    ViolationKind::Unknown { instead: Instead::Any("email".to_owned()) }
}

/// Every surface, for what they have in common.
fn everywhere(check: impl Fn(&dyn Fn(Failure) -> Answer)) {
    check(&say::<LeadAlerts>);
    check(&say::<Platform>);
    check(&say::<ChannelPreferences>);
    check(&say::<AccountEmail>);
    check(&say::<InboxAndWatching>);
}

#[test]
fn every_401_names_the_scheme_and_whether_a_credential_was_seen() {
    everywhere(|say| {
        assert_eq!(say(Refusal::NoCredential.into()).challenge.as_deref(), Some("Bearer"));
        let invalid = Some(r#"Bearer error="invalid_token""#);
        assert_eq!(say(FORGED.into()).challenge.as_deref(), invalid);
        assert_eq!(say(Refusal::AdminRequired.into()).challenge, None);
    });
}

#[test]
fn every_503_says_when_to_come_again_and_nothing_of_the_inside() {
    let transient: [fn() -> Failure; 5] = [
        || StoreError::Throttled.into(),
        || StoreError::Unreachable { how: "timeout" }.into(),
        || StoreError::Conflict.into(),
        || Failure::KeysUnavailable,
        || Failure::DeadlineExceeded,
    ];
    for failure in transient {
        everywhere(|say| {
            let answer = say(failure());
            assert_eq!((answer.status, answer.retry_after.as_deref()), (503, Some("2")));
        });
    }
    everywhere(|say| {
        let answer = say(StoreError::Rejected { code: "AccessDenied".to_owned() }.into());
        assert_eq!((answer.status, answer.retry_after), (500, None));
        assert!(!answer.body.to_string().contains("AccessDenied"));
    });
}

#[test]
fn a_wrong_query_is_said_like_a_wrong_field() {
    let fault = || {
        let parameters = HashMap::from([("muted".to_owned(), "yes".to_owned())]);
        #[derive(Debug, deserr::Deserr)]
        #[deserr(error = Violations)]
        struct Query {
            #[expect(dead_code, reason = "a string is never a boolean")]
            muted: bool,
        }
        Failure::from(query::read::<Query>(&parameters).unwrap_err())
    };
    let muted = "must be a boolean (true or false)";
    for (status, body) in [seen::<LeadAlerts>(fault()), seen::<Platform>(fault())] {
        assert_eq!(
            (status, &body["detail"]),
            (400, &json!("the query has parameters that are wrong"))
        );
        assert_eq!(body["errors"], json!([{ "path": "muted", "detail": muted }]));
    }
    let (status, body) = seen::<ChannelPreferences>(fault());
    assert_eq!((status, &body["error"]["param"]), (400, &json!("muted")));
    let (status, body) = seen::<AccountEmail>(fault());
    assert_eq!((status, &body["error"]["details"]), (422, &json!({ "muted": muted })));
    let (status, body) = seen::<InboxAndWatching>(fault());
    let message = format!("The muted field {muted}.");
    assert_eq!((status, &body["errors"]), (422, &json!({ "muted": [message] })));
}

#[test]
fn what_is_not_there_is_a_404_on_every_surface_that_asks_for_no_other_credential() {
    everywhere(|say| {
        let answer = say(Failure::NotFound);
        assert_eq!((answer.status, answer.challenge, answer.retry_after), (404, None, None));
    });
    let detail = "there is no such thing in this organizational unit";
    assert_eq!(say::<LeadAlerts>(Failure::NotFound).body["detail"], detail);
    assert_eq!(say::<Platform>(Failure::NotFound).body["detail"], detail);
    let channel = say::<ChannelPreferences>(Failure::NotFound).body;
    assert_eq!(channel["error"]["code"], "resource_not_found");
    assert_eq!(say::<AccountEmail>(Failure::NotFound).body["error"]["code"], "NOT_FOUND");
    assert_eq!(say::<InboxAndWatching>(Failure::NotFound).body["message"], "Not Found.");
}

#[test]
fn the_same_request_under_way_is_a_409_on_every_surface() {
    everywhere(|say| {
        let answer = say(Failure::InFlight);
        assert_eq!((answer.status, answer.challenge, answer.retry_after), (409, None, None));
    });
    let detail = "the same request is still being carried out";
    assert_eq!(say::<LeadAlerts>(Failure::InFlight).body["detail"], detail);
    assert_eq!(say::<Platform>(Failure::InFlight).body["detail"], detail);
    let channel = say::<ChannelPreferences>(Failure::InFlight).body;
    assert_eq!(channel["error"]["code"], "request_in_progress");
    assert_eq!(channel["error"]["type"], "idempotency_error");
    assert_eq!(say::<AccountEmail>(Failure::InFlight).body["error"]["code"], "CONFLICT");
    let message = "The same request is still being carried out.";
    assert_eq!(say::<InboxAndWatching>(Failure::InFlight).body["message"], message);
}

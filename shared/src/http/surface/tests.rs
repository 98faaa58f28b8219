//! Section 2 of the contract, line by line: the same failures, in each surface's words.

use aws_lambda_events::encodings::Body;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{AccountEmail, ChannelPreferences, InboxAndWatching, LeadAlerts, Platform, Surface};
use crate::auth::{BadCredential, Permission, Refusal};
use crate::failure::Failure;
use crate::http::RequestId;
use crate::http::body::{BodyFault, Malformed};
use crate::http::violation::{Path, Violation, ViolationKind, Violations};
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
    BodyFault::Invalid(Violations::from_iter(violations))
}

fn wrong_type() -> ViolationKind {
    ViolationKind::WrongType { expected: "a boolean".to_owned() }
}

fn unknown() -> ViolationKind {
    ViolationKind::Unknown { known: "email".to_owned() }
}

#[test]
fn lead_alerts_and_platform_answer_with_problem_details() {
    let fault = || faults([("prefs.1.event_type", ViolationKind::Missing), ("x", unknown())]);
    let expected = json!({
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "the body has fields that are wrong",
        "instance": format!("/requests/{ID}"),
        "errors": [
            { "path": "prefs[1].event_type", "detail": "is required" },
            { "path": "x", "detail": "is not a known field; known are email" },
        ],
    });
    assert_eq!(seen::<LeadAlerts>(fault()), (400, expected.clone()));
    assert_eq!(seen::<Platform>(fault()), (400, expected));
    assert_eq!(say::<LeadAlerts>(fault()).content_type, "application/problem+json");
}

#[test]
fn problem_details_have_the_status_of_section_1() {
    for (failure, lead_alerts, platform) in [
        (Refusal::NoCredential, 401, 401),
        (FORGED, 401, 401),
        (Refusal::ExpiredToken, 401, 401),
        (Refusal::RevokedApiKey, 401, 401),
        (Refusal::ExpiredApiKey, 401, 401),
        (Refusal::NoOrgUnit, 400, 400),
        (Refusal::PersonRequired, 401, 403),
        (Refusal::AdminRequired, 403, 403),
        (Refusal::PermissionRequired(Permission::EventsWrite), 403, 403),
    ] {
        assert_eq!(say::<LeadAlerts>(failure).status, lead_alerts, "{failure:?}");
        assert_eq!(say::<Platform>(failure).status, platform, "{failure:?}");
    }
}

fn channel(
    status: i64,
    code: &str,
    kind: &str,
    message: &str,
    param: Option<&str>,
) -> (i64, Value) {
    let error = json!({
        "code": code,
        "type": kind,
        "message": message,
        "param": param,
        "doc_url": null,
        "is_transient": status == 503,
        "quota": null,
        "request_log_url": null,
    });
    (status, json!({ "error": error }))
}

#[test]
fn channel_preferences_name_a_code_for_every_refusal() {
    for (refusal, status, code) in [
        (Refusal::NoCredential, 401, "invalid_credentials"),
        (FORGED, 401, "invalid_credentials"),
        (Refusal::NoOrgUnit, 401, "invalid_credentials"),
        (Refusal::ExpiredToken, 401, "expired_token"),
        (Refusal::RevokedApiKey, 401, "api_key_revoked"),
        (Refusal::ExpiredApiKey, 401, "api_key_expired"),
        (Refusal::PersonRequired, 403, "insufficient_permissions"),
        (Refusal::PermissionRequired(Permission::MessagingUpdate), 403, "insufficient_permissions"),
    ] {
        let message = refusal.to_string();
        let expected = channel(status, code, "invalid_request_error", &message, None);
        assert_eq!(seen::<ChannelPreferences>(refusal), expected);
    }
}

#[test]
fn channel_preferences_tell_the_first_fault_and_its_param() {
    let invalid = "invalid_request_error";
    let not_allowed = ViolationKind::NotAllowed { rule: "must be one of a, b".to_owned() };
    for (kind, code, message) in [
        (ViolationKind::Missing, "missing_field", "`digest` is required"),
        (wrong_type(), "invalid_format", "`digest` must be a boolean"),
        (not_allowed, "parameter_invalid", "`digest` must be one of a, b"),
        (unknown(), "parameter_unknown", "`digest` is not a known field; known are email"),
    ] {
        let fault = faults([("digest", kind), ("category", ViolationKind::Missing)]);
        let expected = channel(400, code, invalid, message, Some("digest"));
        assert_eq!(seen::<ChannelPreferences>(fault), expected);
    }
    let no_object = BodyFault::WrongShape { expected: "an object".to_owned() };
    for (fault, status) in [
        (malformed(), 400),
        (no_object, 400),
        (BodyFault::TooLarge, 413),
        (BodyFault::UnsupportedMediaType, 415),
    ] {
        let message = fault.to_string();
        let expected = channel(status, "validation_failed", invalid, &message, None);
        assert_eq!(seen::<ChannelPreferences>(fault), expected);
    }
}

#[test]
fn channel_preferences_say_whether_a_fault_of_ours_passes() {
    let busy = "the service is busy; the same request may be sent again";
    let expected = channel(503, "service_unavailable", "api_error", busy, None);
    assert_eq!(seen::<ChannelPreferences>(StoreError::Throttled), expected);
    let expected = channel(500, "internal_error", "api_error", "an internal error occurred", None);
    assert_eq!(seen::<ChannelPreferences>(Failure::Panicked), expected);
}

fn email(status: i64, code: &str, message: &str, details: Option<Value>) -> (i64, Value) {
    let mut error = json!({ "code": code, "message": message, "request_id": ID });
    if let Some(details) = details {
        error["details"] = details;
    }
    (status, json!({ "success": false, "error": error }))
}

#[test]
fn account_email_answers_in_its_envelope() {
    let unauthorized = email(401, "UNAUTHORIZED", "authentication failed", None);
    for refusal in [Refusal::NoCredential, FORGED, Refusal::ExpiredToken, Refusal::NoOrgUnit] {
        assert_eq!(seen::<AccountEmail>(refusal), unauthorized);
    }
    let person = email(403, "USER_REQUIRED", "endpoint requires a user session", None);
    assert_eq!(seen::<AccountEmail>(Refusal::PersonRequired), person);
    let no_object = BodyFault::WrongShape { expected: "an object".to_owned() };
    for (fault, status) in [
        (malformed(), 400),
        (no_object, 400),
        (BodyFault::TooLarge, 413),
        (BodyFault::UnsupportedMediaType, 415),
    ] {
        let expected = email(status, "INVALID_INPUT", &fault.to_string(), None);
        assert_eq!(seen::<AccountEmail>(fault), expected);
    }
    let (status, body) = seen::<AccountEmail>(StoreError::Unreachable);
    assert_eq!((status, &body["error"]["code"]), (503, &json!("UNAVAILABLE")));
    let (status, body) = seen::<AccountEmail>(Failure::Unrenderable);
    assert_eq!((status, &body["error"]["code"]), (500, &json!("INTERNAL")));
}

#[test]
fn account_email_tells_unknown_keys_before_immutable_ones_before_bad_values() {
    let all = [
        ("email.product_updates", wrong_type()),
        ("email.security_alerts", ViolationKind::Immutable),
        ("email.product_news", unknown()),
        ("in_app", unknown()),
    ];
    let details = json!({ "email.product_news": "unknown toggle", "in_app": "unknown channel" });
    let expected =
        email(422, "UNKNOWN_NOTIFICATION_KEY", "unknown notification key", Some(details));
    assert_eq!(seen::<AccountEmail>(faults(all.clone())), expected);

    let details = json!({ "email.security_alerts": "not user-toggleable" });
    let expected =
        email(422, "IMMUTABLE_NOTIFICATION_KEY", "notification key is immutable", Some(details));
    assert_eq!(seen::<AccountEmail>(faults(all[..2].to_vec())), expected);

    let details = json!({ "email.product_updates": "must be a boolean" });
    let expected = email(422, "VALIDATION_FAILED", "validation failed", Some(details));
    assert_eq!(seen::<AccountEmail>(faults(all[..1].to_vec())), expected);
}

#[test]
fn inbox_and_watching_answer_with_a_message() {
    let message = |text: &str| json!({ "message": text });
    for refusal in [Refusal::NoCredential, FORGED, Refusal::ExpiredToken, Refusal::NoOrgUnit] {
        assert_eq!(seen::<InboxAndWatching>(refusal), (401, message("Unauthenticated.")));
    }
    let unauthorized = (403, message("This action is unauthorized."));
    assert_eq!(seen::<InboxAndWatching>(Refusal::PersonRequired), unauthorized);
    assert_eq!(seen::<InboxAndWatching>(Refusal::AdminRequired), unauthorized);
    for (fault, status) in
        [(malformed(), 400), (BodyFault::TooLarge, 413), (BodyFault::UnsupportedMediaType, 415)]
    {
        let expected = (status, message(&fault.to_string()));
        assert_eq!(seen::<InboxAndWatching>(fault), expected);
    }
    let server_error = (500, message("Server Error"));
    assert_eq!(seen::<InboxAndWatching>(Failure::Panicked), server_error);
}

#[test]
fn inbox_and_watching_list_messages_by_field_on_422() {
    let fault =
        faults([("notification_ids.3", wrong_type()), ("notify_mentions", ViolationKind::Missing)]);
    let expected = json!({
        "message": "The given data was invalid.",
        "errors": {
            "notification_ids.3": ["The notification_ids.3 field must be a boolean."],
            "notify_mentions": ["The notify_mentions field is required."],
        },
    });
    assert_eq!(seen::<InboxAndWatching>(fault), (422, expected));
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
        || StoreError::Unreachable.into(),
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

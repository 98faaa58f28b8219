//! The envelope of the account email.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{FORGED, ID, faults, malformed, seen, unknown, wrong_type};
use crate::auth::Refusal;
use crate::failure::Failure;
use crate::http::body::BodyFault;
use crate::http::surface::AccountEmail;
use crate::http::violation::ViolationKind;
use crate::store::StoreError;

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
    let (status, body) = seen::<AccountEmail>(StoreError::Unreachable { how: "timeout" });
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

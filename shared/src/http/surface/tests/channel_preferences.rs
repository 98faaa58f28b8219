//! The envelope of the channel preferences.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{FORGED, faults, malformed, seen, unknown, wrong_type};
use crate::auth::{Permission, Refusal};
use crate::failure::Failure;
use crate::http::body::BodyFault;
use crate::http::surface::ChannelPreferences;
use crate::http::violation::ViolationKind;
use crate::store::StoreError;

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
        (unknown(), "parameter_unknown", "`digest` is not a known field; the fields are email"),
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

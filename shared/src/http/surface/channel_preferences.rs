//! The channel preferences' error envelope: one fault at a time, eight keys always.

use http::StatusCode;
use serde_json::json;

use super::Surface;
use crate::auth::Refusal;
use crate::failure::{Failure, Said};
use crate::http::body::BodyFault;
use crate::http::violation::ViolationKind;
use crate::http::{Outbound, RequestId};

/// The errors of the channel preferences.
#[derive(Debug)]
pub struct ChannelPreferences(Failure);

impl<E: Into<Failure>> From<E> for ChannelPreferences {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

struct Envelope {
    status: StatusCode,
    code: &'static str,
    message: String,
    param: Option<String>,
}

impl Envelope {
    fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, message, param: None }
    }
}

impl Surface for ChannelPreferences {
    fn failure(&self) -> &Failure {
        &self.0
    }

    fn render(&self, _: &RequestId) -> Outbound {
        let Envelope { status, code, message, param } = match self.0.said() {
            Said::Refused(refusal) => refused(refusal),
            Said::Body(fault) => unreadable(fault),
            Said::Unavailable => Envelope::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "service_unavailable",
                "The service is busy. Send the same request again.".to_owned(),
            ),
            Said::Internal => Envelope::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal_error",
                "An internal error occurred.".to_owned(),
            ),
        };
        let error_type =
            if status.is_server_error() { "api_error" } else { "invalid_request_error" };
        let body = json!({ "error": {
            "code": code,
            "type": error_type,
            "message": message,
            "param": param,
            "doc_url": null,
            "is_transient": status == StatusCode::SERVICE_UNAVAILABLE,
            "quota": null,
            "request_log_url": null,
        }});
        Outbound::json(status, &body).with_remedy(&self.0.said())
    }
}

fn refused(refusal: &Refusal) -> Envelope {
    let (status, code) = match refusal {
        Refusal::NoCredential | Refusal::BadCredential(_) | Refusal::NoOrgUnit => {
            (StatusCode::UNAUTHORIZED, "invalid_credentials")
        }
        Refusal::ExpiredToken => (StatusCode::UNAUTHORIZED, "expired_token"),
        Refusal::RevokedApiKey => (StatusCode::UNAUTHORIZED, "api_key_revoked"),
        Refusal::ExpiredApiKey => (StatusCode::UNAUTHORIZED, "api_key_expired"),
        Refusal::PersonRequired | Refusal::AdminRequired | Refusal::PermissionRequired(_) => {
            (StatusCode::FORBIDDEN, "insufficient_permissions")
        }
    };
    Envelope::new(status, code, refusal.to_string())
}

fn unreadable(fault: &BodyFault) -> Envelope {
    let status = match fault {
        BodyFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BodyFault::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        BodyFault::Malformed(_) | BodyFault::WrongShape { .. } => StatusCode::BAD_REQUEST,
        BodyFault::Invalid(violations) => {
            if let Some(violation) = violations.first() {
                let param = violation.path.to_string();
                let message = format!("`{param}` {}.", violation.kind);
                let code = code_of(&violation.kind);
                return Envelope {
                    param: Some(param),
                    ..Envelope::new(StatusCode::BAD_REQUEST, code, message)
                };
            }
            StatusCode::BAD_REQUEST
        }
    };
    Envelope::new(status, "validation_failed", fault.to_string())
}

fn code_of(kind: &ViolationKind) -> &'static str {
    match kind {
        ViolationKind::Missing => "missing_field",
        ViolationKind::Unknown { .. } => "parameter_unknown",
        ViolationKind::WrongType { .. } => "invalid_format",
        ViolationKind::NotAllowed { .. } | ViolationKind::Immutable => "parameter_invalid",
        ViolationKind::Repeated => "validation_failed",
    }
}

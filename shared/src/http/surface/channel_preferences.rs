//! The channel preferences' wire; of faults, one at a time, in an envelope of eight keys.

mod body;
mod view;

pub use body::NewChannelPreference;
pub use view::{ChannelPreferenceList, ChannelPreferenceView};

use http::StatusCode;
use serde::Serialize;

use super::Surface;
use crate::auth::Refusal;
use crate::failure::{Failure, IN_FLIGHT, NOT_FOUND, Said};
use crate::http::body::BodyFault;
use crate::http::violation::{Violation, ViolationKind, Violations};
use crate::http::{JSON, Outbound, RequestId};

/// The code of what has no code of its own.
const VALIDATION_FAILED: &str = "validation_failed";

/// The errors of the channel preferences.
#[derive(Debug)]
pub struct ChannelPreferences(Failure);

impl<E: Into<Failure>> From<E> for ChannelPreferences {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// All eight keys are always there, `null` where nothing is known.
#[derive(Serialize)]
struct ErrorObject {
    code: &'static str,
    #[serde(rename = "type")]
    error_type: &'static str,
    message: String,
    param: Option<String>,
    doc_url: Option<&'static str>,
    is_transient: bool,
    quota: Option<&'static str>,
    request_log_url: Option<&'static str>,
}

#[derive(Serialize)]
struct Envelope {
    error: ErrorObject,
}

/// A status, a code, a message, and the parameter that they are about.
struct Answer {
    status: StatusCode,
    code: &'static str,
    message: String,
    param: Option<String>,
}

impl Surface for ChannelPreferences {
    fn failure(&self) -> &Failure {
        &self.0
    }

    fn render(&self, _: &RequestId) -> Outbound {
        let Answer { status, code, message, param } = match self.0.said() {
            Said::Refused(refusal) => refused(refusal),
            Said::Body(fault) => unreadable(fault),
            Said::Query(fault) => invalid(fault.violations(), fault),
            Said::NotFound => {
                Answer::new(StatusCode::NOT_FOUND, "resource_not_found", NOT_FOUND.to_owned())
            }
            Said::InFlight => {
                Answer::new(StatusCode::CONFLICT, "request_in_progress", IN_FLIGHT.to_owned())
            }
            Said::Unavailable { .. } => Answer::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "service_unavailable",
                "the service is busy; the same request may be sent again".to_owned(),
            ),
            Said::Full(_) | Said::NotSetUp(_) | Said::PeerRefused(_) | Said::Internal => {
                Answer::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "internal_error",
                    "an internal error occurred".to_owned(),
                )
            }
        };
        let error_type = match self.0.said() {
            Said::InFlight => "idempotency_error",
            Said::Unavailable { .. }
            | Said::Full(_)
            | Said::NotSetUp(_)
            | Said::PeerRefused(_)
            | Said::Internal => "api_error",
            Said::Refused(_) | Said::Body(_) | Said::Query(_) | Said::NotFound => {
                "invalid_request_error"
            }
        };
        let error = ErrorObject {
            code,
            error_type,
            message,
            param,
            doc_url: None,
            is_transient: status == StatusCode::SERVICE_UNAVAILABLE,
            quota: None,
            request_log_url: None,
        };
        Outbound::error(status, JSON, &Envelope { error }).with_remedy(&self.0.said())
    }
}

impl Answer {
    fn new(status: StatusCode, code: &'static str, message: String) -> Self {
        Self { status, code, message, param: None }
    }
}

fn refused(refusal: &Refusal) -> Answer {
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
    Answer::new(status, code, refusal.to_string())
}

fn unreadable(fault: &BodyFault) -> Answer {
    let status = match fault {
        BodyFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BodyFault::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        BodyFault::Malformed(_) | BodyFault::WrongShape { .. } => StatusCode::BAD_REQUEST,
        BodyFault::Invalid(violations) => return invalid(violations, fault),
    };
    Answer::new(status, VALIDATION_FAILED, fault.to_string())
}

/// The first fault, with its parameter.
fn invalid(violations: &Violations, fault: &dyn std::error::Error) -> Answer {
    let status = StatusCode::BAD_REQUEST;
    let Some(Violation { path, kind }) = violations.first() else {
        return Answer::new(status, VALIDATION_FAILED, fault.to_string());
    };
    let param = path.to_string();
    let message = format!("`{param}` {kind}");
    Answer { status, code: code_of(kind), message, param: Some(param) }
}

fn code_of(kind: &ViolationKind) -> &'static str {
    match kind {
        ViolationKind::Missing => "missing_field",
        ViolationKind::Unknown { .. } => "parameter_unknown",
        ViolationKind::WrongType { .. } => "invalid_format",
        ViolationKind::NotAllowed { .. } | ViolationKind::Immutable => "parameter_invalid",
        ViolationKind::Repeated => VALIDATION_FAILED,
    }
}

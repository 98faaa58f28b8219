//! The account email's wire and error envelope.

mod wire;

pub use wire::{AccountEmailBody, AccountEmailView};

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;

use super::Surface;
use crate::auth::Refusal;
use crate::failure::{Failure, IN_FLIGHT, NOT_FOUND, Said};
use crate::http::body::BodyFault;
use crate::http::violation::{Violation, ViolationKind, Violations};
use crate::http::{JSON, Outbound, RequestId};

/// The errors of the account email.
#[derive(Debug)]
pub struct AccountEmail(Failure);

impl<E: Into<Failure>> From<E> for AccountEmail {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

type Details = BTreeMap<String, String>;

impl Surface for AccountEmail {
    fn failure(&self) -> &Failure {
        &self.0
    }

    fn render(&self, request_id: &RequestId) -> Outbound {
        let (status, code, message, details) = match self.0.said() {
            Said::Refused(refusal) => refused(refusal),
            Said::Body(fault) => unreadable(fault),
            Said::Query(fault) => invalid(fault.violations()),
            Said::NotFound => (StatusCode::NOT_FOUND, "NOT_FOUND", NOT_FOUND.to_owned(), None),
            Said::InFlight => (StatusCode::CONFLICT, "CONFLICT", IN_FLIGHT.to_owned(), None),
            Said::Unavailable { .. } => (
                StatusCode::SERVICE_UNAVAILABLE,
                "UNAVAILABLE",
                "service is busy, send the same request again".to_owned(),
                None,
            ),
            Said::Full(_) | Said::NotSetUp(_) | Said::PeerRefused(_) | Said::Internal => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL",
                "an internal error occurred".to_owned(),
                None,
            ),
        };
        let request_id = request_id.to_string();
        let error = ErrorObject { code, message, request_id, details };
        let envelope = Envelope { success: false, error };
        Outbound::error(status, JSON, &envelope).with_remedy(&self.0.said())
    }
}

#[derive(Serialize)]
struct Envelope {
    success: bool,
    error: ErrorObject,
}

#[derive(Serialize)]
struct ErrorObject {
    code: &'static str,
    message: String,
    request_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Details>,
}

fn refused(refusal: &Refusal) -> (StatusCode, &'static str, String, Option<Details>) {
    match refusal {
        Refusal::NoCredential
        | Refusal::BadCredential(_)
        | Refusal::ExpiredToken
        | Refusal::RevokedApiKey
        | Refusal::ExpiredApiKey
        | Refusal::NoOrgUnit => {
            (StatusCode::UNAUTHORIZED, "UNAUTHORIZED", "authentication failed".to_owned(), None)
        }
        Refusal::PersonRequired => (
            StatusCode::FORBIDDEN,
            "USER_REQUIRED",
            "endpoint requires a user session".to_owned(),
            None,
        ),
        Refusal::AdminRequired | Refusal::PermissionRequired(_) => {
            (StatusCode::FORBIDDEN, "FORBIDDEN", refusal.to_string(), None)
        }
    }
}

fn unreadable(fault: &BodyFault) -> (StatusCode, &'static str, String, Option<Details>) {
    let status = match fault {
        BodyFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BodyFault::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        BodyFault::Malformed(_) | BodyFault::WrongShape { .. } => StatusCode::BAD_REQUEST,
        BodyFault::Invalid(violations) => return invalid(violations),
    };
    (status, "INVALID_INPUT", fault.to_string(), None)
}

/// Unknown keys come before immutable ones, and those before values of the wrong type: the answer
/// tells of the first kind there is, and of every key of that kind.
fn invalid(violations: &Violations) -> (StatusCode, &'static str, String, Option<Details>) {
    let rank = |violation: &Violation| match violation.kind {
        ViolationKind::Unknown { .. } => Rank::Unknown,
        ViolationKind::Immutable => Rank::Immutable,
        ViolationKind::Missing
        | ViolationKind::WrongType { .. }
        | ViolationKind::NotAllowed { .. }
        | ViolationKind::Repeated => Rank::Invalid,
    };
    let first = violations.iter().map(rank).min().unwrap_or(Rank::Invalid);
    let details = violations
        .iter()
        .filter(|violation| rank(violation) == first)
        .map(|violation| (violation.path.dotted(), describe(violation)))
        .collect();
    let (code, message) = match first {
        Rank::Unknown => ("UNKNOWN_NOTIFICATION_KEY", "unknown notification key"),
        Rank::Immutable => ("IMMUTABLE_NOTIFICATION_KEY", "notification key is immutable"),
        Rank::Invalid => ("VALIDATION_FAILED", "validation failed"),
    };
    (StatusCode::UNPROCESSABLE_ENTITY, code, message.to_owned(), Some(details))
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Unknown,
    Immutable,
    Invalid,
}

fn describe(violation: &Violation) -> String {
    match violation.kind {
        ViolationKind::Unknown { .. } if violation.path.steps().len() == 1 => {
            "unknown channel".to_owned()
        }
        ViolationKind::Unknown { .. } => "unknown toggle".to_owned(),
        ViolationKind::Immutable => "not user-toggleable".to_owned(),
        ViolationKind::Missing
        | ViolationKind::WrongType { .. }
        | ViolationKind::NotAllowed { .. }
        | ViolationKind::Repeated => violation.kind.to_string(),
    }
}

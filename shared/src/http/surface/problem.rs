//! Problem details (RFC 9457): the errors of the lead alerts and of the platform.

use http::StatusCode;
use serde::Serialize;

use super::Surface;
use crate::auth::Refusal;
use crate::failure::{Failure, IN_FLIGHT, NOT_FOUND, Said};
use crate::http::body::BodyFault;
use crate::http::violation::Violation;
use crate::http::{Outbound, RequestId};

/// The errors of events, decisions, deliveries, API keys and push subscriptions.
#[derive(Debug)]
pub struct Platform(Failure);

impl<E: Into<Failure>> From<E> for Platform {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Surface for Platform {
    fn failure(&self) -> &Failure {
        &self.0
    }

    fn render(&self, request_id: &RequestId) -> Outbound {
        render(&self.0, StatusCode::FORBIDDEN, request_id)
    }
}

/// Renders a failure; the two surfaces differ in what they answer an API key where a person is
/// needed.
pub(super) fn render(
    failure: &Failure,
    person_required: StatusCode,
    request_id: &RequestId,
) -> Outbound {
    let (status, detail) = match failure.said() {
        Said::Refused(refusal) => (refusal_status(refusal, person_required), refusal.to_string()),
        Said::Body(fault) => (body_status(fault), fault.to_string()),
        Said::Query(fault) => (StatusCode::BAD_REQUEST, fault.to_string()),
        Said::NotFound => (StatusCode::NOT_FOUND, NOT_FOUND.to_owned()),
        Said::InFlight => (StatusCode::CONFLICT, IN_FLIGHT.to_owned()),
        Said::Full(words) => (StatusCode::CONFLICT, words.to_owned()),
        Said::NotSetUp(words) => (StatusCode::BAD_REQUEST, words.to_owned()),
        Said::PeerRefused(code) => (StatusCode::BAD_GATEWAY, format!("Slack refused ({code})")),
        Said::Unavailable { .. } => (
            StatusCode::SERVICE_UNAVAILABLE,
            "the service is busy and may have carried this out; send it again if that may happen \
             twice"
                .to_owned(),
        ),
        Said::Internal => {
            (StatusCode::INTERNAL_SERVER_ERROR, "an internal error occurred".to_owned())
        }
    };
    let errors = match failure.said() {
        Said::Body(BodyFault::Invalid(violations)) => violations.iter().map(Fault::from).collect(),
        Said::Query(fault) => fault.violations().iter().map(Fault::from).collect(),
        Said::Refused(_)
        | Said::Body(_)
        | Said::NotFound
        | Said::InFlight
        | Said::Full(_)
        | Said::NotSetUp(_)
        | Said::PeerRefused(_)
        | Said::Unavailable { .. }
        | Said::Internal => Vec::new(),
    };
    let problem = Problem {
        problem_type: "about:blank",
        title: status.canonical_reason().unwrap_or_default(),
        status: status.as_u16(),
        detail,
        instance: format!("/requests/{request_id}"),
        errors,
    };
    Outbound::error(status, "application/problem+json", &problem).with_remedy(&failure.said())
}

/// A problem without a type of its own: the status says it all, and the title is the status's own
/// phrase (RFC 9457, section 4.2.1).
#[derive(Serialize)]
struct Problem {
    #[serde(rename = "type")]
    problem_type: &'static str,
    title: &'static str,
    status: u16,
    detail: String,
    instance: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

#[derive(Serialize)]
struct Fault {
    path: String,
    detail: String,
}

impl From<&Violation> for Fault {
    fn from(violation: &Violation) -> Self {
        Self { path: violation.path.to_string(), detail: violation.kind.to_string() }
    }
}

fn refusal_status(refusal: &Refusal, person_required: StatusCode) -> StatusCode {
    match refusal {
        Refusal::NoCredential
        | Refusal::BadCredential(_)
        | Refusal::ExpiredToken
        | Refusal::RevokedApiKey
        | Refusal::ExpiredApiKey => StatusCode::UNAUTHORIZED,
        Refusal::NoOrgUnit => StatusCode::BAD_REQUEST,
        Refusal::PersonRequired => person_required,
        Refusal::AdminRequired | Refusal::PermissionRequired(_) => StatusCode::FORBIDDEN,
    }
}

fn body_status(fault: &BodyFault) -> StatusCode {
    match fault {
        BodyFault::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        BodyFault::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        BodyFault::Malformed(_) | BodyFault::WrongShape { .. } | BodyFault::Invalid(_) => {
            StatusCode::BAD_REQUEST
        }
    }
}

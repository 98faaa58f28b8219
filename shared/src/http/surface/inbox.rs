//! The inbox's and the watches' error envelope: a message, and on 422 the messages by field.

use std::collections::BTreeMap;

use http::StatusCode;
use serde::Serialize;

use super::Surface;
use crate::auth::Refusal;
use crate::failure::{Failure, Said};
use crate::http::body::BodyFault;
use crate::http::violation::Violations;
use crate::http::{JSON, Outbound, RequestId};

/// The errors of the inbox, the watches and the profile.
#[derive(Debug)]
pub struct InboxAndWatching(Failure);

impl<E: Into<Failure>> From<E> for InboxAndWatching {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl Surface for InboxAndWatching {
    fn failure(&self) -> &Failure {
        &self.0
    }

    fn render(&self, _: &RequestId) -> Outbound {
        let outbound = match self.0.said() {
            Said::Refused(refusal) => refused(refusal),
            Said::Body(BodyFault::Invalid(violations)) => invalid(violations),
            Said::Query(fault) => invalid(fault.violations()),
            Said::Body(fault @ BodyFault::TooLarge) => {
                message(StatusCode::PAYLOAD_TOO_LARGE, &fault.to_string())
            }
            Said::Body(fault @ BodyFault::UnsupportedMediaType) => {
                message(StatusCode::UNSUPPORTED_MEDIA_TYPE, &fault.to_string())
            }
            Said::Body(fault @ (BodyFault::Malformed(_) | BodyFault::WrongShape { .. })) => {
                message(StatusCode::BAD_REQUEST, &fault.to_string())
            }
            Said::NotFound => message(StatusCode::NOT_FOUND, "Not Found."),
            Said::InFlight => {
                message(StatusCode::CONFLICT, "The same request is still being carried out.")
            }
            Said::Unavailable { .. } => message(
                StatusCode::SERVICE_UNAVAILABLE,
                "The service is busy and may have carried this out; send it again if that may happen \
                 twice.",
            ),
            Said::Full(_) | Said::NotSetUp(_) | Said::PeerRefused(_) | Said::Internal => {
                message(StatusCode::INTERNAL_SERVER_ERROR, "Server Error")
            }
        };
        outbound.with_remedy(&self.0.said())
    }
}

/// Messages by the field that they are about.
type Messages = BTreeMap<String, Vec<String>>;

#[derive(Serialize)]
struct Envelope {
    message: String,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    errors: Messages,
}

fn message(status: StatusCode, text: &str) -> Outbound {
    let envelope = Envelope { message: text.to_owned(), errors: BTreeMap::new() };
    Outbound::error(status, JSON, &envelope)
}

fn refused(refusal: &Refusal) -> Outbound {
    match refusal {
        Refusal::NoCredential
        | Refusal::BadCredential(_)
        | Refusal::ExpiredToken
        | Refusal::RevokedApiKey
        | Refusal::ExpiredApiKey
        | Refusal::NoOrgUnit => message(StatusCode::UNAUTHORIZED, "Unauthenticated."),
        Refusal::PersonRequired | Refusal::AdminRequired | Refusal::PermissionRequired(_) => {
            message(StatusCode::FORBIDDEN, "This action is unauthorized.")
        }
    }
}

fn invalid(violations: &Violations) -> Outbound {
    let mut errors: Messages = BTreeMap::new();
    for violation in violations.iter() {
        let field = violation.path.dotted();
        let text = format!("The {field} field {}.", violation.kind);
        errors.entry(field).or_default().push(text);
    }
    let envelope = Envelope { message: "The given data was invalid.".to_owned(), errors };
    Outbound::error(StatusCode::UNPROCESSABLE_ENTITY, JSON, &envelope)
}

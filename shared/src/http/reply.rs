//! Answers, on their way out.

mod page;
mod replayable;
mod tagged;

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use aws_lambda_events::encodings::Body;
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER, STRICT_TRANSPORT_SECURITY,
    WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

pub use replayable::Replayable;
pub use tagged::Tagged;

use super::RequestId;
use crate::auth::Refusal;
use crate::failure::{Failure, Said};

/// The media type of every answer that is neither a problem document nor a page.
pub(crate) const JSON: &str = "application/json";

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A complete answer: a status, headers, and a body of JSON or a page, or none.
#[derive(Debug)]
pub struct Outbound {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

impl Outbound {
    /// An answer of that media type. Nobody but the caller may keep it.
    #[must_use]
    pub(crate) fn new(status: StatusCode, media_type: &'static str, body: String) -> Self {
        let mut headers = headers_of_every_answer();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        Self { status, headers, body }
    }

    /// An answer that is all said with its status.
    #[must_use]
    pub(crate) fn without_body(status: StatusCode) -> Self {
        Self { status, headers: headers_of_every_answer(), body: String::new() }
    }

    /// An error, in a surface's envelope.
    #[must_use]
    pub(crate) fn error(
        status: StatusCode,
        media_type: &'static str,
        envelope: &impl Serialize,
    ) -> Self {
        // Envelopes are structs of text and numbers, which can always be written.
        Self::new(status, media_type, serde_json::to_string(envelope).unwrap_or_default())
    }

    /// Adds what helps the caller go on: after a 401 which scheme is expected and whether a
    /// credential was seen (RFC 6750, section 3), after a 503 when to come again.
    #[must_use]
    pub(crate) fn with_remedy(mut self, said: &Said<'_>) -> Self {
        match said {
            Said::Refused(refusal) if self.status == StatusCode::UNAUTHORIZED => {
                let challenge = match refusal {
                    Refusal::NoCredential => "Bearer",
                    Refusal::BadCredential(_)
                    | Refusal::ExpiredToken
                    | Refusal::RevokedApiKey
                    | Refusal::ExpiredApiKey
                    | Refusal::NoOrgUnit
                    | Refusal::PersonRequired
                    | Refusal::AdminRequired
                    | Refusal::PermissionRequired(_) => r#"Bearer error="invalid_token""#,
                };
                self.headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
            }
            Said::Unavailable { retry_after } => {
                self.headers.insert(RETRY_AFTER, HeaderValue::from(*retry_after));
            }
            Said::Refused(_)
            | Said::Body(_)
            | Said::Query(_)
            | Said::NotFound
            | Said::InFlight
            | Said::Full(_)
            | Said::NotSetUp(_)
            | Said::PeerRefused(_)
            | Said::Internal => {}
        }
        self
    }

    /// The status.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The answer as the gateway's event, named by its request.
    #[must_use]
    pub(crate) fn into_event(mut self, request_id: &RequestId) -> ApiGatewayV2httpResponse {
        if let Ok(value) = HeaderValue::from_str(request_id.as_str()) {
            self.headers.insert(X_REQUEST_ID, value);
        }
        let mut event = ApiGatewayV2httpResponse::default();
        event.status_code = i64::from(self.status.as_u16());
        event.headers = self.headers;
        event.body = (!self.body.is_empty()).then_some(Body::Text(self.body));
        event
    }
}

/// What is said with every answer: nothing on the way keeps it, nobody takes it for something else than
/// it says, a browser that shows it runs, loads and frames nothing, and comes back over TLS alone for a
/// year (RFC 6797). Of its subdomains that says nothing: they may be someone else's.
///
/// A page says a policy of its own in place of this one.
fn headers_of_every_answer() -> HeaderMap {
    // With the media type and the request's id.
    let mut headers = HeaderMap::with_capacity(6);
    for (name, value) in [
        (CACHE_CONTROL, "no-store"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (STRICT_TRANSPORT_SECURITY, "max-age=31536000"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

/// What a handler returns when all went well.
pub trait Reply {
    /// Puts it into words.
    ///
    /// # Errors
    ///
    /// [`Failure::Unrenderable`] if it cannot be written as JSON.
    fn into_outbound(self) -> Result<Outbound, Failure>;
}

/// 200 with a JSON body.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: Serialize> Reply for Json<T> {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        json(StatusCode::OK, &self.0)
    }
}

/// 201 with a JSON body: what was made.
#[derive(Debug)]
pub struct Created<T>(pub T);

impl<T: Serialize> Reply for Created<T> {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        json(StatusCode::CREATED, &self.0)
    }
}

/// 202 with a JSON body: what was sent is kept, and what follows from it comes later.
#[derive(Debug)]
pub struct Accepted<T>(pub T);

impl<T: Serialize> Reply for Accepted<T> {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        json(StatusCode::ACCEPTED, &self.0)
    }
}

pub(super) fn json(status: StatusCode, body: &impl Serialize) -> Result<Outbound, Failure> {
    let body = serde_json::to_string(body).map_err(|_unserializable| Failure::Unrenderable)?;
    Ok(Outbound::new(status, JSON, body))
}

/// 204: done, and nothing to say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoContent;

impl Reply for NoContent {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        let Self = self;
        Ok(Outbound::without_body(StatusCode::NO_CONTENT))
    }
}

/// 200 with `{"status":"ok"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(());

impl Status {
    /// The request was carried out.
    pub const OK: Self = Self(());
}

impl Reply for Status {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        let Self(()) = self;
        let body = r#"{"status":"ok"}"#.to_owned();
        Ok(Outbound::new(StatusCode::OK, JSON, body))
    }
}

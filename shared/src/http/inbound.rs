//! A request as the edge hands it in.

use std::collections::HashMap;
use std::fmt;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use deserr::Deserr;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;

use super::body::{self, BodyFault, InContext, MAX_BODY_BYTES};
use super::cloud_event::CloudEvents;
use super::query::{self, QueryFault};
use super::surface::decisions;
use super::surface::watches::wrong_idempotency_key;
use super::violation::Violations;
use crate::domain::channel_preference::Categories;
use crate::domain::decision::Question;
use crate::domain::repeat::{InvalidIdempotencyKey, RepeatableRequest};
use crate::json::Json;

const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Names one request: in the `X-Request-Id` of its answer, in its log line, in its errors.
///
/// A ULID of ours rather than the gateway's id, so that a person may quote it on every surface and
/// it sorts by time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    pub(crate) fn new(ulid: ulid::Ulid) -> Self {
        Self(ulid.to_string())
    }

    /// The id as text: 26 characters of Crockford's base 32.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A request to one route, from an API Gateway HTTP API (payload format 2.0).
pub struct Inbound {
    headers: HeaderMap,
    verb: Method,
    path: String,
    path_parameters: HashMap<String, String>,
    /// By name, decoded.
    query: HashMap<String, String>,
    /// Nothing, if what the gateway encoded cannot be decoded.
    body: Option<Vec<u8>>,
}

impl Inbound {
    /// Takes the request out of the gateway's event.
    #[must_use]
    pub(crate) fn new(event: ApiGatewayV2httpRequest) -> Self {
        let text = event.body.unwrap_or_default();
        // The gateway encodes what is not text.
        let body = if event.is_base64_encoded {
            STANDARD.decode(&text).ok()
        } else {
            Some(text.into_bytes())
        };
        // The event's type takes a value apart at its commas, where it takes the gateway to have
        // joined several; whether it has, nobody can tell.
        let values = event.query_string_parameters.iter();
        let mut query: HashMap<String, String> = HashMap::new();
        for (name, value) in values {
            let joined = query.entry(name.to_owned());
            joined
                .and_modify(|joined| *joined = format!("{joined},{value}"))
                .or_insert_with(|| value.to_owned());
        }
        Self {
            headers: event.headers,
            verb: event.request_context.http.method,
            path: event.raw_path.unwrap_or_default(),
            path_parameters: event.path_parameters,
            query,
            body,
        }
    }

    /// What stands in the path for the route's `{name}`, decoded. Empty if the route has no such
    /// name; the gateway lets nothing empty stand for one that it has.
    #[must_use]
    pub fn path_parameter(&self, name: &str) -> &str {
        self.path_parameters.get(name).map(String::as_str).unwrap_or_default()
    }

    /// Whether it may change something; a GET never does.
    #[must_use]
    pub fn is_post(&self) -> bool {
        self.verb == Method::POST
    }

    /// Lets any body pass, or none, of any media type, since nobody looks at it.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`].
    pub fn pass_body(&self) -> Result<(), BodyFault> {
        let bytes = self.body.as_ref().map_or(0, Vec::len);
        if bytes > MAX_BODY_BYTES { Err(BodyFault::TooLarge) } else { Ok(()) }
    }

    /// The path as it was asked for.
    #[must_use]
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// A header, if it is there. Several are one, joined by commas.
    #[must_use]
    pub(crate) fn header(&self, name: &HeaderName) -> Option<&HeaderValue> {
        self.headers.get(name)
    }

    /// The `Authorization` header, if it is there. Several are one, joined by commas.
    #[must_use]
    pub(crate) fn authorization(&self) -> Option<&[u8]> {
        self.header(&AUTHORIZATION).map(HeaderValue::as_bytes)
    }

    /// Reads the query: each parameter is a field that holds a string. One that is left out is
    /// absent, one without a value an empty string, and one that comes twice has both values, joined
    /// by a comma.
    ///
    /// Call it after the caller is known, like [`Inbound::json`].
    ///
    /// # Errors
    ///
    /// A [`QueryFault`], with every parameter that is wrong.
    pub fn query<T: Deserr<Violations>>(&self) -> Result<T, QueryFault> {
        query::read(&self.query)
    }

    /// Reads the body.
    ///
    /// Call it after the caller is known: who may not ask is told nothing about what they sent.
    ///
    /// # Errors
    ///
    /// A [`BodyFault`], with every fault of the body and its path.
    pub fn json<T: Deserr<Violations>>(&self) -> Result<T, BodyFault> {
        self.json_with(deserr::deserialize)
    }

    /// Reads a body whose meaning depends on the deployment or on the time.
    ///
    /// # Errors
    ///
    /// As [`Inbound::json`].
    pub fn json_in<T: InContext<C>, C>(&self, context: &C) -> Result<T, BodyFault> {
        self.json_with(|json| T::read(json, context))
    }

    /// Reads the body, where no body at all is one that says nothing.
    ///
    /// # Errors
    ///
    /// As [`Inbound::json`].
    pub fn json_or_default<T: Deserr<Violations> + Default>(&self) -> Result<T, BodyFault> {
        let is_empty = self.body.as_ref().is_some_and(Vec::is_empty);
        if is_empty { Ok(T::default()) } else { self.json() }
    }

    /// Reads the body as one CloudEvent, or as a batch of them, as far as it takes to know their
    /// types.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`], [`BodyFault::UnsupportedMediaType`] or [`BodyFault::Malformed`].
    pub fn cloud_events(&self) -> Result<CloudEvents, BodyFault> {
        let body = self.body.as_deref().ok_or(BodyFault::UNDECODABLE)?;
        CloudEvents::parse(self.content_type(), body)
    }

    /// Reads the body as a question about an event, which depends on the deployment and on the time.
    ///
    /// # Errors
    ///
    /// As [`Inbound::json`].
    pub fn question(&self, categories: &Categories, now: Timestamp) -> Result<Question, BodyFault> {
        let body = self.body.as_deref().unwrap_or_default();
        self.json_with(|json| decisions::read(json, body, categories, now))
    }

    /// The request as one that may be sent again, if it says what it is called by its
    /// `Idempotency-Key`. The body is not looked at.
    ///
    /// # Errors
    ///
    /// [`BodyFault::TooLarge`], or [`BodyFault::Invalid`] for a key that is none.
    pub fn repeatable(&self) -> Result<Option<RepeatableRequest>, BodyFault> {
        let body = self.body.clone().unwrap_or_default();
        if body.len() > MAX_BODY_BYTES {
            return Err(BodyFault::TooLarge);
        }
        let Some(key) = self.header(&IDEMPOTENCY_KEY) else { return Ok(None) };
        let key = key.to_str().map_err(|_not_ascii| InvalidIdempotencyKey).and_then(str::parse);
        let key = key.map_err(|rule| wrong_idempotency_key(&rule.to_string()))?;
        let (verb, path) = (self.verb.to_string(), self.path.clone());
        Ok(Some(RepeatableRequest { key, verb, path, body }))
    }

    fn content_type(&self) -> Option<&[u8]> {
        self.header(&CONTENT_TYPE).map(HeaderValue::as_bytes)
    }

    fn json_with<T>(
        &self,
        read: impl FnOnce(Json) -> Result<T, Violations>,
    ) -> Result<T, BodyFault> {
        let body = self.body.as_deref().ok_or(BodyFault::UNDECODABLE)?;
        body::parse(self.content_type(), body, read)
    }
}

/// A request holds a credential and a person's words: none of it is for a log.
impl fmt::Debug for Inbound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Inbound(…)")
    }
}

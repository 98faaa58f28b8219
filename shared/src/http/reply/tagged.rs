//! An answer that may be kept, and asked for again by its tag.

use http::header::{CACHE_CONTROL, ETAG, IF_NONE_MATCH};
use http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;

use super::{JSON, Outbound, Reply};
use crate::failure::Failure;
use crate::http::Inbound;
use crate::http::entity_tag::EntityTag;

/// 200 with a JSON body and headers that belong to it, or 304 without a body to whoever has all of
/// that already.
///
/// The caller may keep it, on condition that they ask each time whether it still holds; nobody on
/// the way may.
#[derive(Debug)]
pub struct Tagged<T> {
    body: T,
    headers: Vec<(HeaderName, String)>,
    known: Option<HeaderValue>,
}

impl<T> Tagged<T> {
    /// What that request is answered.
    #[must_use]
    pub fn new(request: &Inbound, headers: Vec<(HeaderName, String)>, body: T) -> Self {
        Self { body, headers, known: request.header(&IF_NONE_MATCH).cloned() }
    }
}

impl<T: Serialize> Reply for Tagged<T> {
    fn into_outbound(self) -> Result<Outbound, Failure> {
        let Self { body, headers, known } = self;
        let body = serde_json::to_string(&body).map_err(|_unserializable| Failure::Unrenderable)?;
        let said = headers.iter().flat_map(|(name, value)| [name.as_str(), value]);
        let tag = EntityTag::of(said.chain([body.as_str()]));
        let is_known = known.is_some_and(|known| tag.is_among(known.as_bytes()));
        let mut outbound = if is_known {
            Outbound::without_body(StatusCode::NOT_MODIFIED)
        } else {
            Outbound::new(StatusCode::OK, JSON, body)
        };
        let may_be_kept = (CACHE_CONTROL, "private, no-cache".to_owned());
        for (name, value) in headers.into_iter().chain([may_be_kept, (ETAG, tag.to_header())]) {
            let value = HeaderValue::try_from(value).map_err(|_no_header| Failure::Unrenderable)?;
            outbound.headers.insert(name, value);
        }
        Ok(outbound)
    }
}

//! Requests as the gateway hands them in.

use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::http::Inbound;

/// The path that links to a next page begin with.
pub(super) const PATH: &str = "/api/notifications";

/// A request with these parameters, decoded.
pub(super) fn with_query(parameters: &[(&str, &str)]) -> Inbound {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    let parameters: HashMap<String, String> = parameters.iter().map(owned).collect();
    let mut event = ApiGatewayV2httpRequest::default();
    event.raw_path = Some(PATH.to_owned());
    event.query_string_parameters = parameters.into();
    Inbound::new(event)
}

/// A request with that body, in base 64 as the gateway encodes what is no text.
pub(super) fn with_body(content_type: Option<&'static str>, body: &[u8]) -> Inbound {
    let mut event = ApiGatewayV2httpRequest::default();
    event.body = Some(STANDARD.encode(body));
    event.is_base64_encoded = true;
    let content_type = content_type.map(|value| (CONTENT_TYPE, HeaderValue::from_static(value)));
    event.headers.extend(content_type);
    Inbound::new(event)
}

//! The event of an HTTP API, payload format 2.0.

use std::collections::BTreeMap;

use aws_lambda_events::apigw::ApiGatewayV2httpRequest;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use http::header::{CONTENT_TYPE, COOKIE};
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::route::Parameters;
use crate::problem::Problem;
use crate::template::Route;

/// Writes the request as the event that a function gets.
pub(super) fn from_request(
    request: Request<Bytes>,
    route: &Route,
    parameters: &Parameters,
) -> Result<ApiGatewayV2httpRequest, Problem> {
    let (head, body) = request.into_parts();
    // Header names come in lower case, and what came more than once is joined.
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in head.headers.iter().filter(|(name, _)| *name != COOKIE) {
        let value = String::from_utf8_lossy(value.as_bytes());
        headers
            .entry(name.as_str().to_owned())
            .and_modify(|joined| *joined = format!("{joined},{value}"))
            .or_insert_with(|| value.into_owned());
    }
    let route_key = format!("{} {}", route.method, route.path);
    let mut event = json!({
        "version": "2.0",
        "routeKey": route_key,
        "rawPath": head.uri.path(),
        "rawQueryString": head.uri.query().unwrap_or_default(),
        "headers": headers,
        "requestContext": {
            "accountId": "anonymous",
            "apiId": "local",
            "domainName": "localhost",
            "domainPrefix": "localhost",
            "http": {
                "method": head.method.as_str(),
                "path": head.uri.path(),
                "protocol": "HTTP/1.1",
                "sourceIp": "127.0.0.1",
                "userAgent": "",
            },
            "requestId": "local",
            "routeKey": route_key,
            "stage": "$default",
        },
        "isBase64Encoded": false,
    });
    if let Value::Object(fields) = &mut event {
        if !parameters.is_empty() {
            let parameters = parameters.iter().map(|(name, value)| (name.clone(), json!(value)));
            fields.insert("pathParameters".to_owned(), Value::Object(Map::from_iter(parameters)));
        }
        let query = read_query(head.uri.query().unwrap_or_default());
        if !query.is_empty() {
            fields.insert("queryStringParameters".to_owned(), json!(query));
        }
        if !body.is_empty() {
            let text = is_text(head.headers.get(CONTENT_TYPE)).then(|| std::str::from_utf8(&body));
            let (body, is_encoded) = match text {
                Some(Ok(text)) => (text.to_owned(), false),
                Some(Err(_)) | None => (STANDARD.encode(&body), true),
            };
            fields.insert("body".to_owned(), json!(body));
            fields.insert("isBase64Encoded".to_owned(), json!(is_encoded));
        }
    }
    serde_json::from_value(event).map_err(|error| Problem::new("this makes no event", error))
}

/// Names and values, decoded; values of one name are joined.
fn read_query(query: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let mut parameters: BTreeMap<String, String> = BTreeMap::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = decode(value);
        parameters
            .entry(decode(name))
            .and_modify(|joined| *joined = format!("{joined},{value}"))
            .or_insert(value);
    }
    parameters
}

/// The gateway passes these on as they are, and everything else in base 64.
fn is_text(content_type: Option<&http::HeaderValue>) -> bool {
    let Some(Ok(content_type)) = content_type.map(http::HeaderValue::to_str) else { return false };
    content_type.starts_with("text/")
        || ["application/json", "application/javascript", "application/xml"]
            .iter()
            .any(|text| content_type.starts_with(text))
}

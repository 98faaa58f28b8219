//! What an HTTP API with a CORS configuration does by itself: it answers preflights, and it adds
//! headers to what a function answers.

use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN,
};
use http::{HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode};
use hyper::body::Bytes;

use crate::template::Cors;

/// The answer to a preflight, if the request is one.
pub(super) fn preflight(cors: &Cors, request: &Request<Bytes>) -> Option<Response<Bytes>> {
    let asks = request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() != Method::OPTIONS || !asks {
        return None;
    }
    let mut response = Response::new(Bytes::new());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if allow(cors, request.headers().get(ORIGIN), headers) {
        insert(headers, ACCESS_CONTROL_ALLOW_METHODS, &cors.allow_methods.join(","));
        insert(headers, ACCESS_CONTROL_ALLOW_HEADERS, &cors.allow_headers.join(","));
        if let Some(seconds) = cors.max_age {
            insert(headers, ACCESS_CONTROL_MAX_AGE, &seconds.to_string());
        }
    }
    Some(response)
}

/// Lets the origin read the answer, if it may. Says whether it may.
pub(super) fn allow(cors: &Cors, origin: Option<&HeaderValue>, headers: &mut HeaderMap) -> bool {
    let Some(Ok(origin)) = origin.map(HeaderValue::to_str) else { return false };
    let allowed = cors.allow_origins.iter().find(|allowed| *allowed == "*" || *allowed == origin);
    let Some(allowed) = allowed else { return false };
    insert(headers, ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
    if !cors.expose_headers.is_empty() {
        insert(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &cors.expose_headers.join(","));
    }
    true
}

fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_named_origin_may_read_the_answer() {
        let cors =
            Cors { allow_origins: vec!["https://app.example".to_owned()], ..Cors::default() };
        let allowed = |origin: &'static str| {
            let mut headers = HeaderMap::new();
            let may = allow(&cors, Some(&HeaderValue::from_static(origin)), &mut headers);
            assert_eq!(may, headers.contains_key(ACCESS_CONTROL_ALLOW_ORIGIN));
            may
        };
        assert!(allowed("https://app.example"));
        assert!(!allowed("https://app.example.evil.example"));
        assert!(!allowed("http://app.example"));
    }
}

//! What Slack says, as HTTP.

use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use http::{Response, StatusCode};
use http_body_util::Full;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::workspace::Scope;

/// What Slack answers.
#[derive(Debug)]
pub(super) enum Answer {
    /// `"ok": true` and this.
    Done(Value),
    /// `"ok": false` and the code, with what Slack says beside it.
    Error {
        /// Slack's error code.
        code: &'static str,
        /// The other fields of the answer.
        detail: Value,
    },
    /// 429: too many calls, and in how many seconds the next one is welcome.
    RateLimited(u32),
    /// 500.
    OutOfOrder,
    /// 404: no path of the Web API.
    NoPage,
}

impl Answer {
    /// An error that its code says all of.
    pub(super) fn error(code: &'static str) -> Self {
        Self::Error { code, detail: json!({}) }
    }

    /// An error with a line about what is wrong, where Slack has one.
    pub(super) fn explained(code: &'static str, message: &str) -> Self {
        let messages = [format!("[ERROR] {message}")];
        let detail = json!({ "response_metadata": { "messages": messages } });
        Self::Error { code, detail }
    }

    /// The token was not granted what the method needs.
    pub(super) fn missing_scope(needed: Scope) -> Self {
        let detail = json!({ "needed": needed.as_str(), "provided": "" });
        Self::Error { code: "missing_scope", detail }
    }

    pub(super) fn into_response(self) -> Response<Full<Bytes>> {
        let refused = |code| json!({ "ok": false, "error": code });
        let retry_after = match &self {
            Self::RateLimited(seconds) => Some(HeaderValue::from(*seconds)),
            Self::Done(_) | Self::Error { .. } | Self::OutOfOrder | Self::NoPage => None,
        };
        let (status, body) = match self {
            Self::Done(fields) => (StatusCode::OK, with(fields, json!({ "ok": true }))),
            Self::Error { code, detail } => (StatusCode::OK, with(detail, refused(code))),
            Self::RateLimited(_) => (StatusCode::TOO_MANY_REQUESTS, refused("ratelimited")),
            Self::OutOfOrder => (StatusCode::INTERNAL_SERVER_ERROR, refused("internal_error")),
            Self::NoPage => (StatusCode::NOT_FOUND, Value::Null),
        };
        let mut response = Response::new(Full::new(Bytes::from(body.to_string())));
        *response.status_mut() = status;
        let json = HeaderValue::from_static("application/json; charset=utf-8");
        response.headers_mut().insert(CONTENT_TYPE, json);
        if let Some(seconds) = retry_after {
            response.headers_mut().insert(RETRY_AFTER, seconds);
        }
        response
    }
}

/// The fields of both.
fn with(mut fields: Value, more: Value) -> Value {
    if let (Some(fields), Value::Object(more)) = (fields.as_object_mut(), more) {
        fields.extend(more);
    }
    fields
}

//! What Slack is asked, as HTTP: a method in the path, a token in the header, arguments in the query,
//! in a form, or in JSON.

use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request};
use hyper::body::Bytes;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::answer::Answer;

/// A call of a method.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The method, as the path names it: `users.list`.
    pub method: String,
    /// The token that it came with.
    pub token: Option<String>,
    /// The media type of its body.
    pub content_type: Option<String>,
    /// Its arguments. Those of a query or a form are texts; of a body that cannot be read there are
    /// none.
    pub arguments: Map<String, Value>,
    /// Why Slack cannot read its body: the error code.
    pub(super) unreadable: Option<&'static str>,
}

/// What the path of each method begins with.
const ROOT: &str = "/api/";

impl Call {
    /// What a request asks; `None` if it asks nothing of the Web API.
    pub(super) fn read(request: &Request<Bytes>) -> Option<Self> {
        let method = request.uri().path().strip_prefix(ROOT)?.to_owned();
        if ![Method::GET, Method::POST].contains(request.method()) {
            return None;
        }
        let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
        let token = header(AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer "));
        let content_type = header(CONTENT_TYPE);
        let query = request.uri().query().unwrap_or_default();
        let body = body_arguments(content_type, request.body());
        let unreadable = body.as_ref().err().copied();
        let arguments = pairs(query.as_bytes()).chain(body.unwrap_or_default()).collect();
        Some(Self {
            method,
            token: token.map(str::to_owned),
            content_type: content_type.map(str::to_owned),
            arguments,
            unreadable,
        })
    }

    /// An argument that is a text, where there is one and it is not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.arguments.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }

    /// An argument that holds JSON: as it is, or in a text, as forms have it.
    ///
    /// # Errors
    ///
    /// The text is no JSON.
    pub(super) fn json(&self, name: &str) -> Result<Option<Value>, serde_json::Error> {
        match self.arguments.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some),
            Some(
                value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)),
            ) => Ok(Some(value.clone())),
        }
    }

    /// Whether the body is JSON.
    pub(super) fn is_json(&self) -> bool {
        self.content_type.as_deref().map(media_type) == Some(JSON)
    }

    /// Why its body cannot be read, if it cannot.
    pub(super) fn check_body(&self) -> Result<(), Answer> {
        self.unreadable.map_or(Ok(()), |code| Err(Answer::error(code)))
    }
}

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A media type without its parameters.
fn media_type(content_type: &str) -> &str {
    content_type.split(';').next().unwrap_or_default().trim()
}

/// The arguments in a body, else the code of the error that Slack documents for it.
fn body_arguments(
    content_type: Option<&str>,
    body: &Bytes,
) -> Result<Map<String, Value>, &'static str> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    match content_type.map(media_type) {
        None => Err("missing_post_type"),
        Some(FORM) => Ok(pairs(body).collect()),
        Some(JSON) => match serde_json::from_slice(body) {
            Ok(Value::Object(arguments)) => Ok(arguments),
            Ok(
                Value::Null
                | Value::Bool(_)
                | Value::Number(_)
                | Value::String(_)
                | Value::Array(_),
            ) => Err("json_not_object"),
            Err(_no_json) => Err("invalid_json"),
        },
        Some(_) => Err("invalid_post_type"),
    }
}

/// The pairs of a form or a query (WHATWG URL, `application/x-www-form-urlencoded`).
fn pairs(form: &[u8]) -> impl Iterator<Item = (String, Value)> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let form = String::from_utf8_lossy(form).into_owned();
    let pairs: Vec<(String, Value)> = form
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), Value::String(decode(value))))
        .collect();
    pairs.into_iter()
}

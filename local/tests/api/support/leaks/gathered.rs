//! What is secret in a test, gathered as it comes in.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{AUTHORIZATION, COOKIE};
use http::{HeaderMap, Request};
use hyper::body::Bytes;
use local::template::Route;
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::public;

/// Claims that say what someone may do, in words that are in the documentation.
const CLAIMS_OF_RIGHTS: [&str; 3] = ["permissions", "scope", "role"];

/// What an answer says of its kind, or of what went wrong with something, in words that logs say too.
const SAID_IN_LOGS: [&str; 3] = ["object", "reason", "status"];

/// Texts that came in.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<Texts>);

#[derive(Debug, Default)]
pub(super) struct Texts {
    /// What may be said nowhere.
    pub(super) values: BTreeSet<String>,
    /// What callers called fields: an answer may name them.
    pub(super) names: BTreeSet<String>,
}

impl Secrets {
    /// That text is secret, unless it is too short to be told from others, or in the documentation.
    pub(crate) fn value(&self, text: &str) {
        let text = text.trim();
        if public::is_telling(text) {
            self.texts().values.insert(text.to_owned());
        }
    }

    /// What a deployment is configured with an answer may say, such as which categories there are.
    pub(crate) fn configured(&self, value: &str) {
        value.split(',').for_each(|entry| self.name(entry.trim()));
    }

    /// What a header brings as a credential is secret: all of it, its parts, and what its claims say.
    pub(crate) fn credential(&self, header: &[u8]) {
        let header = String::from_utf8_lossy(header);
        let credential = header.split_once(' ').map_or(&*header, |(_, credential)| credential);
        self.value(credential);
        let parts: Vec<&str> = credential.split('.').collect();
        parts.iter().for_each(|part| self.value(part));
        let claims = parts.get(1).and_then(|claims| URL_SAFE_NO_PAD.decode(claims).ok());
        if let Ok(Value::Object(claims)) = serde_json::from_slice(&claims.unwrap_or_default()) {
            let told = claims.iter().filter(|(name, _)| !CLAIMS_OF_RIGHTS.contains(&name.as_str()));
            told.for_each(|(_, claim)| self.values_of(claim));
        }
    }

    /// What a request brings: its credential, what its path and its query say, its body.
    pub(crate) fn request(&self, request: &Request<Bytes>, route: Option<&Route>) {
        self.headers(request.headers());
        let pattern = route.map_or("", |route| &route.path).split('/');
        for (expected, actual) in pattern.zip(request.uri().path().split('/')) {
            if expected.starts_with('{') {
                self.encoded(actual);
            }
        }
        self.query(request.uri().query().unwrap_or_default());
        self.body(request.body());
    }

    fn headers(&self, headers: &HeaderMap) {
        for name in [AUTHORIZATION, COOKIE] {
            headers.get_all(name).iter().for_each(|value| self.credential(value.as_bytes()));
        }
        let key = headers.get("idempotency-key").map(|key| String::from_utf8_lossy(key.as_bytes()));
        self.value(&key.unwrap_or_default());
    }

    fn query(&self, query: &str) {
        for (_, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            self.encoded(value);
        }
    }

    /// A text of a URL, as it is there and as it is meant.
    fn encoded(&self, text: &str) {
        self.value(text);
        self.value(&percent_decode_str(text).decode_utf8_lossy());
    }

    /// A body: JSON with its names and values; of what is none, whatever stands between quotes, or all of it.
    pub(crate) fn body(&self, body: &[u8]) {
        let Ok(json) = serde_json::from_slice(body) else {
            let body = String::from_utf8_lossy(body);
            let pieces: Vec<&str> = body.split('"').collect();
            for place in (1..pieces.len()).step_by(2) {
                let after = pieces.get(place + 1).map_or("", |after| after.trim_start());
                let gather = if after.starts_with(':') { Self::name } else { Self::value };
                gather(self, pieces[place]);
            }
            if pieces.len() == 1 {
                self.value(&body);
            }
            return;
        };
        self.json(&json);
    }

    /// JSON that came in.
    pub(crate) fn json(&self, json: &Value) {
        self.names_of(json);
        self.values_of(json);
    }

    /// JSON that was shown to whom it is for.
    pub(super) fn shown(&self, body: &[u8]) {
        let json = serde_json::from_slice(body).unwrap_or_default();
        self.values_except(&json, &SAID_IN_LOGS);
    }

    /// What Lambda hands to a function: an event of the gateway, of the bus, or of a queue. What is around a request,
    /// an event or a message is AWS's own, and some of it is logged.
    pub(crate) fn invocation(&self, event: &str) {
        let event: Value = serde_json::from_str(event).unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().as_bytes().to_owned();
        self.credential(&text(&event["headers"]["authorization"]));
        for of_caller in ["pathParameters", "queryStringParameters", "detail"] {
            self.json(&event[of_caller]);
        }
        self.body(&text(&event["body"]));
        let messages = event["Records"].as_array().into_iter().flatten();
        messages.for_each(|message| self.body(&text(&message["body"])));
    }

    /// A call to the store: the texts of attributes, which may be JSON themselves, or keys of several parts.
    pub(super) fn stored(&self, call: &[u8]) {
        self.attributes(&serde_json::from_slice(call).unwrap_or_default());
    }

    fn attributes(&self, value: &Value) {
        match value {
            Value::Object(fields) => match fields.get("S").and_then(Value::as_str) {
                Some(text) if text.starts_with('{') => self.body(text.as_bytes()),
                Some(text) => {
                    let parts = text.split(['#', '\t']);
                    // What a key says of its kind.
                    let of_kind = |part: &&str| part.bytes().all(|byte| byte.is_ascii_uppercase());
                    parts.filter(|part| !of_kind(part)).for_each(|part| self.value(part));
                }
                None => fields.values().for_each(|field| self.attributes(field)),
            },
            Value::Array(elements) => elements.iter().for_each(|element| self.attributes(element)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
        }
    }

    fn values_of(&self, json: &Value) {
        self.values_except(json, &[]);
    }

    fn values_except(&self, json: &Value, except: &[&str]) {
        match json {
            Value::String(text) => self.value(text),
            Value::Array(elements) => {
                elements.iter().for_each(|element| self.values_except(element, except));
            }
            Value::Object(fields) => {
                let fields = fields.iter().filter(|(name, _)| !except.contains(&name.as_str()));
                fields.for_each(|(_, field)| self.values_except(field, except));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => (),
        }
    }

    fn names_of(&self, json: &Value) {
        match json {
            Value::Array(elements) => elements.iter().for_each(|element| self.names_of(element)),
            Value::Object(fields) => {
                for (name, field) in fields {
                    self.name(name);
                    self.names_of(field);
                }
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
        }
    }

    fn name(&self, text: &str) {
        if public::is_telling(text) {
            self.texts().names.insert(text.to_owned());
        }
    }

    pub(super) fn texts(&self) -> MutexGuard<'_, Texts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

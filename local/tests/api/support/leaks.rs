//! What must come out nowhere: in no log line, and in no answer that is an error. Every test's system is
//! looked over for it when the test is over.

mod marks;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use http::header::AUTHORIZATION;
use http::{Request, Response};
use hyper::body::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::doubles::MemoryLog;
pub(crate) use marks::mark_in;

/// What is shorter may be in a line by chance.
const SHORTEST: usize = 12;

/// What somebody entrusted to a system, and what it said where it must not repeat any of it.
#[derive(Default)]
pub(crate) struct Leaks {
    entrusted: RefCell<BTreeSet<String>>,
    credentials: RefCell<BTreeSet<String>>,
    errors: RefCell<Vec<String>>,
}

impl Leaks {
    /// Remembers what a request says: its credential, and every text of its body.
    pub(crate) fn entrust<'a>(&self, request: &'a Request<Bytes>) {
        let header = request.headers().get(AUTHORIZATION).and_then(|it| it.to_str().ok());
        let credentials = header.into_iter().flat_map(|header: &'a str| header.split(' '));
        let long = credentials.filter(|it| it.len() >= SHORTEST).map(str::to_owned);
        self.credentials.borrow_mut().extend(long);
        // The token of an unsubscribe link.
        let link = request.uri().path().strip_prefix("/unsubscribe/");
        let link = link.filter(|it| it.len() >= SHORTEST).map(str::to_owned);
        self.credentials.borrow_mut().extend(link);
        if let Ok(body) = serde_json::from_slice::<Value>(request.body()) {
            self.entrust_texts(&body);
        }
    }

    /// Remembers every text of a document that a person may have written. What a type, a category or a time
    /// is called is nobody's secret.
    fn entrust_texts(&self, document: &Value) {
        match document {
            Value::String(text) if text.len() >= SHORTEST && !is_vocabulary(text) => {
                self.entrusted.borrow_mut().insert(text.clone());
            }
            Value::Array(items) => items.iter().for_each(|item| self.entrust_texts(item)),
            Value::Object(members) => members.values().for_each(|it| self.entrust_texts(it)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    /// Remembers an answer: a key that it hands out, and what it says where it is an error.
    pub(crate) fn hear(&self, response: &Response<Bytes>) {
        let body = String::from_utf8_lossy(response.body());
        if response.status().is_client_error() || response.status().is_server_error() {
            let headers = response.headers().values().map(|it| it.as_bytes().escape_ascii());
            let headers = headers.map(|header| header.to_string()).collect::<Vec<_>>().join("\n");
            self.errors.borrow_mut().push(format!("{headers}\n{body}"));
        } else if let Ok(document) = serde_json::from_str::<Value>(&body) {
            let key = document.get("key").and_then(Value::as_str);
            self.credentials.borrow_mut().extend(key.map(str::to_owned));
        }
    }

    /// The first leak into these log lines or into an answer, said so that it can be found.
    pub(crate) fn find(&self, lines: &[String]) -> Option<String> {
        let errors = self.errors.borrow();
        let marked = lines.iter().chain(errors.iter());
        if let Some((mark, text)) = marked.filter_map(|it| Some((mark_in(it)?, it))).next() {
            return Some(format!("{mark} in {text}"));
        }
        let (logged, answered) =
            (lines.join("\n").to_lowercase(), errors.join("\n").to_lowercase());
        let (credentials, entrusted) = (self.credentials.borrow(), self.entrusted.borrow());
        for credential in credentials.iter() {
            if is_told(credential, &logged) || is_told(credential, &answered) {
                return Some(format!("the credential {credential} was told"));
            }
        }
        // In other letters a text may be a name that the error gives for the right one.
        let is_quoted = |text: &str| {
            let json = Value::from(text).to_string();
            let written = [text, json.trim_matches('"')];
            errors.iter().any(|error| written.iter().any(|it| error.contains(it)))
        };
        let told = entrusted.iter().find(|text| is_told(text, &logged) || is_quoted(text));
        told.map(|text| format!("{text:?} was logged, or answered with an error"))
    }
}

/// Whether a text in lower case tells a secret: as it is, as a JSON document or a URL writes it, or in Base64.
fn is_told(secret: &str, text: &str) -> bool {
    if text.is_empty() {
        return false;
    }
    let json = Value::from(secret).to_string();
    let json = json.trim_matches('"');
    let percent = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    let (plain, safe) = (STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret));
    // The last digit depends on what follows.
    let [plain, safe] = [&plain, &safe].map(|it| it.get(..it.len() - 1).unwrap_or_default());
    let written = [secret, json, &percent, plain, safe];
    written.iter().any(|it| text.contains(&it.to_lowercase()))
}

/// Whether it is a name of this API or a time, and no text of a person's.
fn is_vocabulary(text: &str) -> bool {
    let is_name = |it: char| it.is_ascii_lowercase() || it.is_ascii_digit() || "._:-/".contains(it);
    text.chars().all(is_name) || text.parse::<jiff::Timestamp>().is_ok()
}

/// Looks a system over when its test is over.
pub(crate) struct LastLook {
    pub(crate) leaks: Leaks,
    log: Arc<MemoryLog>,
}

impl LastLook {
    pub(crate) fn at(log: &Arc<MemoryLog>) -> Self {
        Self { leaks: Leaks::default(), log: Arc::clone(log) }
    }
}

impl Drop for LastLook {
    fn drop(&mut self) {
        // A test that failed says why.
        if !std::thread::panicking() {
            assert_eq!(self.leaks.find(&self.log.lines()), None);
        }
    }
}

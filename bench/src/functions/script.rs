//! What the store answered once, and answers again: the same question, or the next of its kind.

use std::cell::{Cell, RefCell};

use http::{HeaderMap, StatusCode};
use hyper::body::Bytes;
use serde_json::Value;

/// What tells one question of an operation from another: what of a query does not change with the
/// time it is asked at.
const KIND: [&str; 5] = ["IndexName", "Select", "KeyConditionExpression", "Key", "Limit"];

/// What the store said to one question.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// The status.
    pub(crate) status: StatusCode,
    /// The headers.
    pub(crate) headers: HeaderMap,
    /// The body.
    pub(crate) body: Bytes,
}

/// One question, and what the store said.
struct Exchange {
    operation: String,
    body: Bytes,
    kind: Vec<Value>,
    said: Said,
    is_spoken: Cell<bool>,
}

/// The exchanges of one invocation.
#[derive(Default)]
pub(crate) struct Script(RefCell<Vec<Exchange>>);

impl Script {
    /// Keeps an exchange.
    pub(crate) fn learn(&self, operation: &str, body: &Bytes, said: Said) {
        self.0.borrow_mut().push(Exchange {
            operation: operation.to_owned(),
            body: body.clone(),
            kind: kind(body),
            said,
            is_spoken: Cell::new(true),
        });
    }

    /// Another invocation begins: everything is to be said anew.
    pub(crate) fn begin(&self) {
        self.0.borrow().iter().for_each(|exchange| exchange.is_spoken.set(false));
    }

    /// What the store said to this question, or else to the next of this kind that was not answered
    /// yet. `None`, if it never heard of such a thing.
    pub(crate) fn say(&self, operation: &str, body: &Bytes) -> Option<Said> {
        let exchanges = self.0.borrow();
        let mut open = exchanges
            .iter()
            .filter(|exchange| exchange.operation == operation && !exchange.is_spoken.get());
        let found = open.clone().find(|exchange| exchange.body == *body).or_else(|| {
            let kind = kind(body);
            open.find(|exchange| exchange.kind == kind)
        })?;
        found.is_spoken.set(true);
        Some(found.said.clone())
    }
}

fn kind(body: &Bytes) -> Vec<Value> {
    let question: Value = serde_json::from_slice(body).unwrap_or_default();
    KIND.iter().map(|name| question.get(name).cloned().unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &'static str) -> Said {
        let body = Bytes::from_static(text.as_bytes());
        Said { status: StatusCode::OK, headers: HeaderMap::new(), body }
    }

    fn say(script: &Script, operation: &str, body: &'static str) -> Option<Bytes> {
        script.say(operation, &Bytes::from_static(body.as_bytes())).map(|said| said.body)
    }

    #[test]
    fn the_same_question_has_its_own_answer_in_whatever_order_it_comes() {
        let script = Script::default();
        script.learn("Get", &Bytes::from_static(br#"{"Key":1}"#), said("one"));
        script.learn("Get", &Bytes::from_static(br#"{"Key":2}"#), said("two"));
        script.begin();
        assert_eq!(say(&script, "Get", r#"{"Key":2}"#).as_deref(), Some(b"two".as_slice()));
        assert_eq!(say(&script, "Get", r#"{"Key":1}"#).as_deref(), Some(b"one".as_slice()));
        assert_eq!(say(&script, "Get", r#"{"Key":1}"#), None);
        script.begin();
        assert_eq!(say(&script, "Get", r#"{"Key":1}"#).as_deref(), Some(b"one".as_slice()));
    }

    #[test]
    fn a_question_at_another_time_has_the_next_answer_of_its_kind() {
        let script = Script::default();
        let (page, count) = (r#"{"Limit":25,"At":1}"#, r#"{"Select":"COUNT","At":1}"#);
        script.learn("Query", &Bytes::from_static(page.as_bytes()), said("page"));
        script.learn("Query", &Bytes::from_static(count.as_bytes()), said("count"));
        script.begin();
        let count = say(&script, "Query", r#"{"Select":"COUNT","At":2}"#);
        assert_eq!(count.as_deref(), Some(b"count".as_slice()));
        let page = say(&script, "Query", r#"{"Limit":25,"At":2}"#);
        assert_eq!(page.as_deref(), Some(b"page".as_slice()));
        assert_eq!(say(&script, "Update", r#"{"Limit":25,"At":2}"#), None);
    }
}

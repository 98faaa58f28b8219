//! Someone who writes one thing after the other, and knows what was acknowledged.

use std::collections::BTreeSet;

use http::Request;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::watching::REPORTS;

/// What someone writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Their own row of channel preferences: another one each time.
    Row,
    /// An entry of the directory: with the person whom it is about, and the counts.
    Entry,
    /// Whether they watch reports: with the count, and the record of the request.
    Watch,
    /// A message to themselves, which is dispatched.
    Message,
    /// An API key.
    Key,
}

/// A request: verb, path, idempotency key and body.
pub(super) type Asked = (&'static str, String, Option<String>, Value);

pub(super) struct Writer {
    kind: Kind,
    user: String,
    token: String,
    acknowledged: BTreeSet<u64>,
    /// What an API key is found by, of each that was acknowledged.
    keys: Vec<String>,
    /// Asked, and nobody knows what came of it.
    open: Option<u64>,
    next: u64,
}

impl Writer {
    pub(super) fn new(kind: Kind, user: &str, token: String) -> Self {
        let (user, acknowledged) = (user.to_owned(), BTreeSet::new());
        Self { kind, user, token, acknowledged, keys: Vec::new(), open: None, next: 0 }
    }

    /// Writes until nobody answers any more. What was open is asked again first.
    pub(super) async fn write(&mut self, url: &str, acknowledge: impl Fn()) {
        if self.kind == Kind::Watch && !super::tell_of_project(url, &self.token).await {
            return;
        }
        loop {
            self.open.get_or_insert(self.next);
            if !self.write_open(url).await {
                return;
            }
            if self.open.is_none() {
                acknowledge();
            }
        }
    }

    /// Writes what is open, if anything is; gives whether somebody answered. It stays open until it is
    /// acknowledged.
    pub(super) async fn write_open(&mut self, url: &str) -> bool {
        let Some(number) = self.open else { return true };
        let asked = self.asked(number);
        let Some((status, answer)) = try_send(url, &self.token, &asked).await else { return false };
        assert!(status < 300 || status == 503, "{asked:?}: {status} {answer}");
        if status < 300 {
            self.keys.extend(answer["key"].as_str().and(answer["id"].as_str()).map(str::to_owned));
            self.acknowledged.insert(number);
            (self.open, self.next) = (None, number + 1);
        }
        true
    }

    fn asked(&self, number: u64) -> Asked {
        let user = &self.user;
        let (method, path, key, body) = match self.kind {
            Kind::Row => ("PUT", "/v1/messaging/preferences", None, row(number)),
            Kind::Entry => {
                let (member, user) = (format!("m-{user}-{number}"), format!("{user}-{number}"));
                ("POST", "/v1/events", None, upserted(&member, &member, &user, true))
            }
            Kind::Watch => ("POST", REPORTS, Some(format!("{user}-{number}")), Value::Null),
            Kind::Message => ("POST", "/v1/events", None, self.message(number)),
            Kind::Key => {
                let body = json!({ "name": number.to_string(), "permissions": ["events:write"] });
                ("POST", "/v1/api-keys", None, body)
            }
        };
        (method, path.to_owned(), key, body)
    }

    fn message(&self, number: u64) -> Value {
        json!({
            "specversion": "1.0", "id": self.title(number), "source": "/chat",
            "type": "message.sent", "time": "2026-03-13T14:00:00Z",
            "data": {
                "category": "chat.message", "recipients": [self.user],
                "title": self.title(number),
            },
        })
    }

    fn title(&self, number: u64) -> String {
        format!("T{}-{number}", self.user)
    }

    /// What was acknowledged and is not among these items, or half of it.
    pub(super) fn lost(&self, items: &[Value]) -> Vec<String> {
        let has = |what: &dyn Fn(&Value) -> bool| items.iter().any(what);
        let is_there = |number: &&u64| match self.kind {
            Kind::Entry => {
                let sk = format!("MEMBER#m-{}-{number}", self.user);
                has(&|item| item["sk"] == sk && item["user"].is_string())
            }
            Kind::Message => {
                let title = format!("\"{}\"", self.title(**number));
                has(&|item| item["body"].as_str().is_some_and(|body| body.contains(&title)))
            }
            Kind::Row | Kind::Watch | Kind::Key => true,
        };
        let mut lost: Vec<String> = match self.kind {
            Kind::Row => self.wrong_row(items),
            Kind::Watch => self.wrong_watch(items),
            Kind::Key => {
                let keys = self.keys.iter().map(|id| format!("KEY#{id}"));
                keys.filter(|pk| !has(&|item| item["pk"] == *pk)).collect()
            }
            Kind::Entry | Kind::Message => Vec::new(),
        };
        let missing = self.acknowledged.iter().filter(|number| !is_there(number));
        lost.extend(missing.map(|number| format!("{:?} {number}", self.kind)));
        lost
    }

    /// It is what was acknowledged last, or what was open.
    fn wrong_row(&self, items: &[Value]) -> Vec<String> {
        let stored = &self.own(items, "PREFS")["channel.*"];
        let says = |number: u64| {
            let row = row(number);
            ["in_app", "email", "push"]
                .iter()
                .all(|channel| stored[*channel] == row[format!("{channel}_enabled")])
        };
        let last = self.acknowledged.last().copied();
        let is_right =
            last.is_none() && stored.is_null() || last.into_iter().chain(self.open).any(says);
        if is_right { Vec::new() } else { vec![format!("{stored} after {last:?}")] }
    }

    /// Each request flipped it once and is remembered, and the one that was open may have.
    fn wrong_watch(&self, items: &[Value]) -> Vec<String> {
        let own = format!("OU#acme#USER#{}", self.user);
        let is_record = |item: &&Value| {
            let sk = item["sk"].as_str().unwrap_or_default();
            item["pk"] == *own && sk.starts_with("IDEMPOTENCY#")
        };
        let flips = items.iter().filter(is_record).count();
        let known = self.acknowledged.len();
        let row = items.iter().find(|item| item["sk"] == format!("WATCHER#{}", self.user));
        let is_watching = row.is_some_and(|row| row["since"].is_number() && row["until"].is_null());
        let may_be = known..=known + usize::from(self.open.is_some());
        let is_right = may_be.contains(&flips) && is_watching == (flips % 2 == 1);
        if is_right { Vec::new() } else { vec![format!("{flips} of {known}, {is_watching}")] }
    }

    /// The messages that were acknowledged and are not in the inbox once.
    pub(super) fn untold(&self, items: &[Value]) -> Vec<String> {
        if self.kind != Kind::Message {
            return Vec::new();
        }
        let own = format!("OU#acme#USER#{}", self.user);
        let rows = items.iter().filter(|item| item["pk"] == own);
        let said: Vec<&str> = rows.filter_map(|row| row["message"].as_str()).collect();
        let copies = |title: &str| said.iter().filter(|text| **text == title).count();
        let titles = self.acknowledged.iter().map(|number| self.title(*number));
        titles.filter(|title| copies(title) != 1).collect()
    }

    fn own<'a>(&self, items: &'a [Value], sk: &str) -> &'a Value {
        let pk = format!("OU#acme#USER#{}", self.user);
        items.iter().find(|item| item["pk"] == pk && item["sk"] == sk).unwrap_or(&Value::Null)
    }
}

/// Eight rows, one after the other.
fn row(number: u64) -> Value {
    json!({
        "category": null, "in_app_enabled": number & 1 == 0, "email_enabled": number & 2 == 0,
        "push_enabled": number & 4 == 0,
    })
}

/// The status and the body, if there is an answer.
pub(super) async fn try_send(url: &str, token: &str, asked: &Asked) -> Option<(u16, Value)> {
    let (method, path, key, body) = asked;
    let client: Client<_, Full<Bytes>> = Client::builder(TokioExecutor::new()).build_http();
    let mut request = Request::builder().method(*method).uri(format!("{url}{path}"));
    request = request.header(AUTHORIZATION, format!("Bearer {token}"));
    if let Some(key) = key {
        request = request.header("idempotency-key", key);
    }
    if !body.is_null() {
        request = request.header(CONTENT_TYPE, "application/json");
    }
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let answer = client.request(request.body(body.into()).expect("a request")).await.ok()?;
    let status = answer.status().as_u16();
    let body = answer.into_body().collect().await.ok()?.to_bytes();
    Some((status, serde_json::from_slice(&body).unwrap_or_default()))
}

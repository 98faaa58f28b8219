//! Asked over HTTP, as any client does.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use http::{Method, Request};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;

mod failing;
mod listing;
mod posting;

/// Milliseconds that pass when a test says so.
struct ManualClock(AtomicI64);

impl ManualClock {
    fn advance_ms(&self, milliseconds: i64) {
        self.0.fetch_add(milliseconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millisecond(self.0.load(Ordering::SeqCst)).unwrap()
    }
}

/// A Slack with a workspace behind `xoxb-acme`, and a client of it.
struct Scene {
    slack: LocalSlack,
    clock: Arc<ManualClock>,
    client: Client<HttpConnector, Full<Bytes>>,
}

const TOKEN: &str = "xoxb-acme";

/// What was answered: status, `Retry-After`, body.
type Answered = (u16, Option<String>, Value);

impl Scene {
    async fn with(workspace: Workspace) -> Self {
        let clock = Arc::new(ManualClock(AtomicI64::new(1_773_410_400_000)));
        let slack = LocalSlack::start(clock.clone()).await.unwrap();
        slack.set_workspace(TOKEN, workspace);
        Self { slack, clock, client: Client::builder(TokioExecutor::new()).build_http() }
    }

    /// `None` if the connection breaks.
    async fn send(&self, request: http::request::Builder, body: &str) -> Option<Answered> {
        let request = request.body(Full::from(body.to_owned())).unwrap();
        let answer = self.client.request(request).await.ok()?;
        let retry_after = answer.headers().get("retry-after");
        let retry_after = retry_after.map(|value| value.to_str().unwrap().to_owned());
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.ok()?.to_bytes();
        Some((status, retry_after, serde_json::from_slice(&body).unwrap()))
    }

    fn request(&self, method: Method, path: &str) -> http::request::Builder {
        Request::builder().method(method).uri(format!("{}/{path}", self.slack.url()))
    }

    async fn get(&self, path: &str) -> Answered {
        let request = self.request(Method::GET, path);
        self.send(request.header("authorization", format!("Bearer {TOKEN}")), "").await.unwrap()
    }

    async fn post(&self, path: &str, media_type: &str, body: &str) -> Option<Answered> {
        let request = self.request(Method::POST, path).header("content-type", media_type);
        self.send(request.header("authorization", format!("Bearer {TOKEN}")), body).await
    }

    /// Posts a message as JSON.
    async fn message(&self, message: &Value) -> Value {
        let media_type = "application/json; charset=utf-8";
        let answer = self.post("chat.postMessage", media_type, &message.to_string()).await;
        let (status, _, body) = answer.unwrap();
        assert_eq!(status, 200);
        body
    }
}

/// So many users: `U0001@`, and so on.
fn users(count: usize) -> impl Iterator<Item = User> {
    (1..=count).map(|number| User::new(&format!("U{number:04}"), &format!("{number}@acme.example")))
}

fn error(code: &str) -> Value {
    json!({ "ok": false, "error": code })
}

#[tokio::test]
async fn a_token_is_asked_for_known_and_good() {
    let scene = Scene::with(Workspace::default()).await;
    let (status, _, body) = scene.get("auth.test").await;
    assert_eq!((status, &body["ok"], &body["team_id"]), (200, &json!(true), &json!("T0LOCAL00")));
    let without = scene.send(scene.request(Method::POST, "auth.test"), "").await;
    assert_eq!(without, Some((200, None, error("not_authed"))));
    for (header, code) in [("Bearer xoxb-other", "invalid_auth"), ("xoxb-acme", "not_authed")] {
        let request = scene.request(Method::POST, "auth.test").header("authorization", header);
        assert_eq!(scene.send(request, "").await, Some((200, None, error(code))));
    }
    let revoked = Workspace { is_revoked: true, ..Workspace::default() };
    let gone = Workspace { is_gone: true, ..Workspace::default() };
    for (workspace, code) in [(revoked, "token_revoked"), (gone, "account_inactive")] {
        scene.slack.set_workspace(TOKEN, workspace);
        for method in ["auth.test", "users.list", "chat.postMessage"] {
            assert_eq!(scene.get(method).await, (200, None, error(code)));
        }
    }
}

#[tokio::test]
async fn a_method_that_is_none_is_named() {
    let scene = Scene::with(Workspace::default()).await;
    let named = json!({ "ok": false, "error": "unknown_method", "req_method": "users.eat" });
    assert_eq!(scene.get("users.eat").await, (200, None, named));
    let elsewhere = scene.slack.url().replace("/api", "/");
    let request = Request::builder().uri(elsewhere);
    assert_eq!(scene.send(request, "").await, Some((404, None, Value::Null)));
    let request = scene.request(Method::DELETE, "auth.test");
    assert_eq!(scene.send(request, "").await, Some((404, None, Value::Null)));
}

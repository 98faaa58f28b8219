//! A system where every good body is good, and what holds of each answer there.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use http::Method;
use hyper::body::Bytes;
use local::environment::{AUDIENCE, ISSUER};
use local::faults::Plan;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::inbox::{assigned, these};
use crate::support::watching::{of_project, tell};
use crate::support::{Answer, Api, Caller, identity, recorded_event};
use crate::unsubscribe::link_for;

/// The longest answer to anything, in bytes: a hundred faults, each with a path of 200 characters, of
/// which one may take six bytes, and a sentence.
const LONGEST_ANSWER: usize = 160 * 1024;

/// The most calls of the store that any one body is worth: the recorded batch takes fourteen.
const MOST_CALLS: usize = 40;

/// What the template gives a function, which none comes near unless it reads something again and again.
const MOST_TIME: Duration = Duration::from_secs(10);

/// The calls that may change something.
const WRITES: [&str; 5] =
    ["BatchWriteItem", "DeleteItem", "PutItem", "TransactWriteItems", "UpdateItem"];

const JSON: &str = "application/json";

/// A system that knows what the recorded requests name.
pub(super) async fn prepared() -> Api {
    let api = Api::start().await;
    let mut issue = of_project(&api, "issue.created", "known", "4");
    issue["data"]["project"]["id"] = json!(9);
    tell(&api, "acme", &issue).await;
    tell(&api, "acme", &upserted("m-8", "some-org-member-id", "8", true)).await;
    api
}

/// The body of the function's recorded event, if it has one.
pub(super) fn recorded_body(function: &str) -> String {
    recorded_event(function)["body"].as_str().unwrap_or_default().to_owned()
}

/// An admin there, who sends what nobody should, and what is there at the time.
pub(super) struct Target<'a> {
    pub(super) api: &'a Api,
    caller: Caller<'a>,
    token: String,
    routes: BTreeMap<String, (Method, String)>,
    items: RefCell<Vec<Value>>,
    messages: Cell<usize>,
    notifications: Cell<u32>,
}

impl<'a> Target<'a> {
    pub(super) async fn of(api: &'a Api) -> Self {
        let link = link_for(api, "acme", "7", "email.product_updates").await;
        let routes = api.gateway.routes().iter().map(|route| {
            let event = recorded_event(&route.function);
            let method = event["requestContext"]["http"]["method"].as_str().expect("a verb");
            let path = event["rawPath"].as_str().expect("a path").to_owned();
            let path = if route.function == "unsubscribe" { link.clone() } else { path };
            (route.function.clone(), (method.parse().expect("a verb"), path))
        });
        let claims = json!({
            "iss": ISSUER, "aud": AUDIENCE, "exp": api.clock.seconds() + 3600,
            "sub": "7", "org_unit": "acme", "role": "admin",
        });
        let token = identity().sign(&claims).expect("a token");
        let target = Self {
            api,
            caller: api.stranger().with_token(&token),
            token,
            routes: routes.collect(),
            items: RefCell::default(),
            messages: Cell::default(),
            notifications: Cell::default(),
        };
        target.look().await;
        target
    }

    /// Every function behind a route.
    pub(super) fn functions(&self) -> impl Iterator<Item = &str> {
        self.routes.keys().map(String::as_str)
    }

    /// A body that the function takes: the recorded one, of notifications that there are.
    pub(super) async fn good(&self, function: &str) -> String {
        match function {
            "delete-notifications" | "mark-notifications-read" | "mark-notifications-unread" => {
                self.notifications.set(self.notifications.get() + 1);
                self.api.clock.advance(1);
                let event = assigned(&format!("good-{}", self.notifications.get()));
                let id = event.put(self.api).await.as_u64();
                self.look().await;
                these([id]).to_string()
            }
            _ => recorded_body(function),
        }
    }

    /// Sends a body, said to be JSON.
    pub(super) async fn send(&self, function: &str, body: impl Into<Bytes>) -> Answer {
        self.send_as(function, Some(JSON), body).await
    }

    /// Sends a body, said to be that.
    pub(super) async fn send_as(
        &self,
        function: &str,
        media_type: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Answer {
        self.send_to(function, "", media_type, body).await
    }

    /// The same, with that after the path.
    pub(super) async fn send_to(
        &self,
        function: &str,
        query: &str,
        media_type: Option<&str>,
        body: impl Into<Bytes>,
    ) -> Answer {
        let (method, path) = &self.routes[function];
        self.api.faults.set(Plan::default());
        let path = format!("{path}{query}");
        let began = Instant::now();
        let answer = self.caller.send(method.clone(), &path, media_type, body.into()).await;
        self.judge(function, began, &answer).await;
        answer
    }

    /// Hands the recorded event to the function, as the same person, with these fields in it.
    pub(super) async fn hand(&self, function: &str, fields: Value) -> Answer {
        let mut event = recorded_event(function);
        event["headers"]["authorization"] = json!(format!("Bearer {}", self.token));
        event
            .as_object_mut()
            .expect("an event")
            .extend(fields.as_object().cloned().expect("fields"));
        self.api.faults.set(Plan::default());
        let began = Instant::now();
        let answer = self.api.hand(function, &event).await.into();
        self.judge(function, began, &answer).await;
        answer
    }

    /// Refused with that status, before anyone asked the store.
    pub(super) fn assert_unread(&self, function: &str, answer: &Answer, status: u16) {
        assert_eq!(answer.status, status, "{function}: {}", answer.body);
        assert_eq!(self.api.faults.calls(), [""; 0], "{function}");
    }

    /// All that was logged.
    pub(super) fn lines(&self) -> Vec<Value> {
        let lines = self.api.log.lines();
        lines.iter().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// What holds of every answer; that it is as documented is held by the system itself.
    async fn judge(&self, function: &str, began: Instant, answer: &Answer) {
        let Answer { status, body, .. } = answer;
        assert!(began.elapsed() < MOST_TIME, "{function}: {:?}", began.elapsed());
        assert!(*status < 500, "{function}: {status} {body}");
        assert!(body.len() <= LONGEST_ANSWER, "{function}: {} bytes", body.len());
        let calls = self.api.faults.calls();
        assert!(calls.len() <= MOST_CALLS, "{function}: {calls:?}");
        let is_refused = *status >= 400;
        if calls.iter().any(|call| WRITES.contains(&call.as_str())) {
            let (items, messages) = (self.items.take(), self.messages.get());
            self.look().await;
            if is_refused {
                assert_eq!(*self.items.borrow(), items, "{function} stored something: {body}");
                assert_eq!(self.messages.get(), messages, "{function} sent something: {body}");
            }
        }
    }

    /// Remembers what is stored.
    async fn look(&self) {
        let mut items = self.api.items().await;
        items.sort_by_key(|item| format!("{} {}", item["pk"], item["sk"]));
        self.items.replace(items);
        self.messages.set(self.api.queue.messages().await.expect("messages").len());
    }
}

/// Runs so many cases of a law against one such system, and looks at what its log says of requests.
pub(super) fn check<S: Strategy>(
    cases: u32,
    strategy: S,
    law: impl AsyncFn(&Target<'_>, S::Value),
) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    let api = runtime.block_on(prepared());
    let target = runtime.block_on(Target::of(&api));
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&strategy, |value| {
            runtime.block_on(law(&target, value));
            Ok(())
        })
        .unwrap_or_else(|failure| panic!("{failure}"));
    let lines = target.lines();
    let requests = lines.iter().filter(|line| line.get("http.route").is_some());
    let loud = requests.filter(|line| line["level"] != "info").collect::<Vec<_>>();
    assert!(loud.is_empty(), "{loud:?}");
}

//! The way into a running `cargo dev` for its subcommands: a port on the loopback interface, and a
//! token that only who may read the folder knows.

mod file;
mod remote;

use std::rc::Rc;
use std::sync::Arc;

use futures_util::FutureExt as _;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{Method, Request, Response, StatusCode};
use hyper::body::Bytes;
use jiff::{SignedDuration, Timestamp};
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::app::Clock;
use shared::domain::timestamp::parse_rfc3339;

pub use file::{ControlFile, Token};
pub use remote::Remote;

use crate::bus::Bus;
use crate::environment::{AUDIENCE, ISSUER};
use crate::gateway::Gateway;
use crate::identity::Identity;
use crate::operators::Operators;
use crate::problem::Problem;
use crate::schedules::Schedules;
use crate::server::Respond;

/// Where events are put on the bus.
pub(crate) const EVENTS: &str = "/events";

/// Where events of Amazon SES are put on the account's bus.
pub(crate) const SES_EVENTS: &str = "/ses-events";

/// Where API keys are made.
pub(crate) const API_KEYS: &str = "/api-keys";

/// Where what schedules invoke is invoked.
pub(crate) const TICKS: &str = "/ticks";

/// Below which functions are asked by their names.
pub(crate) const OPERATORS: &str = "/operators/";

/// The person that `cargo dev` itself is.
const DEVELOPER: &str = "cargo-dev";

/// What subcommands may ask of the running system.
pub struct Control {
    token: Token,
    identity: Rc<Identity>,
    gateway: Rc<Gateway>,
    bus: Bus,
    schedules: Rc<Schedules>,
    operators: Operators,
    clock: Arc<dyn Clock>,
}

/// An instant that schedules are to invoke their functions for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct NewTick {
    /// The instant, in the form of RFC 3339; now, if that is left out.
    pub(crate) at: Option<String>,
}

/// What became of events that were put on the bus.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// How many were accepted.
    pub accepted: usize,
    /// Those that were not.
    pub refused: Vec<Refused>,
}

/// An event that was not accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Which one, from 1.
    pub number: usize,
    /// Why.
    pub why: String,
}

/// An API key to make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewApiKey {
    /// Whose it is.
    pub org_unit: String,
    /// What it is called.
    pub name: String,
    /// What it may do.
    pub permissions: Vec<String>,
    /// For how many seconds it is good; without end if that is left out.
    pub expires_in: Option<i64>,
}

/// What the API answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answered {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Control {
    /// A control of those parts, for who has the token.
    #[must_use]
    pub fn new(
        token: Token,
        identity: Rc<Identity>,
        gateway: Rc<Gateway>,
        bus: Bus,
        schedules: Rc<Schedules>,
        operators: Operators,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { token, identity, gateway, bus, schedules, operators, clock }
    }

    /// The same, for a server.
    #[must_use]
    pub fn respond(self) -> Respond {
        let control = Rc::new(self);
        Rc::new(move |request| {
            let control = Rc::clone(&control);
            async move { control.call(request).await }.boxed_local()
        })
    }

    /// Answers one request: 200 and JSON, 401 to who does not have the token, 400 with the reason
    /// if it cannot be done.
    pub async fn call(&self, request: Request<Bytes>) -> Response<Bytes> {
        if !self.has_token(&request) {
            return reply(StatusCode::UNAUTHORIZED, &json!({ "message": "Unauthorized" }));
        }
        let done = match (request.method(), request.uri().path()) {
            (&Method::POST, EVENTS) => self.put_events(request.body()).await,
            (&Method::POST, SES_EVENTS) => self.put_from_ses(request.body()).await,
            (&Method::POST, API_KEYS) => self.create_api_key(request.body()).await,
            (&Method::POST, TICKS) => self.tick(request.body()).await,
            (&Method::POST, path) if path.starts_with(OPERATORS) => {
                self.ask(path.trim_start_matches(OPERATORS), request.body()).await
            }
            _ => return reply(StatusCode::NOT_FOUND, &json!({ "message": "Not Found" })),
        };
        match done {
            Ok(done) => reply(StatusCode::OK, &done),
            Err(problem) => {
                reply(StatusCode::BAD_REQUEST, &json!({ "message": problem.to_string() }))
            }
        }
    }

    fn has_token(&self, request: &Request<Bytes>) -> bool {
        let given = request.headers().get(AUTHORIZATION);
        let given = given.map(http::HeaderValue::as_bytes).unwrap_or_default();
        let expected = format!("Bearer {}", self.token.as_str());
        // Of equal length and hard to choose, so that the time it takes to compare tells nothing.
        digest(&SHA256, given).as_ref() == digest(&SHA256, expected.as_bytes()).as_ref()
    }

    async fn put_events(&self, body: &Bytes) -> Result<Value, Problem> {
        let events: Vec<Box<RawValue>> = read(body)?;
        let mut all = Accepted::default();
        for (number, event) in (1..).zip(events) {
            match self.bus.put(&event).await {
                Ok(()) => all.accepted += 1,
                Err(error) => all.refused.push(Refused { number, why: error.to_string() }),
            }
        }
        Ok(json!(all))
    }

    async fn put_from_ses(&self, body: &Bytes) -> Result<Value, Problem> {
        let event: Box<RawValue> = read(body)?;
        let put = self.bus.put_from_ses(&event).await;
        put.map_err(|error| Problem(error.to_string()))?;
        Ok(json!(Accepted { accepted: 1, refused: Vec::new() }))
    }

    async fn ask(&self, name: &str, body: &Bytes) -> Result<Value, Problem> {
        let question: Box<RawValue> = read(body)?;
        self.operators.ask(name, &question, None).await
    }

    async fn tick(&self, body: &Bytes) -> Result<Value, Problem> {
        let NewTick { at } = read(body)?;
        let at = at.map_or_else(|| Ok(self.clock.now()), |at| parse_rfc3339(&at));
        let at = at.map_err(|error| Problem::new("the instant", error))?;
        Ok(json!(self.schedules.tick(at).await))
    }

    /// Asks the API for a key, as an admin of the org unit.
    async fn create_api_key(&self, body: &Bytes) -> Result<Value, Problem> {
        let NewApiKey { org_unit, name, permissions, expires_in } = read(body)?;
        let now = self.clock.now();
        let token = self.identity.sign(&json!({
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": DEVELOPER,
            "org_unit": org_unit,
            "role": "admin",
            "exp": now.as_second().saturating_add(60),
        }))?;
        let mut key = json!({ "name": name, "permissions": permissions });
        if let (Some(seconds), Some(key)) = (expires_in, key.as_object_mut()) {
            let expiry = now.saturating_add(SignedDuration::from_secs(seconds));
            let expiry = expiry.ok().and_then(|at| Timestamp::from_second(at.as_second()).ok());
            let expiry = expiry.ok_or_else(|| Problem("that is too far ahead".to_owned()))?;
            key.insert("expires_at".to_owned(), json!(expiry.to_string()));
        }
        let request = Request::post("/v1/api-keys")
            .header(AUTHORIZATION, format!("Bearer {token}"))
            .header(CONTENT_TYPE, "application/json")
            .body(key.to_string().into())
            .map_err(|error| Problem::new("this makes no request", error))?;
        let answer = self.gateway.call(request).await;
        let body = serde_json::from_slice(answer.body()).unwrap_or_default();
        Ok(json!(Answered { status: answer.status().as_u16(), body }))
    }
}

fn read<'a, T: Deserialize<'a>>(body: &'a Bytes) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::new("this is no such request", error))
}

fn reply(status: StatusCode, body: &Value) -> Response<Bytes> {
    let mut response = Response::new(Bytes::from(body.to_string()));
    *response.status_mut() = status;
    let json = http::HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

//! What is stored before a function is measured, so that each finds what it asks for: what a few
//! events and the recorded requests leave behind.

use std::rc::Rc;
use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Response;
use hyper::body::Bytes;
use local::bus::Bus;
use local::engine;
use local::environment::{self, PUSH_KEYS, TABLE, UNSUBSCRIBE_KEYS};
use local::gateway::Gateway;
use local::identity::Identity;
use local::problem::Problem;
use local::queues::Queues;
use local::slack;
use local::system::{Pumps, System};
use local::template::{Route, Template};
use local::unsubscribing;
use ring::hmac;
use serde_json::value::RawValue;
use serde_json::{Value, json};
use shared::app::{Clock, SystemClock};
use shared::boot;
use shared::deliver::Ports;
use shared::push::Push;
use shared::telemetry::Log;

use super::events::{Event, Tokens};
use super::happenings::{happenings, message};
use super::queues_and_secrets::Secrets;
use super::recorded;
use crate::engine::Engine as Store;
use crate::seeding::{BATCH, Item, put};
use crate::tally::Tally;
use crate::{rows, system};

/// The id of the key that the recorded token of a link says it is signed with.
const UNSUBSCRIBE_KEY_ID: &str = "recorded-events";

/// What it is signed with here.
const UNSUBSCRIBE_KEY: &str = "a key of the benchmark, known to all";

/// The member whom a request is about.
const MEMBER: &str = "om_7";

/// What links begin with. The domain is reserved (RFC 2606).
const PUBLIC_URL: &str = "https://api.example";

/// What is stored, and what it is called.
pub(crate) struct World {
    items: Vec<Item>,
    /// The answers to the recorded requests, by their routes: what they made has its id there.
    answers: Vec<(Route, Value)>,
    /// The message of an event that nobody has dispatched.
    pub(crate) waiting: String,
}

/// What a world is made with.
pub(crate) struct Means<'a> {
    /// What is deployed.
    pub(crate) template: &'a Template,
    /// Whose tokens are believed.
    pub(crate) identity: &'a Identity,
    /// Tokens of the person of the recorded events.
    pub(crate) tokens: &'a Tokens,
    /// The keys of what is signed.
    pub(crate) secrets: &'a Secrets,
    /// Where a Slack is.
    pub(crate) slack_url: &'a str,
}

impl World {
    /// Lets everything happen once, in the functions of this process.
    pub(crate) async fn make(means: &Means<'_>) -> Result<Self, Problem> {
        let store = Store::start()?;
        let (template, endpoint) = (means.template, store.endpoint());
        let client = engine::client(endpoint);
        engine::create_table(&client, TABLE, &template.table).await?;
        let incomplete = |error: &dyn std::fmt::Display| Problem::new("template.yaml", error);
        let config = environment::configure(template, means.identity, endpoint);
        let mut config = config.map_err(|error| incomplete(&error))?;
        config.aws.attempt_timeout = system::ATTEMPT_TIMEOUT;
        let log: Arc<dyn Log> = Arc::new(Tally::default());
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let queues = Queues::open(template, &config, &client, &clock, &log).await?;
        let secrets = Arc::new(means.secrets.clone());
        let push = Push::keys_only(secrets.clone(), Some(PUSH_KEYS.to_owned()), log.clone());
        let push = match &config.push {
            Ok(push_config) => push.admitting(push_config.allowed_hosts.clone()),
            Err(error) => return Err(incomplete(error)),
        };
        let slack = slack::workspaces(means.slack_url, secrets.clone(), log.clone())?;
        let unsubscribe = unsubscribing::links(&config, secrets, PUBLIC_URL, log.clone())?;
        let app = boot::app(config, log).map_err(|error| Problem::new("no store", error))?;
        let ports = Ports { push: Arc::new(push), slack, unsubscribe, ..queues.ports() };
        let app = Rc::new(app.with_ports(ports));
        let System { gateway, bus, pumps, .. } = System::new(template, app, &queues)?;
        let Pumps { dispatch, .. } = pumps;
        for event in happenings() {
            put_on_bus(&bus, &event).await?;
        }
        dispatch.drain().await;
        let mut answers = Vec::new();
        for route in template.routes() {
            let event = Event::new(recorded::event(&route.function)?);
            let event = String::from_utf8_lossy(&event.with(means.tokens.get(0))).into_owned();
            answers.push((route.clone(), ask(&gateway, &route, &event).await?));
        }
        dispatch.drain().await;
        put_on_bus(&bus, &message("waiting".to_owned())).await?;
        let messages = queues.dispatch.messages().await;
        let messages = messages.map_err(|error| Problem::new("the queue", error))?;
        let first = messages.into_iter().next();
        let waiting = first.ok_or_else(|| Problem("the queue has no message".to_owned()))?.body;
        let items = rows::everything(&client, None).await?;
        Ok(Self { items, answers, waiting })
    }

    /// The recorded event of a function, about what is stored here.
    pub(crate) fn event(&self, route: &Route) -> Result<Event, Problem> {
        let mut event = recorded::event(&route.function)?;
        let made = |method: &str, path: &str| {
            let mut answers = self.answers.iter();
            let found = answers.find(|(of, _)| of.method == method && of.path == path);
            found.map(|(_, answer)| answer)
        };
        if let Some((collection, _)) = route.path.split_once("/{id}")
            && let Some(id) = made("POST", collection).and_then(|answer| answer.get("id"))
        {
            recorded::set(&mut event, "/pathParameters/id", id.clone());
        }
        recorded::set(&mut event, "/pathParameters/org_member_id", json!(MEMBER));
        if route.path.ends_with("/{token}") {
            let token = resigned(&event)?;
            recorded::set(&mut event, "/pathParameters/token", json!(token));
        }
        let inbox = self.answers.iter().find(|(of, _)| of.function == "list-notifications");
        let ids = inbox.and_then(|(_, answer)| answer.as_array());
        let ids = ids.into_iter().flatten().filter_map(|row| row.get("id").cloned());
        let body = event.get("body").and_then(Value::as_str).unwrap_or_default();
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        if let Some(asked) = body.get("notification_ids").and_then(Value::as_array) {
            let ids: Vec<Value> = ids.take(asked.len()).collect();
            recorded::set(
                &mut event,
                "/body",
                json!(json!({ "notification_ids": ids }).to_string()),
            );
        }
        Ok(Event::new(event))
    }

    /// What is stored.
    pub(crate) fn items(&self) -> &[Item] {
        &self.items
    }

    /// Another engine with all of it.
    pub(crate) async fn open(&self, template: &Template) -> Result<Store, Problem> {
        let store = Store::start()?;
        let client: Client = engine::client(store.endpoint());
        engine::create_table(&client, TABLE, &template.table).await?;
        for batch in self.items.chunks(BATCH) {
            put(&client, batch.to_vec()).await?;
        }
        Ok(store)
    }
}

async fn put_on_bus(bus: &Bus, event: &Value) -> Result<(), Problem> {
    let event = RawValue::from_string(event.to_string());
    let event = event.map_err(|error| Problem::new("this is no event", error))?;
    let accepted = bus.put(&event).await;
    accepted.map_err(|error| Problem::new("an event was not accepted", error))
}

/// What the function answers, where it answers in JSON. That a recorded event asks for what is not
/// there is no fault of this world: the measurement asks for what is.
async fn ask(gateway: &Gateway, route: &Route, event: &str) -> Result<Value, Problem> {
    let reads_or_makes = matches!(route.method.as_str(), "GET" | "POST" | "PUT" | "PATCH");
    if !reads_or_makes {
        return Ok(Value::Null);
    }
    let answer: Response<Bytes> = gateway.replay(&route.function, event).await?;
    Ok(serde_json::from_slice(answer.body()).unwrap_or_default())
}

/// The recorded token of a link that turns email off, signed with the key that is known here.
fn resigned(event: &Value) -> Result<String, Problem> {
    let token = event.pointer("/pathParameters/token").and_then(Value::as_str).unwrap_or_default();
    let message = token.rsplit_once('.').map(|(message, _)| message);
    let message = message.ok_or_else(|| Problem("the recorded token is none".to_owned()))?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, UNSUBSCRIBE_KEY.as_bytes());
    let mac = hmac::sign(&key, message.as_bytes());
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac)))
}

/// The secrets that the functions ask for, but that of Slack.
pub(crate) fn secrets() -> Result<Vec<(String, String)>, Problem> {
    let push = local::pushing::new_keys()?;
    let key = json!({ "key_id": UNSUBSCRIBE_KEY_ID, "key": UNSUBSCRIBE_KEY });
    Ok(vec![(PUSH_KEYS.to_owned(), push), (UNSUBSCRIBE_KEYS.to_owned(), key.to_string())])
}

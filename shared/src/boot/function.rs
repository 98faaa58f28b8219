//! What a `main` says: which handler, and what it needs.

mod asked;
mod erasures;
mod push;
mod queues;
mod scheduled;

use std::marker::PhantomData;
use std::panic::catch_unwind;
use std::process::ExitCode;
use std::sync::Arc;

use aws_lambda_events::apigw::ApiGatewayV2httpResponse;
use serde::Serialize;
use serde_json::value::RawValue;

pub use asked::{Operator, operator};
pub use scheduled::{Scheduled, Ticker, TickerAnswer, tick};

use super::answer::{answer, answer_no_event};
use super::bus::{BusEvent, Undone, take_bus_event};
use super::consume::{BatchAnswer, Job, QueueBatch, consume_batch};
use super::{Invocation, lambda};
use crate::app::App;
use crate::aws::Connector;
use crate::config::{Config, ConfigError, SlackConfig, UnsubscribeConfig};
use crate::deliver::{Ports, SecretsManager, SesSender, SlackWebApi};
use crate::failure::Failure;
use crate::http::surface::Surface;
use crate::http::{Inbound, Reply};
use crate::slack::Slack;
use crate::telemetry::StandardOutput;
use crate::unsubscribe::Unsubscribe;

/// What an invocation of a function is: its event, and its answer to Lambda.
pub trait Function {
    /// What Lambda gets back.
    type Answer: Serialize;

    /// Carries one invocation out.
    fn invoke(
        &self,
        app: &App,
        payload: &RawValue,
        invocation: &Invocation,
    ) -> impl Future<Output = Result<Self::Answer, Undone>>;
}

/// A function behind a route of the HTTP API. What it needs besides is named next.
pub fn http<H, R, S>(handle: H) -> Boot<Http<H, R, S>>
where
    H: AsyncFn(&App, Inbound) -> Result<R, S>,
{
    Boot(Http { handle, types: PhantomData })
}

/// A worker at a queue. What it needs besides is named next.
pub fn consume<H, J>(handle: H) -> Boot<Consumer<H, J>>
where
    H: AsyncFn(&App, J) -> Result<(), Failure>,
{
    Boot(Consumer { handle, job: PhantomData })
}

/// A function that an EventBridge rule invokes. What it needs besides is named next.
pub fn bus<H>(handle: H) -> Boot<Bus<H>>
where
    H: AsyncFn(&App, &BusEvent) -> Result<(), Failure>,
{
    Boot(Bus { handle })
}

/// See [`http`].
pub struct Http<H, R, S> {
    handle: H,
    types: PhantomData<fn() -> Result<R, S>>,
}

/// See [`consume`].
pub struct Consumer<H, J> {
    handle: H,
    job: PhantomData<fn() -> J>,
}

/// See [`bus`].
pub struct Bus<H> {
    handle: H,
}

impl<H, R, S> Function for Http<H, R, S>
where
    H: AsyncFn(&App, Inbound) -> Result<R, S>,
    R: Reply,
    S: Surface,
{
    type Answer = ApiGatewayV2httpResponse;

    async fn invoke(
        &self,
        app: &App,
        payload: &RawValue,
        invocation: &Invocation,
    ) -> Result<Self::Answer, Undone> {
        // Parsed here: the runtime's own report of an event it cannot read quotes from it. Too many
        // headers are a panic of the type that holds them.
        let event = catch_unwind(|| serde_json::from_str(payload.get()));
        Ok(match event {
            Ok(Ok(event)) => answer(app, &self.handle, event, invocation).await,
            Ok(Err(_)) | Err(_) => answer_no_event::<S>(app, invocation),
        })
    }
}

impl<H, J> Function for Consumer<H, J>
where
    H: AsyncFn(&App, J) -> Result<(), Failure>,
    J: Job,
{
    type Answer = BatchAnswer;

    async fn invoke(
        &self,
        app: &App,
        payload: &RawValue,
        invocation: &Invocation,
    ) -> Result<Self::Answer, Undone> {
        let batch: QueueBatch =
            serde_json::from_str(payload.get()).map_err(|_it_may_quote| Undone::NO_EVENT)?;
        Ok(consume_batch(app, &self.handle, batch, invocation).await)
    }
}

impl<H> Function for Bus<H>
where
    H: AsyncFn(&App, &BusEvent) -> Result<(), Failure>,
{
    type Answer = ();

    async fn invoke(
        &self,
        app: &App,
        payload: &RawValue,
        invocation: &Invocation,
    ) -> Result<Self::Answer, Undone> {
        let event: BusEvent =
            serde_json::from_str(payload.get()).map_err(|_it_may_quote| Undone::NO_EVENT)?;
        take_bus_event(app, &self.handle, event, invocation).await
    }
}

/// A function that needs something yet.
pub struct Boot<F>(F);

impl<F: Function> Boot<F> {
    /// The function reads or writes the table.
    pub fn with_store(self) -> Ready<F> {
        Ready { function: self.0, connects: Vec::new() }
    }
}

/// How a port is made. What nobody names is not linked.
pub(super) type Connect = fn(&Config, &Connector, Ports) -> Result<Ports, ConfigError>;

/// A function that has all it needs.
pub struct Ready<F> {
    function: F,
    connects: Vec<Connect>,
}

impl<F: Function> Ready<F> {
    /// The function sends emails.
    #[must_use]
    pub fn with_email(self) -> Self {
        self.with(|config, connector, ports| {
            let email = config.email.as_ref().map_err(Clone::clone)?;
            let email = Arc::new(SesSender::new(&config.aws, email, connector));
            Ok(Ports { email, ..ports })
        })
    }

    /// The function asks Slack who is there, or writes to people there.
    #[must_use]
    pub fn with_slack(self) -> Self {
        self.with(|config, connector, ports| {
            let SlackConfig { api_url, token_secret_prefix, endpoint } = config.slack.clone()?;
            let secrets = Arc::new(SecretsManager::new(&config.aws, endpoint, connector));
            let api = Arc::new(SlackWebApi::new(&api_url));
            let slack = Slack::new(api, secrets, token_secret_prefix, Arc::new(StandardOutput));
            Ok(Ports { slack: Arc::new(slack), ..ports })
        })
    }

    /// The function makes links that turn email off, or turns it off for who comes along one.
    #[must_use]
    pub fn with_unsubscribe(self) -> Self {
        self.with(|config, connector, ports| {
            let unsubscribe = config.unsubscribe.clone()?;
            let UnsubscribeConfig { keys_secret, public_url, endpoint } = unsubscribe;
            let secrets = Arc::new(SecretsManager::new(&config.aws, endpoint, connector));
            let log = Arc::new(StandardOutput);
            let unsubscribe = Unsubscribe::new(secrets, keys_secret, public_url, log);
            Ok(Ports { unsubscribe: Arc::new(unsubscribe), ..ports })
        })
    }

    fn with(mut self, connect: Connect) -> Self {
        self.connects.push(connect);
        self
    }
}

impl<F: Function + 'static> Ready<F> {
    /// Serves invocations until Lambda ends the process, under the name of the function's package.
    pub fn run(self, name: &'static str) -> ExitCode {
        lambda::run(name, self.function, self.connects)
    }
}

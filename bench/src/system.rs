//! The system of `cargo dev`, without its gateway's port, and what counts around it.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use local::bus::Bus;
use local::engine;
use local::environment::{self, TABLE};
use local::gateway::Gateway;
use local::identity::Identity;
use local::problem::Problem;
use local::pump::Pump;
use local::queue::LocalQueue;
use local::queues::Queues;
use local::system::{Pumps, System};
use local::template::Template;
use shared::app::{Clock, SystemClock};
use shared::boot;
use shared::config::Config;
use shared::deliver::Ports;
use shared::deliver::queue::{DeadLetter, Message, Queue, Sending};
use shared::telemetry::Log;

use crate::tally::Tally;

/// How long one attempt to reach the engine may take: it is one thread, and everyone's.
pub(crate) const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

/// Functions on an engine, and what counts what they do.
pub(crate) struct Measurable {
    /// Takes events, as from another system.
    pub(crate) bus: Bus,
    /// Invokes the worker with what waits in the queue.
    pub(crate) pump: Pump,
    /// Takes requests.
    pub(crate) gateway: Gateway,
    /// Signs the tokens of those who ask.
    pub(crate) identity: Identity,
    /// Where accepted events wait.
    pub(crate) queue: LocalQueue,
    /// Straight to the engine: its calls are not counted.
    pub(crate) engine: Client,
    /// What the functions log.
    pub(crate) tally: Arc<Tally>,
}

/// Takes what is to be delivered, and forgets it: on AWS that queue is not in the worker.
struct Nowhere;

impl Queue for Nowhere {
    fn send(&self, _: Vec<Message>) -> Sending<'_> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn bury(&self, _: DeadLetter) -> Sending<'_> {
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Measurable {
    /// Everything in the template, on the engine there.
    pub(crate) async fn open(endpoint: &str) -> Result<Self, Problem> {
        let Ground { template, identity, config, engine } = Ground::open(endpoint).await?;
        let tally = Arc::new(Tally::default());
        let (clock, log): (Arc<dyn Clock>, Arc<dyn Log>) = (Arc::new(SystemClock), tally.clone());
        let queues = Queues::open(&template, &config, &engine, &clock, &log).await?;
        let app = boot::app(config, tally.clone());
        let app = app.map_err(|error| Problem::new("there is no store", error))?;
        let ports = Ports { delivery_queue: Arc::new(Nowhere), ..queues.ports() };
        let app = Rc::new(app.with_ports(ports));
        let System { bus, gateway, pumps, .. } = System::new(&template, app, &queues)?;
        let Pumps { dispatch: pump, .. } = pumps;
        Ok(Self { bus, pump, gateway, identity, queue: queues.dispatch, engine, tally })
    }
}

/// What a system is made of, on an engine that has its table.
pub(crate) struct Ground {
    /// What is deployed.
    pub(crate) template: Template,
    /// Whose tokens are believed.
    pub(crate) identity: Identity,
    /// What functions are told at boot.
    pub(crate) config: Config,
    /// Straight to the engine: its calls are not counted.
    pub(crate) engine: Client,
}

impl Ground {
    /// On the engine there.
    pub(crate) async fn open(endpoint: &str) -> Result<Self, Problem> {
        let (template, identity) = (Template::load()?, Identity::generate()?);
        let engine = engine::client(endpoint);
        engine::create_table(&engine, TABLE, &template.table).await?;
        let config = environment::configure(&template, &identity, endpoint);
        let mut config =
            config.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
        config.aws.attempt_timeout = ATTEMPT_TIMEOUT;
        Ok(Self { template, identity, config, engine })
    }
}

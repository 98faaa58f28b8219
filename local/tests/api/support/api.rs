//! A whole system for one test, with an engine of its own.

mod people;
mod sending;
mod setup;
mod stored;
mod work;

use std::net::Ipv4Addr;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use aws_sdk_dynamodb::Client;
use local::bus::Bus;
use local::engine::{self, Storage};
use local::environment::TABLE;
use local::erasing;
use local::faults::FaultProxy;
use local::gateway::Gateway;
use local::identity::Identity;
use local::operators::Operators;
use local::outbox::{FaultyEmail, MemoryOutbox};
use local::pump::Pump;
use local::push_peer::LocalPushService;
use local::queue::{FaultyQueue, LocalQueue};
use local::queues::Queues;
use local::schedules::Schedules;
use local::slack::LocalSlack;
use local::system::{Pumps, System};
use local::template::Template;
use local::unsubscribing;
use shared::app::{App, Clock};
use shared::auth::{Authenticator, KeySet, Keys, RemoteKeys};
use shared::aws::Connector;
use shared::deliver::Ports;
use shared::store::Store;
use shared::telemetry::Log;

pub(crate) use setup::Setup;
use setup::configure;

use super::doubles::{CountingEntropy, ManualClock, MemoryLog, ScriptedSecrets};
use super::leaks::AtTheEnd;
use super::push::start_push;
use super::rights::AtWork;
use super::slack::{ScriptedTokens, start_slack};

/// One key pair for the whole run: making one takes a while.
static IDENTITY: LazyLock<Identity> = LazyLock::new(|| Identity::generate().expect("a key pair"));

/// The identity provider of the tests.
pub(crate) fn identity() -> &'static Identity {
    &IDENTITY
}

/// Where people reach the system, as links say it.
pub(crate) const PUBLIC_URL: &str = "https://notify.example";

/// The system under test.
pub(crate) struct Api {
    /// What the handlers are given.
    pub(crate) app: Rc<App>,
    pub(crate) gateway: Gateway,
    pub(crate) bus: Bus,
    pub(crate) schedules: Schedules,
    pub(crate) operators: Operators,
    /// What accepted events wait in.
    pub(crate) queue: LocalQueue,
    /// Between the functions and the engine.
    pub(crate) faults: FaultProxy,
    /// Between the functions and the queue.
    pub(crate) queue_faults: Arc<FaultyQueue>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) entropy: Arc<CountingEntropy>,
    pub(crate) log: Arc<MemoryLog>,
    /// Straight to the engine, past the faults.
    pub(crate) engine: Client,
    /// Between that queue and its worker.
    pub(crate) pump: Pump,
    /// What notifications wait in to be delivered.
    pub(crate) delivery_queue: LocalQueue,
    /// Between the functions and that queue.
    pub(crate) delivery_faults: Arc<FaultyQueue>,
    /// Between that queue and its worker.
    pub(crate) delivery: Pump,
    /// What digests wait in that are due.
    pub(crate) digest_queue: LocalQueue,
    /// Between the functions and that queue.
    pub(crate) digest_faults: Arc<FaultyQueue>,
    /// Between that queue and its worker.
    pub(crate) digest: Pump,
    /// What waits in to be recorded of emails.
    pub(crate) feedback_queue: LocalQueue,
    /// Between the functions and that queue.
    pub(crate) feedback_faults: Arc<FaultyQueue>,
    /// Between that queue and its worker.
    pub(crate) feedback: Pump,
    /// The emails that were sent.
    pub(crate) outbox: Arc<MemoryOutbox>,
    /// Between the functions and that outbox.
    pub(crate) email_faults: Arc<FaultyEmail>,
    /// Where messages to browsers go.
    pub(crate) push_service: LocalPushService,
    /// What the keys of Web Push are kept in.
    pub(crate) push_keys: Arc<ScriptedSecrets>,
    /// What the keys of unsubscribe links are kept in.
    pub(crate) secrets: Arc<ScriptedSecrets>,
    /// What the keys of the marks of erased people are kept in.
    pub(crate) erasure_keys: Arc<ScriptedSecrets>,
    /// The Slack of every org unit that `connect_slack` gives a workspace there.
    pub(crate) slack: LocalSlack,
    /// What their tokens are kept in.
    pub(crate) slack_tokens: Arc<ScriptedTokens>,
    is_undocumented: bool,
    /// Which functions are, through this.
    pub(crate) at_work: AtWork,
    /// What may not be said of any of it.
    pub(crate) leaks: AtTheEnd,
}

impl Api {
    pub(crate) async fn start() -> Self {
        Self::start_with(Setup::default()).await
    }

    pub(crate) async fn start_with(setup: Setup) -> Self {
        let template = Template::load().expect("the template");
        let address = engine::start(&Storage::Memory, (Ipv4Addr::LOCALHOST, 0).into()).await;
        let address = address.expect("an engine");
        let engine = engine::client(&format!("http://{address}"));
        engine::create_table(&engine, TABLE, &template.table).await.expect("the table");
        let faults = FaultProxy::start(address).await.expect("a proxy");

        let clock = Arc::new(ManualClock::at("2026-03-13T14:00:00Z"));
        let entropy = Arc::new(CountingEntropy::default());
        let log = Arc::new(MemoryLog::default());
        let config = configure(&template, &faults.endpoint(), &setup);
        let (own_clock, own_log): (Arc<dyn Clock>, Arc<dyn Log>) = (clock.clone(), log.clone());
        let queues = Queues::open(&template, &config, &engine, &own_clock, &own_log).await;
        let queues = queues.expect("the queues");
        let secrets = Arc::new(ScriptedSecrets::default());
        let unsubscribe =
            unsubscribing::links(&config, secrets.clone(), PUBLIC_URL, log.clone()).expect("links");
        let erasure_keys = Arc::new(ScriptedSecrets::of_erasures());
        let erasures = erasing::erasures(&config, erasure_keys.clone(), log.clone());
        let erasures = erasures.expect("marks");
        let (push_service, push_keys, push) = start_push(&config, &clock, &log).await;
        let queue_faults = Arc::new(FaultyQueue::new(queues.dispatch.clone()));
        let delivery_faults = Arc::new(FaultyQueue::new(queues.delivery.clone()));
        let digest_faults = Arc::new(FaultyQueue::new(queues.digest.clone()));
        let feedback_faults = Arc::new(FaultyQueue::new(queues.feedback.clone()));
        let from = config.email.as_ref().expect("a sender").from.clone();
        let outbox = Arc::new(MemoryOutbox::new(from));
        let email_faults = Arc::new(FaultyEmail::new(outbox.clone()));
        let (slack, slack_tokens, workspaces) = start_slack(&clock, &log).await;
        let mut aws = config.aws;
        aws.ca_bundle = setup.ca_bundle.clone();
        aws.attempt_timeout = setup.attempt_timeout.unwrap_or(aws.attempt_timeout);
        let keys = match setup.jwks {
            None => Keys::new(config.auth.keys, None),
            Some(source) => {
                let max_age = config.auth.jwks_max_age_seconds;
                let remote = RemoteKeys::new(source, log.clone(), max_age);
                Keys::new(KeySet::default(), Some(remote))
            }
        };
        let app = App::new(
            Store::new(&aws, &config.store, Connector::new(&aws).expect("a connector")),
            config.categories,
            config.inbox_retention,
            Authenticator::new(config.auth.policy, keys),
            clock.clone(),
            entropy.clone(),
            log.clone(),
        );
        let ports = Ports {
            dispatch_queue: queue_faults.clone(),
            delivery_queue: delivery_faults.clone(),
            digest_queue: digest_faults.clone(),
            feedback_queue: feedback_faults.clone(),
            email: email_faults.clone(),
            push,
            unsubscribe,
            slack: workspaces,
            erasures,
        };
        let app = Rc::new(app.with_ports(ports).with_metrics(config.metrics_namespace));
        let system = System::new(&template, Rc::clone(&app), &queues).expect("a system");
        let System { mut gateway, mut bus, pumps, schedules, operators } = system;
        let Pumps { dispatch: mut pump, delivery, digest, feedback } = pumps;
        let Queues { dispatch: queue, delivery: delivery_queue, .. } = queues;
        let Queues { digest: digest_queue, feedback: feedback_queue, .. } = queues;
        if let Some(timeout) = setup.timeout {
            gateway.set_timeout(timeout);
        }
        if let Some((function, endpoint)) = setup.replace {
            gateway.replace(function, endpoint);
        }
        if let Some(worker) = setup.worker {
            pump.replace(worker);
        }
        if let Some(timeout) = setup.worker_timeout {
            pump.set_timeout(timeout);
        }
        if let Some((name, function)) = setup.bus_function {
            bus.replace(name, function);
        }
        let keys = [secrets.clone(), push_keys.clone(), erasure_keys.clone()];
        let leaks = AtTheEnd::of(&log, &outbox, keys);
        setup.environment.iter().for_each(|(_, value)| leaks.secrets.configured(value));
        let engine = leaks.past_the_functions(&engine);
        Self {
            app,
            gateway,
            bus,
            schedules,
            operators,
            queue,
            delivery_queue,
            faults,
            queue_faults,
            delivery_faults,
            clock,
            entropy,
            log,
            engine,
            pump,
            delivery,
            digest_queue,
            digest_faults,
            digest,
            feedback_queue,
            feedback_faults,
            feedback,
            outbox,
            email_faults,
            push_service,
            push_keys,
            secrets,
            erasure_keys,
            slack,
            slack_tokens,
            is_undocumented: setup.is_undocumented,
            at_work: AtWork::default(),
            leaks,
        }
    }
}

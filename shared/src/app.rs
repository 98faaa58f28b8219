//! What a handler is given: the caller's identity, the store, the time, and ids.

use std::sync::Arc;

use jiff::Timestamp;
use ring::rand::{SecureRandom, SystemRandom};
use ulid::Ulid;

use crate::auth::{ApiKeySecret, Authenticator, Caller, Person, Refusal};
use crate::deliver::Ports;
use crate::deliver::email::EmailSender;
use crate::deliver::queue::Queue;
use crate::domain::channel_preference::Categories;
use crate::domain::inbox::InboxRetention;
use crate::erasures::Erasures;
use crate::failure::{Failure, NoEntropy};
use crate::http::{Inbound, RequestId};
use crate::push::Push;
use crate::slack::Slack;
use crate::store::Store;
use crate::telemetry::{Log, Metrics, MetricsNamespace};
use crate::unsubscribe::Unsubscribe;

/// The one object behind every handler. Its parts that reach outside are traits, so that development
/// and tests may put something else in their place.
pub struct App {
    /// What is stored.
    pub store: Store,
    /// The categories that channel preferences are about.
    pub categories: Categories,
    /// How long an inbox keeps what is in it.
    pub inbox_retention: InboxRetention,
    ports: Ports,
    pub(crate) log: Arc<dyn Log>,
    /// Nothing, where nobody keeps metrics.
    pub(crate) metrics: Option<Metrics>,
    authenticator: Authenticator,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

/// What time it is.
pub trait Clock: Send + Sync {
    /// The instant now.
    fn now(&self) -> Timestamp;
}

/// Where randomness comes from.
pub trait Entropy: Send + Sync {
    /// 128 bits for an id: random ones, or none where there is no randomness.
    fn bits(&self) -> u128;

    /// 256 random bits for a secret.
    ///
    /// # Errors
    ///
    /// [`NoEntropy`] where there is no randomness: a secret that can be guessed is worse than none.
    fn secret(&self) -> Result<[u8; 32], NoEntropy>;
}

/// The machine's own clock.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock that `App` is given")]
    fn now(&self) -> Timestamp {
        Timestamp::now()
    }
}

/// The operating system's randomness.
#[derive(Debug)]
pub struct SystemEntropy(SystemRandom);

impl Default for SystemEntropy {
    fn default() -> Self {
        Self(SystemRandom::new())
    }
}

impl Entropy for SystemEntropy {
    fn bits(&self) -> u128 {
        let mut bytes = [0; 16];
        // Without randomness an id is still the millisecond it was made in.
        self.0.fill(&mut bytes).ok();
        u128::from_be_bytes(bytes)
    }

    fn secret(&self) -> Result<[u8; 32], NoEntropy> {
        let mut bytes = [0; 32];
        self.0.fill(&mut bytes).map_err(|_unspecified| NoEntropy)?;
        Ok(bytes)
    }
}

impl App {
    /// An app of these parts, with no port.
    #[must_use]
    pub fn new(
        store: Store,
        categories: Categories,
        inbox_retention: InboxRetention,
        authenticator: Authenticator,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
        log: Arc<dyn Log>,
    ) -> Self {
        Self {
            store,
            categories,
            inbox_retention,
            ports: Ports::default(),
            log,
            metrics: None,
            authenticator,
            clock,
            entropy,
        }
    }

    /// The same, with metrics in the log lines, if there is a namespace for them.
    #[must_use]
    pub fn with_metrics(self, namespace: Option<MetricsNamespace>) -> Self {
        Self { metrics: namespace.map(Metrics::new), ..self }
    }

    /// The same, with these ports.
    #[must_use]
    pub fn with_ports(self, ports: Ports) -> Self {
        Self { ports, ..self }
    }

    /// Where accepted events wait to be dispatched. Whoever uses a port names it in `main`.
    #[must_use]
    pub fn dispatch_queue(&self) -> &dyn Queue {
        &*self.ports.dispatch_queue
    }

    /// Where notifications wait to be delivered.
    #[must_use]
    pub fn delivery_queue(&self) -> &dyn Queue {
        &*self.ports.delivery_queue
    }

    /// Where it waits to be recorded what became of emails.
    #[must_use]
    pub fn feedback_queue(&self) -> &dyn Queue {
        &*self.ports.feedback_queue
    }

    /// Where digests wait that are due.
    #[must_use]
    pub fn digest_queue(&self) -> &dyn Queue {
        &*self.ports.digest_queue
    }

    /// What emails are sent with.
    #[must_use]
    pub fn email(&self) -> &dyn EmailSender {
        &*self.ports.email
    }

    /// The Slack workspaces of the org units.
    #[must_use]
    pub fn slack(&self) -> &Slack {
        &self.ports.slack
    }

    /// What people's browsers subscribe with, and are told things with.
    #[must_use]
    pub fn push(&self) -> &Push {
        &self.ports.push
    }

    /// What links that turn email off are made and verified with.
    #[must_use]
    pub fn unsubscribe(&self) -> &Unsubscribe {
        &self.ports.unsubscribe
    }

    /// What those who were erased are known by.
    #[must_use]
    pub fn erasures(&self) -> &Erasures {
        &self.ports.erasures
    }

    /// Opens connections ahead of the first request.
    pub(crate) async fn preconnect(&self) {
        self.store.preconnect().await;
    }

    /// The instant now.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Whoever sent the request.
    ///
    /// # Errors
    ///
    /// A refusal, or that nobody can tell: the keys that sign tokens are not at hand, or the store
    /// that knows API keys is not.
    pub async fn caller(&self, request: &Inbound) -> Result<Caller, Failure> {
        self.authenticator.caller(request.authorization(), &self.store, self.now()).await
    }

    /// The person who sent the request.
    ///
    /// # Errors
    ///
    /// As [`App::caller`], and [`Refusal::PersonRequired`] for a machine.
    pub async fn person(&self, request: &Inbound) -> Result<Person, Failure> {
        match self.caller(request).await? {
            Caller::Person(person) => Ok(person),
            Caller::Machine(_) => Err(Refusal::PersonRequired.into()),
        }
    }

    /// 128 random bits, to spread things with.
    pub(crate) fn random(&self) -> u128 {
        self.entropy.bits()
    }

    /// An API key that nobody knows yet.
    ///
    /// # Errors
    ///
    /// [`Failure::NoEntropy`], rather than a key that can be guessed.
    pub fn new_api_key(&self) -> Result<ApiKeySecret, Failure> {
        Ok(ApiKeySecret::from_random(self.entropy.secret()?))
    }

    /// A name for a request that has just come in.
    pub(crate) fn name_request(&self) -> RequestId {
        RequestId::new(self.unique_id())
    }

    /// An id that nothing else has, and that sorts by time.
    #[must_use]
    pub fn unique_id(&self) -> Ulid {
        let milliseconds = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        Ulid::from_parts(milliseconds, self.entropy.bits())
    }
}

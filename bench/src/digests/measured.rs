//! What is measured: the worker that finds digests and sends them, and nothing else in its process.

use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use local::functions::{Worker, workers};
use local::problem::Problem;
use local::queues::DIGEST;
use local::schedules::Schedules;
use local::unsubscribing;
use serde::{Deserialize, Serialize};
use shared::app::App;
use shared::boot::{self, Invocation, QueueAttributes, QueueBatch, QueueRecord};
use shared::deliver::Ports;
use shared::deliver::secrets::{Fetching, Secrets};

use super::outbox::{Counts, Outbox};
use super::spool::Spool;
use crate::process::{peak_memory, processor_time};
use crate::system::Ground;
use crate::tally::Tally;

/// The keys of unsubscribe links: nobody follows these.
const KEYS: &str = r#"{"key_id":"bench","key":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}"#;

/// Where unsubscribe links lead. The domain is reserved (RFC 2606).
const PUBLIC_URL: &str = "https://api.example";

/// What a message says that asks for more to be found (`digests::job`).
const FINDS: &str = r#""find":"#;

/// What it took to send the digests of one hour.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measured {
    /// How many were to get one.
    pub(super) people: u32,
    /// How many emails were sent, about how many messages, and how many of them to someone else.
    pub(super) emails: u32,
    pub(super) items: u32,
    pub(super) astray: u32,
    /// With the tick.
    invocations: usize,
    messages: usize,
    store_calls: u32,
    seconds: f64,
    /// The longest invocation, the tick among them, and what each of them has.
    pub(super) longest: Duration,
    pub(super) timeout: Duration,
    tick: Duration,
    /// The longest one with a message that more be found.
    longest_finding: Duration,
    /// For how long the worker had a processor. The engine's time is not in it.
    processor: Duration,
    /// The most memory before the tick and after the last message, in KiB.
    idle_memory: u32,
    peak_memory: u32,
}

impl Measured {
    /// The head of the table whose rows these are.
    pub(super) const HEADING: &str = "\
| people | items | messages | invocations | seconds | people a second | DynamoDB calls for each | processor for each | tick | longest that finds more | longest invocation | memory before | at most |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// Its row of the table.
    pub(super) fn row(&self) -> String {
        let Self { people, items, invocations, messages, seconds, processor, .. } = self;
        let mebibytes = |kibibytes: u32| f64::from(kibibytes) / 1024.0;
        format!(
            "| {people} | {items} | {messages} | {invocations} | {seconds:.1} | {:.0} | {:.3} | {:.0} µs | {} ms | {} ms | {} ms | {:.1} MiB | {:.1} MiB |",
            f64::from(*people) / seconds,
            self.calls_for_each(),
            processor.as_secs_f64() * 1e6 / f64::from(*people),
            self.tick.as_millis(),
            self.longest_finding.as_millis(),
            self.longest.as_millis(),
            mebibytes(self.idle_memory),
            mebibytes(self.peak_memory),
        )
    }

    /// The most memory that was taken, in KiB.
    pub(super) fn memory(&self) -> f64 {
        f64::from(self.peak_memory)
    }

    /// How often DynamoDB is called for one person.
    pub(super) fn calls_for_each(&self) -> f64 {
        f64::from(self.store_calls) / f64::from(self.people)
    }
}

/// Keys from nowhere.
struct Kept;

impl Secrets for Kept {
    fn secret<'a>(&'a self, _: &'a str) -> Fetching<'a> {
        Box::pin(std::future::ready(Ok(KEYS.to_owned())))
    }
}

/// One invocation with messages.
struct Invoked {
    messages: usize,
    /// Whether one of them asks for more to be found.
    finds: bool,
    taken: Duration,
}

/// The worker, and what invokes it.
struct Sender {
    app: Rc<App>,
    schedules: Schedules,
    worker: Worker,
    batch: usize,
    timeout: Duration,
    spool: Arc<Spool>,
    outbox: Arc<Outbox>,
    tally: Arc<Tally>,
}

impl Sender {
    async fn open(endpoint: &str) -> Result<Self, Problem> {
        let Ground { template, identity: _, config, engine: _ } = Ground::open(endpoint).await?;
        let nobody = || Problem("nobody sends digests".to_owned());
        let (function, batch) = template.worker(DIGEST).ok_or_else(nobody)?;
        let worker = workers().remove(function.name.as_str()).ok_or_else(nobody)?;
        let from = config.email.as_ref().map(|email| email.from.clone());
        let from = from.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
        let (spool, outbox) = (Arc::new(Spool::open()?), Arc::new(Outbox::new(from)));
        let tally = Arc::new(Tally::default());
        let unsubscribe = unsubscribing::links(&config, Arc::new(Kept), PUBLIC_URL, tally.clone())?;
        let app = boot::app(config, tally.clone());
        let app = app.map_err(|error| Problem::new("there is no store", error))?;
        let (digest_queue, email) = (spool.clone(), outbox.clone());
        let ports = Ports { digest_queue, email, unsubscribe, ..Ports::default() };
        let app = Rc::new(app.with_ports(ports));
        let schedules = Schedules::new(&template, Rc::clone(&app))?;
        let timeout = function.timeout;
        Ok(Self { app, schedules, worker, batch, timeout, spool, outbox, tally })
    }

    /// Has what is due found, and says how long that took.
    async fn tick(&self, at: &str) -> Result<Duration, Problem> {
        let at = at.parse().map_err(|error| Problem::new("this is no instant", error))?;
        let started = Instant::now();
        let ticked = self.schedules.tick(at).await;
        let taken = started.elapsed();
        match ticked.into_values().find_map(Result::err) {
            Some(why) => Err(Problem(format!("the tick was not done: {why}"))),
            None => Ok(taken),
        }
    }

    /// Hands over as many messages as a batch has, and says how long that took; nothing, if none waits.
    async fn pass_on(&self) -> Result<Option<Invoked>, Problem> {
        let bodies = self.spool.receive(self.batch)?;
        let messages = bodies.len();
        if messages == 0 {
            return Ok(None);
        }
        let finds = bodies.iter().any(|body| body.contains(FINDS));
        let records = bodies.into_iter().enumerate();
        let records = records
            .map(|(number, body)| {
                let (message_id, attributes) = (format!("m-{number}"), QueueAttributes::default());
                QueueRecord { message_id, body, attributes }
            })
            .collect();
        let (id, function) = ("bench".to_owned(), "send-digests".into());
        let invocation = Invocation { id, function, remaining: self.timeout };
        let started = Instant::now();
        let work = (self.worker)(Rc::clone(&self.app), QueueBatch { records }, invocation);
        let answer = tokio::time::timeout(self.timeout, work).await;
        let answer = answer.map_err(|error| Problem::new("an invocation took too long", error))?;
        if !answer.batch_item_failures.is_empty() {
            // Its log line says why.
            self.tally.take().check()?;
            return Err(Problem("a message is to be handed out again".to_owned()));
        }
        Ok(Some(Invoked { messages, finds, taken: started.elapsed() }))
    }
}

/// Sends what is due at that instant in that engine, and prints what it took.
pub(crate) async fn send(endpoint: &str, at: &str, people: u32) -> Result<(), Problem> {
    let sender = Sender::open(endpoint).await?;
    let (idle_memory, before) = (peak_memory()?, processor_time()?);
    let started = Instant::now();
    let tick = sender.tick(at).await?;
    let (mut invocations, mut messages) = (1, 0);
    let (mut longest, mut longest_finding) = (tick, Duration::ZERO);
    while let Some(invoked) = sender.pass_on().await? {
        (invocations, messages) = (invocations + 1, messages + invoked.messages);
        longest = longest.max(invoked.taken);
        if invoked.finds {
            longest_finding = longest_finding.max(invoked.taken);
        }
    }
    let seconds = started.elapsed().as_secs_f64();
    let processor = processor_time()?.saturating_sub(before);
    let sums = sender.tally.take();
    sums.check()?;
    let Counts { emails, items, astray } = sender.outbox.counts();
    let measured = Measured {
        people,
        emails,
        items,
        astray,
        invocations,
        messages,
        store_calls: sums.store_calls,
        seconds,
        longest,
        timeout: sender.timeout,
        tick,
        longest_finding,
        processor,
        idle_memory,
        peak_memory: peak_memory()?,
    };
    let text = serde_json::to_string(&measured);
    println!("{}", text.map_err(|error| Problem::new("it cannot be written down", error))?);
    Ok(())
}

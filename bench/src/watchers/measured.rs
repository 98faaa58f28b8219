//! What is measured: a worker at a queue, and nothing else in its process.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use local::functions::{Worker, workers};
use local::problem::Problem;
use serde::{Deserialize, Serialize};

use crate::process::{peak_memory, processor_time};
use crate::system::Measurable;

/// What it took to dispatch one event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Measured {
    /// How many were to be told.
    pub(super) watchers: u32,
    invocations: usize,
    messages: usize,
    store_calls: u32,
    seconds: f64,
    longest: Duration,
    /// For how long the worker had a processor. The engine's time is not in it.
    processor: Duration,
    /// The most memory before the first message and after the last one, in KiB.
    idle_memory: u32,
    peak_memory: u32,
}

impl Measured {
    /// The head of the table whose rows these are.
    pub(super) const HEADING: &str = "\
| watchers | messages | invocations | seconds | recipients a second | DynamoDB calls for each | processor for each | longest invocation | memory before | at most |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";

    /// Its row of the table.
    pub(super) fn row(&self) -> String {
        let Self { watchers, invocations, messages, seconds, processor, longest, .. } = self;
        let mebibytes = |kibibytes: u32| f64::from(kibibytes) / 1024.0;
        format!(
            "| {watchers} | {messages} | {invocations} | {seconds:.1} | {:.0} | {:.3} | {:.0} µs | {} ms | {:.1} MiB | {:.1} MiB |",
            f64::from(*watchers) / seconds,
            self.calls_for_each(),
            processor.as_secs_f64() * 1e6 / f64::from(*watchers),
            longest.as_millis(),
            mebibytes(self.idle_memory),
            mebibytes(self.peak_memory),
        )
    }

    /// The most memory that was taken, in KiB.
    pub(super) fn memory(&self) -> f64 {
        f64::from(self.peak_memory)
    }

    /// How often DynamoDB is called for one recipient.
    pub(super) fn calls_for_each(&self) -> f64 {
        f64::from(self.store_calls) / f64::from(self.watchers)
    }
}

/// Dispatches what waits in the queue of that engine, and prints what it took.
pub(crate) async fn dispatch(endpoint: &str, watchers: u32) -> Result<(), Problem> {
    let mut measurable = Measurable::open(endpoint).await?;
    let longest = Rc::new(Cell::new(Duration::ZERO));
    measurable.pump.replace(timed(Rc::clone(&longest))?);
    let (idle_memory, before) = (peak_memory()?, processor_time()?);
    let started = Instant::now();
    let pumped = measurable.pump.drain().await;
    let seconds = started.elapsed().as_secs_f64();
    let processor = processor_time()?.saturating_sub(before);
    let sums = measurable.tally.take();
    sums.check()?;
    let measured = Measured {
        watchers,
        invocations: pumped.batches,
        messages: pumped.messages,
        store_calls: sums.store_calls,
        seconds,
        processor,
        longest: longest.get(),
        idle_memory,
        peak_memory: peak_memory()?,
    };
    let text = serde_json::to_string(&measured);
    println!("{}", text.map_err(|error| Problem::new("it cannot be written down", error))?);
    Ok(())
}

/// The worker that Lambda runs, and how long it takes at most.
fn timed(longest: Rc<Cell<Duration>>) -> Result<Worker, Problem> {
    let worker = workers().remove("dispatch-events");
    let worker = worker.ok_or_else(|| Problem("nobody dispatches events".to_owned()))?;
    Ok(Rc::new(move |app, batch, invocation| {
        let (work, longest) = (Rc::clone(&worker), Rc::clone(&longest));
        async move {
            let started = Instant::now();
            let answer = work(app, batch, invocation).await;
            longest.set(longest.get().max(started.elapsed()));
            answer
        }
        .boxed_local()
    }))
}

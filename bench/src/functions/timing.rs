//! Times and memory, without an emulator.

use std::time::{Duration, Instant};

use local::problem::Problem;

use super::sandbox::Sandbox;
use super::share::Share;
use super::stage::Stage;
use super::statistics::Sorted;
use super::subject::Subject;

/// How long something took: by the clock, and on a processor.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Took {
    /// By the clock.
    pub(crate) wall: Duration,
    /// On processors, of all threads together.
    pub(crate) cpu: Duration,
}

/// One start, and the request that it is for.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Cold {
    /// From the start to waiting for the first request.
    pub(crate) init: Took,
    /// From the first request to its answer; of the processor, to waiting for the second.
    pub(crate) first: Took,
}

impl Cold {
    /// From the start to the first answer.
    pub(crate) fn both(&self) -> Took {
        let Self { init, first } = self;
        Took { wall: init.wall + first.wall, cpu: init.cpu + first.cpu }
    }

    /// Starts it once.
    pub(crate) async fn measure(stage: &Stage, subject: &Subject) -> Result<Self, Problem> {
        let mut sandbox = Sandbox::start(stage, &subject.program, None).await?;
        sandbox.ready().await?;
        let init_wall = sandbox.began.elapsed();
        sandbox.rest().await?;
        let init_cpu = sandbox.probe().processor_time()?;
        let event = subject.event.with(stage.tokens.get(0));
        let asked = Instant::now();
        sandbox.invoke(event).await?;
        let first_wall = asked.elapsed();
        sandbox.rest().await?;
        let cpu = sandbox.probe().processor_time()?;
        Ok(Self {
            init: Took { wall: init_wall, cpu: init_cpu },
            first: Took { wall: first_wall, cpu: cpu.saturating_sub(init_cpu) },
        })
    }

    /// Each figure's own median.
    pub(crate) fn median(rounds: &[Self]) -> Self {
        let median =
            |figure: fn(&Self) -> Duration| rounds.iter().map(figure).collect::<Sorted>().median();
        Self {
            init: Took { wall: median(|cold| cold.init.wall), cpu: median(|cold| cold.init.cpu) },
            first: Took {
                wall: median(|cold| cold.first.wall),
                cpu: median(|cold| cold.first.cpu),
            },
        }
    }
}

/// Many requests to one process, one after the other, each with a token of its own.
#[derive(Debug, Clone, Default)]
pub(crate) struct Warm {
    /// On processors, a request.
    pub(crate) cpu: Duration,
    /// By the clock, from a request to its answer: half of them do not take longer.
    pub(crate) p50: Duration,
    /// The same of 99 in 100.
    pub(crate) p99: Duration,
    /// Requests in a second, with what they take around them.
    pub(crate) per_second: f64,
    /// Memory while it waits for its first request, in KiB.
    pub(crate) idle: u64,
    /// Memory after the last one, in KiB.
    pub(crate) after: u64,
}

impl Warm {
    /// Asks so often, after one that is not counted.
    pub(crate) async fn measure(
        stage: &Stage,
        subject: &Subject,
        requests: usize,
    ) -> Result<Self, Problem> {
        let mut sandbox = Sandbox::start(stage, &subject.program, None).await?;
        sandbox.rest().await?;
        let idle = sandbox.probe().memory()?;
        sandbox.invoke(subject.event.with(stage.tokens.get(0))).await?;
        sandbox.rest().await?;
        let cpu = sandbox.probe().processor_time()?;
        let mut latencies = Vec::with_capacity(requests);
        let began = Instant::now();
        for number in 1..=requests {
            let event = subject.event.with(stage.tokens.get(number));
            sandbox.ready().await?;
            let asked = Instant::now();
            sandbox.invoke(event).await?;
            latencies.push(asked.elapsed());
        }
        sandbox.ready().await?;
        let wall = began.elapsed();
        sandbox.rest().await?;
        let cpu = sandbox.probe().processor_time()?.saturating_sub(cpu);
        let latencies: Sorted = latencies.into_iter().collect();
        let count = u32::try_from(requests.max(1)).unwrap_or(u32::MAX);
        Ok(Self {
            cpu: cpu / count,
            p50: latencies.percentile(50),
            p99: latencies.percentile(99),
            per_second: f64::from(count) / wall.as_secs_f64(),
            idle,
            after: sandbox.probe().memory()?,
        })
    }

    /// The round that was disturbed the least: the one of the least processor time.
    pub(crate) fn quietest(rounds: Vec<Self>) -> Self {
        rounds.into_iter().min_by_key(|round| round.cpu).unwrap_or_default()
    }
}

/// How long the first request takes with that share of a processor, which it has from the end of its
/// start on: Lambda gives all of one until then.
pub(crate) async fn first_with(
    stage: &Stage,
    subject: &Subject,
    share: &Share,
) -> Result<Duration, Problem> {
    let mut sandbox = Sandbox::start(stage, &subject.program, None).await?;
    sandbox.rest().await?;
    let _held = share.hold(sandbox.id())?;
    let event = subject.event.with(stage.tokens.get(0));
    let asked = Instant::now();
    let answer = sandbox.invoke(event).await;
    let took = asked.elapsed();
    // Before what holds it: a group with a process in it stays.
    drop(sandbox);
    answer.map(|_answer| took)
}

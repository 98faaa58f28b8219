//! A steady load for a while: a thousand people read and write over the functions' programs, at the
//! highest rate that this machine bears, and reads have to show what was written. Nothing may go
//! wrong meanwhile, and nothing may grow.

mod connections;
mod crowd;
mod expectation;
mod fault;
mod operation;
mod pace;
mod people;
mod processes;
mod report;

use std::path::PathBuf;
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use local::problem::Problem;
use tokio::sync::oneshot;

use crate::block_on;
use crate::engine::Engine;
use crate::functions::page;
use crate::functions::stage::Stage;
use crate::load::gateway::{self, Answers, Behind};
use crowd::Crowd;
use pace::Held;
use people::People;
use processes::{Processes, Watched};
use report::Report;

/// How often the processes are looked at.
const SAMPLING: Duration = Duration::from_secs(3);

/// Which part of the time goes by before growth is looked for: keys, connections and caches fill.
const WARMING_UP: u32 = 10;

/// For how long, and over what.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// For how long the load is held
    #[arg(long, default_value_t = 15, value_parser = clap::value_parser!(u32).range(1..=1_440))]
    minutes: u32,
    /// Requests a second. Unless given, the highest rate that is steady is looked for first, and most
    /// of it is held
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    rate: Option<u32>,
    /// Where the functions' programs are, as `cargo lambda build` or `sam build` leaves them. They are
    /// built unless given
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// The page that the tables are written into, between its markers
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// How the load is driven.
#[derive(Debug, Clone, Copy)]
struct Plan {
    rate: Option<u32>,
    lasting: Duration,
}

/// What was driven.
struct Drove {
    rate: u32,
    began: Instant,
    held: Held,
}

/// Holds the load, prints what came of it, and fails if anything went wrong or grew.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    let Options { minutes, rate, functions, write } = options;
    eprintln!("setting everything up");
    let stage = Stage::set(1).await?;
    let engine = Engine::start()?;
    let people = People::settle(engine.endpoint()).await?;
    let functions = Behind {
        stage: &stage,
        functions: &operation::functions(),
        folder: functions.as_deref(),
        engine: engine.endpoint(),
        environment: &people.environment(),
        answers: Answers::Any,
    };
    let plan = Plan { rate: *rate, lasting: Duration::from_secs(60) * *minutes };
    let report = gateway::with(&functions, async |url, running| {
        watch(Processes::of(running, &engine), plan, Crowd::of(people, url)).await
    });
    let report = report.await?;
    let tables = report.tables();
    println!("{tables}");
    report.check()?;
    if let Some(page) = write {
        page::renew(page, "soak", &tables)?;
    }
    Ok(())
}

/// Looks at the processes while a thread of its own drives the load.
async fn watch(mut processes: Processes, plan: Plan, crowd: Crowd) -> Result<Report, Problem> {
    let (report, mut reported) = oneshot::channel();
    // Who asks is to be held up by nobody who answers.
    thread::spawn(move || {
        // Nobody listens any more if the functions have ended.
        report.send(block_on(drive(plan, crowd))).ok();
    });
    let mut ticks = tokio::time::interval(SAMPLING);
    let drove = loop {
        tokio::select! {
            drove = &mut reported => break drove,
            _ = ticks.tick() => processes.look()?,
        }
    };
    let drove = drove.map_err(|error| Problem::new("the load has ended", error))??;
    let Drove { rate, began, held } = drove;
    let watched: Vec<Watched> = processes.since(began + plan.lasting / WARMING_UP)?;
    Ok(Report { rate, lasting: plan.lasting, held, watched })
}

/// Finds the rate, and holds it.
async fn drive(plan: Plan, crowd: Crowd) -> Result<Drove, Problem> {
    let crowd = Rc::new(crowd);
    eprintln!("everyone looks at their inbox");
    crowd.look_around().await?;
    let rate = match plan.rate {
        Some(rate) => rate,
        None => pace::steady(&crowd).await?,
    };
    eprintln!("{rate} requests a second for {} seconds", plan.lasting.as_secs());
    let began = Instant::now();
    let held = pace::hold(&crowd, rate, plan.lasting).await?;
    Ok(Drove { rate, began, held })
}

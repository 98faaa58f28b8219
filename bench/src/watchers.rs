//! One event, and more and more people who watch what it is about.

mod measured;
mod verdict;

use std::process::Stdio;

use local::problem::Problem;

use crate::engine::{Engine, this_program};
use crate::event::Happening;
use crate::system::Measurable;
use crate::{rows, seeding};
use measured::Measured;

pub(crate) use measured::dispatch;

/// How many watch.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many people watch, once for each
    #[arg(long, value_name = "NUMBER,…", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(default_values_t = [1_000, 10_000, 100_000])]
    watchers: Vec<u32>,
}

/// The one org unit.
const ORG_UNIT: &str = "acme";

/// Measures each size, prints the table, and says whether memory or calls grow.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    println!("{}", Measured::HEADING);
    let mut all = Vec::new();
    for watchers in &options.watchers {
        let measured = measure(*watchers).await?;
        println!("{}", measured.row());
        all.push(measured);
    }
    verdict::check(&all)
}

/// Dispatches one event to so many, in a new process on a new engine.
async fn measure(watchers: u32) -> Result<Measured, Problem> {
    let engine = Engine::start()?;
    eprintln!("{watchers} watchers: putting them in");
    let system = Measurable::open(engine.endpoint()).await?;
    seeding::seed(&system, ORG_UNIT, watchers).await?;
    Happening::Moved(&seeding::actor(ORG_UNIT), 0).tell(&system, ORG_UNIT).await?;
    eprintln!("{watchers} watchers: dispatching");
    let failed = |error: &dyn std::fmt::Display| Problem::new("nothing was measured", error);
    let mut command = this_program()?;
    command.args(["dispatch", engine.endpoint(), &watchers.to_string()]);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    eprintln!("{watchers} watchers: counting their rows");
    rows::check(&system.engine, ORG_UNIT, watchers, 1).await?;
    let measured: Result<Measured, _> = serde_json::from_slice(&output.stdout);
    measured.map_err(|error| failed(&error))
}

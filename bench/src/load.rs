//! Many requests at once, by wrk, for a while: against `cargo dev`, and against the functions' programs.
//! Whatever is not answered well fails it.

mod dev;
pub(crate) mod gateway;
mod wrk;

use std::path::PathBuf;

use local::problem::Problem;

use crate::functions::page;
use crate::functions::recorded;
use crate::functions::stage::Stage;
use dev::Dev;
use gateway::{Answers, Behind};
use wrk::{Load, Wrk};

/// How many tokens are asked with: what was verified is remembered of 256.
const TOKENS: usize = 200;

/// The functions that are asked.
const FUNCTIONS: [&str; 4] =
    ["get-notification-prefs", "put-notification-prefs", "list-notifications", "decide-delivery"];

/// How long, and by how many.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// For how long each of the two is asked
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,
    /// Over how many connections at once
    #[arg(long, default_value_t = 16, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    connections: u32,
    /// Where the functions' programs are, as `cargo lambda build` or `sam build` leaves them. They are
    /// built unless given
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// The program of `cargo dev`. It is built unless given
    #[arg(long, value_name = "FILE")]
    dev: Option<PathBuf>,
    /// The page that the table is written into, between its markers
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Asks both, prints what came of it, and fails if anything was not answered well.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    let Options { seconds, connections, functions, dev, write } = options;
    eprintln!("setting everything up");
    let stage = Stage::set(TOKENS).await?;
    let script = recorded::root().join("bench/load/mix.lua");
    let wrk = Wrk { script, seconds: *seconds, connections: *connections };
    let mut loads = Vec::new();
    {
        let dev = Dev::start(&stage, dev.as_deref())?;
        eprintln!("cargo dev: {seconds} seconds");
        let tokens = stage.scratch.write("tokens-of-dev", &dev.token()?)?;
        loads.push(("`cargo dev`", wrk.run(&dev.url, &tokens).await?));
    }
    let tokens: Vec<&str> = (0..TOKENS).map(|number| stage.tokens.get(number)).collect();
    let tokens = stage.scratch.write("tokens", &tokens.join("\n"))?;
    eprintln!("the functions' programs: {seconds} seconds");
    let engine = stage.world.open(&stage.template).await?;
    let functions = Behind {
        stage: &stage,
        functions: &FUNCTIONS,
        folder: functions.as_deref(),
        engine: engine.endpoint(),
        environment: &[],
        answers: Answers::Good,
    };
    let load = gateway::with(&functions, async |url, _| wrk.run(url, &tokens).await);
    loads.push(("the functions' programs", load.await?));
    let table = table(&loads);
    println!("{table}");
    if let Some(page) = write {
        page::renew(page, "load", &table)?;
    }
    let faulty = loads.iter().find(|(_, load)| !load.is_flawless());
    faulty
        .map_or(Ok(()), |(name, _)| Err(Problem(format!("{name} did not answer everything well"))))
}

fn table(loads: &[(&str, Load)]) -> String {
    let heading = "\
| | requests | seconds | a second | p50 | p99 | not 2xx | socket errors |
|---|---:|---:|---:|---:|---:|---:|---:|";
    let rows = loads.iter().map(|(name, load)| format!("| {name} {}", load.row()));
    std::iter::once(heading.to_owned()).chain(rows).collect::<Vec<_>>().join("\n")
}

//! The digests of one hour, of more and more people.

mod measured;
mod outbox;
mod seeding;
mod spool;
mod verdict;

use std::process::Stdio;

use local::problem::Problem;

use crate::engine::{Engine, this_program};
use crate::rows::everything;
use crate::system::Measurable;
use measured::Measured;

pub(crate) use measured::send;

/// How many get a digest.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// How many people get a digest, once for each
    #[arg(long, value_name = "NUMBER,…", value_delimiter = ',')]
    #[arg(value_parser = clap::value_parser!(u32).range(1..))]
    #[arg(default_values_t = [1_000, 10_000])]
    sizes: Vec<u32>,
}

/// The one org unit.
const ORG_UNIT: &str = "acme";

/// How many messages wait for each digest.
const ITEMS: u32 = 10;

/// What a digest has once someone has claimed it, and no delivery here.
const OF_A_CLAIM: &str = "claimed_by";

/// What a digest has for as long as it is due.
const OF_WHAT_IS_DUE: &str = "gsi1pk";

/// Measures each size, prints the table, and says whether memory or calls grow.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    println!("{}", Measured::HEADING);
    let mut all = Vec::new();
    for people in &options.sizes {
        let measured = measure(*people).await?;
        println!("{}", measured.row());
        verdict::check_one(&measured)?;
        all.push(measured);
    }
    verdict::check(&all)
}

/// Sends so many digests, in a new process on a new engine.
async fn measure(people: u32) -> Result<Measured, Problem> {
    let engine = Engine::start()?;
    eprintln!("{people} people: putting them in");
    let system = Measurable::open(engine.endpoint()).await?;
    let at = seeding::seed(&system, ORG_UNIT, people).await?;
    eprintln!("{people} people: sending");
    let failed = |error: &dyn std::fmt::Display| Problem::new("nothing was measured", error);
    let mut command = this_program()?;
    command.args(["send", engine.endpoint(), &at, &people.to_string()]);
    command.stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    eprintln!("{people} people: counting their digests");
    check_ends(&system, people).await?;
    let measured: Result<Measured, _> = serde_json::from_slice(&output.stdout);
    measured.map_err(|error| failed(&error))
}

/// Whether each digest was claimed, and none is due any more.
async fn check_ends(system: &Measurable, people: u32) -> Result<(), Problem> {
    for (with, what, expected) in [(OF_A_CLAIM, "closed", people), (OF_WHAT_IS_DUE, "due", 0)] {
        let items = everything(&system.engine, Some(with)).await?;
        let digests = items.iter().filter(|item| seeding::is_digest(item)).count();
        if u32::try_from(digests) != Ok(expected) {
            return Err(Problem(format!("{digests} digests are {what} and not {expected}")));
        }
    }
    Ok(())
}

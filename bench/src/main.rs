//! `cargo xtask bench`: what it takes to answer a request, to dispatch an event and to send digests,
//! measured. Never deployed.
//!
//! The engine with the data is a process of its own, and so is what is measured: the memory of one
//! is not taken for the memory of another.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command answers on both")]

mod digests;
mod engine;
mod event;
mod fairness;
mod functions;
mod growth;
mod instructions;
mod load;
mod process;
mod rows;
mod seeding;
mod soak;
mod system;
mod tally;
mod watchers;

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use local::problem::Problem;

/// Measures what requests, dispatching and digests take, on this machine and the engine of `cargo dev`.
#[derive(Parser)]
#[command(bin_name = "cargo xtask bench")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Dispatch one event to everyone who watches an issue: the more they are, the more calls, and
    /// no more memory
    Watchers(watchers::Options),
    /// Dispatch the event of one org unit in the middle of another's storm
    Fairness,
    /// Send everyone the digest of one hour: the more they are, the more calls, and no more memory
    Digests(digests::Options),
    /// Answer requests with the functions as they ship: what a start, a first and a further request take
    Functions(functions::Options),
    /// Count the instructions of the paths that most people go along, and hold them against those of before
    Instructions(instructions::Options),
    /// Answer and dispatch with more and more in the table: what stays as it is, and what grows
    Growth(growth::Options),
    /// Answer many requests at once, for a while, without an error: `cargo dev`, and the functions as they ship
    Load(load::Options),
    /// Hold a steady load for a quarter of an hour, without an error, and without anything that grows
    Soak(soak::Options),
    /// Serve an engine until standard input ends
    #[command(hide = true)]
    Engine,
    /// Dispatch what waits in the queue of an engine, and print what that took
    #[command(hide = true)]
    Dispatch {
        /// Where the engine is
        endpoint: String,
        /// How many are to be told
        watchers: u32,
    },
    /// Send what is due in an engine, and print what that took
    #[command(hide = true)]
    Send {
        /// Where the engine is
        endpoint: String,
        /// The instant that the schedule's tick is for
        at: String,
        /// How many are to get one
        people: u32,
    },
}

fn main() -> ExitCode {
    let Cli { command } = Cli::parse();
    let done = match command {
        Command::Watchers(options) => block_on(watchers::run(&options)),
        Command::Fairness => block_on(fairness::run()),
        Command::Digests(options) => block_on(digests::run(&options)),
        Command::Functions(options) => block_on(functions::run(&options)),
        Command::Instructions(options) => block_on(instructions::run(&options)),
        Command::Growth(options) => block_on(growth::run(&options)),
        Command::Load(options) => block_on(load::run(&options)),
        Command::Soak(options) => block_on(soak::run(&options)),
        Command::Engine => block_on(engine::serve()),
        Command::Dispatch { endpoint, watchers } => {
            block_on(watchers::dispatch(&endpoint, watchers))
        }
        Command::Send { endpoint, at, people } => block_on(digests::send(&endpoint, &at, people)),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("error: {problem}");
            ExitCode::FAILURE
        }
    }
}

/// One thread, as on Lambda.
fn block_on<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new("there is no runtime", error))?;
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

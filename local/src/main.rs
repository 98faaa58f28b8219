//! `cargo dev`: the system on a laptop, tokens for it, and its public key.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use local::dev;
use local::identity::Identity;
use local::problem::Problem;

mod token;

/// Runs Notification Preferences on this machine.
#[derive(Parser)]
#[command(bin_name = "cargo dev", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    run: dev::Options,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Print a token that the local system accepts
    Token(token::Options),
    /// Print the public key of such tokens, as a JSON Web Key Set
    Jwks,
}

fn main() -> ExitCode {
    let Cli { run, command } = Cli::parse();
    let done = match command {
        None => start(run),
        Some(Command::Token(options)) => Identity::load_or_create(&dev::folder())
            .and_then(|identity| print(&token::mint(&identity, &options)?)),
        Some(Command::Jwks) => Identity::load_or_create(&dev::folder())
            .and_then(|identity| print(&identity.jwks().to_string())),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            writeln!(std::io::stderr().lock(), "error: {problem}").ok();
            ExitCode::FAILURE
        }
    }
}

fn start(options: dev::Options) -> Result<(), Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new("there is no runtime", error))?;
    tokio::task::LocalSet::new().block_on(&runtime, dev::run(options))
}

fn print(value: &str) -> Result<(), Problem> {
    writeln!(std::io::stdout().lock(), "{value}")
        .map_err(|error| Problem::new("standard output cannot be written", error))
}

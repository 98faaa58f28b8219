//! `cargo dev`: the system on a laptop, tokens and keys for it, and events.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use local::dev;
use local::identity::Identity;
use local::problem::Problem;
use local::push_peer::PushFolder;
use local::pushing;

mod api_key;
mod person;
mod send;
mod tick;
mod token;

/// Runs Notification Preferences on this machine.
#[derive(Parser)]
#[command(bin_name = "cargo dev", args_conflicts_with_subcommands = true)]
struct Cli {
    #[command(flatten)]
    run: dev::Options,
    /// The folder that everything local is in, instead of `.local/`: for tests
    #[arg(long, hide = true, global = true)]
    folder: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Print a token that the local system accepts
    Token(token::Options),
    /// Print the public key of such tokens, as a JSON Web Key Set
    Jwks,
    /// Print a new pair of keys of Web Push, as the secret of a deployment holds it
    PushKeys,
    /// Print the subscription of a browser whose messages are decrypted, as it would send it
    PushSubscription {
        /// Which browser: made on first use, and kept
        #[arg(long, default_value = "browser")]
        browser: String,
    },
    /// Print an API key of the running system
    ApiKey(api_key::Options),
    /// Put events on the bus of the running system, and print how many it accepted
    Send(send::Options),
    /// Have the running system do what is due at an instant, and print what did
    Tick(tick::Options),
    /// Print everything that is kept of a person, as one JSON document
    ExportPerson(person::Options),
    /// Erase a person, and print how far that came: to be asked again until it is done
    ErasePerson(person::Options),
}

fn main() -> ExitCode {
    let Cli { run, folder, command } = Cli::parse();
    let folder = folder.unwrap_or_else(dev::default_folder);
    let done = match command {
        None => block_on(dev::run(&folder, run)),
        Some(Command::Token(options)) => Identity::load_or_create(&folder)
            .and_then(|identity| print(&token::mint(&identity, &options)?)),
        Some(Command::Jwks) => Identity::load_or_create(&folder)
            .and_then(|identity| print(&identity.jwks().to_string())),
        Some(Command::PushKeys) => pushing::new_keys().and_then(|keys| print(&keys)),
        Some(Command::PushSubscription { browser }) => PushFolder::subscribe(&folder, &browser)
            .and_then(|subscription| print(&subscription.to_string())),
        Some(Command::ApiKey(options)) => {
            block_on(api_key::create(&folder, options)).and_then(|key| print(&key))
        }
        Some(Command::Send(options)) => block_on(send::send(&folder, &options)).and_then(|done| {
            print(&format!("{} accepted", done.accepted))?;
            send::check(&done)
        }),
        Some(Command::Tick(options)) => block_on(tick::tick(&folder, &options)).and_then(|done| {
            print(&format!("{} invoked", done.len()))?;
            tick::check(&done)
        }),
        Some(Command::ExportPerson(options)) => {
            block_on(person::export(&folder, &options)).and_then(|all| print(&format!("{all:#}")))
        }
        Some(Command::ErasePerson(options)) => {
            block_on(person::erase(&folder, &options)).and_then(|done| print(&done.to_string()))
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            writeln!(std::io::stderr().lock(), "error: {problem}").ok();
            ExitCode::FAILURE
        }
    }
}

fn block_on<T>(work: impl Future<Output = Result<T, Problem>>) -> Result<T, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Problem::new("there is no runtime", error))?;
    tokio::task::LocalSet::new().block_on(&runtime, work)
}

fn print(value: &str) -> Result<(), Problem> {
    writeln!(std::io::stdout().lock(), "{value}")
        .map_err(|error| Problem::new("standard output cannot be written", error))
}

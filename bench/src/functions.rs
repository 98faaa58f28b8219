//! What one request takes of the functions, cold and warm, in programs as they ship: side by side with
//! peers that do the same in other ways.
//!
//! A function is a process with Lambda's Runtime API before it and AWS behind it, both of this
//! program, which answer at once: what is measured is the function.

pub(crate) mod answer;
mod budgets;
pub(crate) mod callgrind;
mod certificates;
pub(crate) mod events;
mod figures;
pub(crate) mod happenings;
mod measured;
pub(crate) mod metering;
mod package;
pub(crate) mod page;
mod peers;
pub(crate) mod probe;
mod queues_and_secrets;
pub(crate) mod recorded;
mod runtime_api;
pub(crate) mod sandbox;
mod scratch;
pub(crate) mod script;
mod share;
pub(crate) mod stage;
mod stand_in;
pub(crate) mod statistics;
pub(crate) mod subject;
mod tables;
mod timing;
pub(crate) mod world;

use std::path::PathBuf;

use local::problem::Problem;

use measured::{Measured, Rounds};
use package::Package;
use peers::{Installed, Peer};
use stage::{COMPARED, Stage};
use subject::{Build, Subject};

/// What is measured, and how often.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A function behind a route; may be repeated. All of them unless given
    #[arg(long, value_name = "NAME")]
    only: Vec<String>,
    /// Where the programs are, as `cargo lambda build` or `sam build` leaves them. They are built
    /// unless given
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// Who does the same as `get-notification-prefs`
    #[arg(long, value_name = "PEER,…", value_delimiter = ',')]
    #[arg(default_values_t = [Peer::Reference, Peer::Defaults, Peer::Node, Peer::Python])]
    peers: Vec<Peer>,
    /// Nobody else is measured
    #[arg(long, conflicts_with = "peers")]
    no_peers: bool,
    /// Instructions are not counted: for a machine without valgrind
    #[arg(long)]
    no_instructions: bool,
    /// How often everyone is started
    #[arg(long, value_name = "NUMBER", default_value_t = 20)]
    starts: usize,
    /// How many requests a process gets, one after the other
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    requests: usize,
    /// How many processes of each get them
    #[arg(long, value_name = "NUMBER", default_value_t = 3)]
    rounds: usize,
    /// The page that the tables are written into, between its markers
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Measures, and prints what came of it.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    let Options { only, functions, peers, no_peers, no_instructions, .. } = options;
    let Options { starts, requests, rounds, write, .. } = options;
    eprintln!("setting everything up");
    // The first request has one too.
    let stage = Stage::set(requests.saturating_add(1)).await?;
    let wanted = subject::functions(&stage.template, only)?;
    let names: Vec<String> = wanted.iter().map(|(function, _)| function.name.clone()).collect();
    let programs = subject::programs(functions.as_deref(), &names, Build::Ship)?;
    let mut subjects = Vec::new();
    for ((function, route), file) in wanted.iter().zip(programs) {
        let package = Package::File(file.clone());
        let event = stage.world.event(route)?;
        let subject = Subject::function(&stage, function, event, file).await?;
        subjects.push((subject, package));
    }
    for peer in peers.iter().filter(|_| !no_peers) {
        eprintln!("{peer}: installing");
        let Installed { program, package } = peer.install(&stage)?;
        let event = stage.event_of(COMPARED)?;
        let subject = Subject::new(&stage, peer.to_string(), program, event).await?;
        subjects.push((subject, package));
    }
    let rounds =
        Rounds { counts: !no_instructions, cold: *starts, warm: *rounds, requests: *requests };
    let all = measured::measure(&stage, &subjects, rounds).await?;
    let report = report(&all, names.len());
    println!("{report}");
    write.as_ref().map_or(Ok(()), |page| page::renew(page, "measured", &report))
}

/// The tables. The first so many are functions of ours, the rest are peers.
fn report(all: &[Measured], functions: usize) -> String {
    let (ours, peers) = all.split_at(functions.min(all.len()));
    let (ours, peers): (Vec<_>, Vec<_>) = (ours.iter().collect(), peers.iter().collect());
    let compared = ours.iter().find(|measured| measured.name == COMPARED);
    let comparison = compared.map(|compared| {
        let heading = "### `GET /me/notification-prefs`, and others that do the same";
        format!("{heading}\n\n{}", tables::comparison(compared, &peers))
    });
    let budgets = budgets::table(all).map(|table| format!("### The budgets\n\n{table}"));
    let repeating = "### Functions behind a route: instructions, memory, size";
    let repeating = format!("{repeating}\n\n{}", tables::functions(&ours, true));
    let timed = "### Functions behind a route: times";
    let timed = format!("{timed}\n\n{}", tables::functions(&ours, false));
    let parts = [comparison, budgets, Some(repeating), Some(timed)];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

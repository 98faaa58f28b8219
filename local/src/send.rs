//! `cargo dev send`: events for the running system, as if EventBridge had them.

use std::fs;
use std::path::{Path, PathBuf};

use local::bus::{Events, read_events};
use local::control::{Accepted, Refused, Remote};
use local::problem::Problem;

/// Which events.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A CloudEvent, an array of CloudEvents, or an event as EventBridge delivered it, also one of SES
    file: PathBuf,
    /// The org unit of each event; needed unless they name it themselves
    #[arg(long, allow_hyphen_values = true)]
    org_unit: Option<String>,
}

/// Puts the events on the bus, and says what became of them.
pub(crate) async fn send(folder: &Path, options: &Options) -> Result<Accepted, Problem> {
    let Options { file, org_unit } = options;
    let place = file.display();
    let text = fs::read_to_string(file);
    let text = text.map_err(|error| Problem::new(format!("{place} cannot be read"), error))?;
    let events = read_events(&text, org_unit.as_deref());
    let events = events.map_err(|error| Problem::new(place, error))?;
    let remote = Remote::find(folder)?;
    match events {
        Events::Cloud(events) => remote.put_events(&events).await,
        Events::Ses(event) => remote.put_from_ses(&event).await,
    }
}

/// The events that were not accepted, as a problem.
pub(crate) fn check(Accepted { accepted: _, refused }: &Accepted) -> Result<(), Problem> {
    let lines = refused.iter().map(|Refused { number, why }| format!("event {number}: {why}"));
    let lines: Vec<String> = lines.collect();
    if lines.is_empty() { Ok(()) } else { Err(Problem(lines.join("\n       "))) }
}

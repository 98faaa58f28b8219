//! `cargo dev tick`: what schedules invoke, at an instant of one's choosing.

use std::path::Path;

use jiff::Timestamp;
use local::control::Remote;
use local::problem::Problem;
use local::schedules::Ticked;
use shared::domain::timestamp::parse_rfc3339;

/// When.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The instant, as 2026-03-13T15:00:00Z [default: now]
    #[arg(long, value_name = "RFC 3339", value_parser = parse_rfc3339)]
    at: Option<Timestamp>,
}

/// Has the running system invoke what its schedules do, and says what became of each.
pub(crate) async fn tick(folder: &Path, Options { at }: &Options) -> Result<Ticked, Problem> {
    Remote::find(folder)?.tick(*at).await
}

/// What failed, as a problem.
pub(crate) fn check(ticked: &Ticked) -> Result<(), Problem> {
    let failed = ticked.iter().filter_map(|(name, done)| Some((name, done.as_ref().err()?)));
    let lines: Vec<String> = failed.map(|(name, why)| format!("{name}: {why}")).collect();
    if lines.is_empty() { Ok(()) } else { Err(Problem(lines.join("\n       "))) }
}

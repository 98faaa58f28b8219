//! Instructions, counted by valgrind's callgrind: those of the process itself, in all of its threads,
//! and none of the kernel.
//!
//! The counts repeat where times do not. The emulated processor has neither SHA-NI nor AVX-512, so
//! that cryptography counts for more than it takes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use local::problem::Problem;

use super::events::Event;
use super::sandbox::{Program, Sandbox};
use super::scratch::Scratch;
use super::stage::Stage;

/// How many warm requests a mean is of.
const WARM: usize = 40;

/// How often a run is tried.
const ATTEMPTS: usize = 15;

/// The instructions of a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Instructions {
    /// From the start to waiting for the first request.
    pub(crate) init: u64,
    /// For the first request.
    pub(crate) first: u64,
    /// For one of further requests, each with a token of its own.
    pub(crate) warm: u64,
    /// For one of further requests with the token of the first.
    pub(crate) repeated: u64,
}

impl Instructions {
    /// From the start to the first answer.
    pub(crate) fn cold(&self) -> u64 {
        self.init.saturating_add(self.first)
    }

    /// Counts those of a program: six runs of it.
    pub(crate) async fn count(
        stage: &Stage,
        program: &Program,
        event: &Event,
    ) -> Result<Self, Problem> {
        let init = after(stage, program, event, &[]).await?;
        let cold = after(stage, program, event, &[0]).await?;
        let distinct: Vec<usize> = (0..=WARM).collect();
        let warm = further(stage, program, event, &distinct).await?;
        let repeated = if event.takes_a_token() {
            further(stage, program, event, &[0; WARM + 1]).await?
        } else {
            warm
        };
        Ok(Self { init, first: cold.saturating_sub(init), warm, repeated })
    }
}

/// The instructions of a further request: the mean of those after the first, with the tokens of those
/// numbers. It is what two runs differ by, of the first alone and of all, that open as many connections:
/// who asks for much at once opens one more in some runs, as slow as they are under the emulator, and
/// as a rule the same in the next.
pub(crate) async fn further(
    stage: &Stage,
    program: &Program,
    event: &Event,
    tokens: &[usize],
) -> Result<u64, Problem> {
    let first = tokens.get(..1).unwrap_or_default();
    let more = tokens.len().saturating_sub(1).max(1) as u64;
    let mut problem = Problem("no run was like another one".to_owned());
    for _ in 0..ATTEMPTS {
        let cold = run(stage, program, event, first).await;
        let all = run(stage, program, event, tokens).await;
        match (cold, all) {
            (Ok((cold, few)), Ok((all, many))) if few == many => {
                return Ok(all.saturating_sub(cold) / more);
            }
            (Ok((_, few)), Ok((_, many))) => {
                eprintln!("again, for connections: {few} for the first request, {many} for all");
            }
            (Err(why), _) | (_, Err(why)) => {
                eprintln!("again, for {why}");
                problem = why;
            }
        }
    }
    Err(problem)
}

/// The instructions that a program took when it waits again, after requests with the tokens of those
/// numbers. Under the emulator it is slow: on a busy machine what it waits for may come too late for
/// it, and then it is another run.
pub(crate) async fn after(
    stage: &Stage,
    program: &Program,
    event: &Event,
    tokens: &[usize],
) -> Result<u64, Problem> {
    let mut run = usual(stage, program, event, tokens).await;
    for _ in 1..ATTEMPTS {
        match run {
            Ok(total) => return Ok(total),
            Err(problem) => eprintln!("again, for {problem}"),
        }
        run = usual(stage, program, event, tokens).await;
    }
    run
}

/// A run that opened as many connections as without the emulator.
async fn usual(
    stage: &Stage,
    program: &Program,
    event: &Event,
    tokens: &[usize],
) -> Result<u64, Problem> {
    let (total, opened) = run(stage, program, event, tokens).await?;
    let usual = if tokens.is_empty() { program.connections.init } else { program.connections.cold };
    if opened != usual {
        return Err(Problem(format!("it opened {opened} connections and not {usual}")));
    }
    Ok(total)
}

/// The instructions of one run, and how many connections it opened.
async fn run(
    stage: &Stage,
    program: &Program,
    event: &Event,
    tokens: &[usize],
) -> Result<(u64, usize), Problem> {
    let callgrind = Callgrind::new(&stage.scratch);
    let mut sandbox = Sandbox::start(stage, program, Some(&callgrind)).await?;
    sandbox.rest().await?;
    for number in tokens {
        sandbox.invoke(event.with(stage.tokens.get(*number))).await?;
        sandbox.ready().await?;
    }
    sandbox.rest().await?;
    let opened = sandbox.connections();
    sandbox.end()?;
    Ok((callgrind.total()?, opened))
}

/// One run of the emulator.
pub(crate) struct Callgrind {
    counts: PathBuf,
    log: PathBuf,
}

impl Callgrind {
    /// A run that writes into that folder.
    fn new(scratch: &Scratch) -> Self {
        Self { counts: scratch.file("callgrind.out"), log: scratch.file("valgrind.log") }
    }

    /// The emulator, as far as to the program's arguments.
    pub(super) fn command(&self, program: &Program) -> Command {
        let mut command = Command::new("/usr/bin/valgrind");
        command.args(["--tool=callgrind", "--vgdb=no"]);
        command.arg(option("--callgrind-out-file=", &self.counts));
        command.arg(option("--log-file=", &self.log));
        if program.compiles_itself {
            command.arg("--smc-check=all-non-file");
        }
        command.arg(&program.file);
        command
    }

    /// What it counted.
    fn total(&self) -> Result<u64, Problem> {
        let counts = fs::read_to_string(&self.counts).map_err(|error| {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            Problem::new(format!("callgrind counted nothing ({log})"), error)
        })?;
        // Were it left, the next run might be taken for this one.
        fs::remove_file(&self.counts).ok();
        read_total(&counts)
            .ok_or_else(|| Problem("callgrind's file says nothing in total".to_owned()))
    }
}

fn option(name: &str, file: &Path) -> String {
    format!("{name}{}", file.display())
}

/// The sum of the first event, `Ir`. A process that dumped more than once has a `totals` a part.
fn read_total(counts: &str) -> Option<u64> {
    let totals = counts.lines().filter_map(|line| line.strip_prefix("totals:"));
    let totals = totals.map(|total| total.split_whitespace().next()?.parse::<u64>().ok());
    let total = totals.sum::<Option<u64>>()?;
    (total > 0).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_of_a_run_is_the_first_of_its_events_summed_over_its_parts() {
        let one = "version: 1\ncreator: callgrind-3.19.0\npid: 7\nevents: Ir\nsummary: 12\n\n\
                   fl=(1) a.c\nfn=(1) main\n0 5\n\ntotals: 4269281\n";
        assert_eq!(read_total(one), Some(4_269_281));
        assert_eq!(read_total("events: Ir Dr\ntotals: 10 3\npart: 2\ntotals: 5 1\n"), Some(15));
        assert_eq!(read_total("events: Ir\nsummary: 12\n"), None);
        assert_eq!(read_total("totals: many\n"), None);
    }
}

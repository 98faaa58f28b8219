//! wrk, as its script says what it saw.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use local::problem::Problem;
use serde::Deserialize;

/// How long a request may take until it counts as an error.
const PATIENCE: &str = "10s";

/// How wrk is run.
pub(super) struct Wrk {
    /// What it asks.
    pub(super) script: PathBuf,
    /// For how long.
    pub(super) seconds: u32,
    /// Over how many connections.
    pub(super) connections: u32,
}

/// What it saw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub(super) struct Load {
    requests: u64,
    microseconds: u64,
    p50: u64,
    p99: u64,
    statuses: u64,
    connect: u64,
    read: u64,
    write: u64,
    timeout: u64,
}

impl Wrk {
    /// Asks whoever is there, with the tokens of that file.
    pub(super) async fn run(&self, url: &str, tokens: &Path) -> Result<Load, Problem> {
        let mut command = Command::new("wrk");
        let (seconds, connections) = (format!("{}s", self.seconds), self.connections.to_string());
        command.args(["--threads", "1", "--connections", &connections, "--duration", &seconds]);
        command.args(["--timeout", PATIENCE, "--script"]).arg(&self.script);
        command.arg(url).arg("--").arg(tokens).stdin(Stdio::null());
        // Whoever is asked may be this very thread.
        let output = tokio::task::spawn_blocking(move || command.output()).await;
        let failed = |error: &dyn std::fmt::Display| {
            Problem::new("wrk did not run (Debian: apt-get install wrk)", error)
        };
        let output = output.map_err(|error| failed(&error))?.map_err(|error| failed(&error))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let load = read(&said);
        load.ok_or_else(|| failed(&format!("{said}{}", String::from_utf8_lossy(&output.stderr))))
    }
}

/// The line of JSON among what it prints.
fn read(said: &str) -> Option<Load> {
    said.lines().find_map(|line| serde_json::from_str(line).ok())
}

impl Load {
    /// Whether there were requests, and each was answered with less than 400.
    pub(super) fn is_flawless(&self) -> bool {
        self.requests > 0 && self.statuses == 0 && self.socket_errors() == 0
    }

    fn socket_errors(&self) -> u64 {
        let Self { connect, read, write, timeout, .. } = self;
        [connect, read, write, timeout].into_iter().sum()
    }

    /// Its row of the table, without its name.
    pub(super) fn row(&self) -> String {
        let milliseconds = |microseconds: u64| {
            format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100)
        };
        let per_second = self.requests.saturating_mul(1_000_000) / self.microseconds.max(1);
        format!(
            "| {} | {} | {per_second} | {} | {} | {} | {} |",
            self.requests,
            self.microseconds / 1_000_000,
            milliseconds(self.p50),
            milliseconds(self.p99),
            self.statuses,
            self.socket_errors(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &str = "Running 1s test\n  400 requests in 2.00s\n{\"requests\":400,\
        \"microseconds\":2000000,\"p50\":1250,\"p99\":20900,\"statuses\":0,\"connect\":0,\
        \"read\":0,\"write\":0,\"timeout\":0}\n";

    #[test]
    fn what_wrk_saw_is_read_from_among_what_it_prints() {
        let load = read(SAID).unwrap();
        assert!(load.is_flawless());
        assert_eq!(load.row(), "| 400 | 2 | 200 | 1.2 ms | 20.9 ms | 0 | 0 |");
        assert_eq!(read("Running 1s test\n"), None);
    }

    #[test]
    fn one_answer_that_is_none_is_a_flaw_and_so_is_no_request_at_all() {
        let load = read(SAID).unwrap();
        for flawed in [
            Load { statuses: 1, ..load },
            Load { connect: 1, ..load },
            Load { read: 1, ..load },
            Load { write: 1, ..load },
            Load { timeout: 1, ..load },
            Load { requests: 0, ..load },
        ] {
            assert!(!flawed.is_flawless(), "{flawed:?}");
        }
    }
}

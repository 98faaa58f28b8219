//! What came of a steady load, in tables, and whether it is as it should be.

use std::time::Duration;

use local::problem::Problem;

use super::fault::Faults;
use super::pace::Held;
use super::processes::{Thirds, Watched};
use crate::functions::statistics::Sorted;

/// What came of it.
pub(super) struct Report {
    /// Requests a second.
    pub(super) rate: u32,
    /// For how long.
    pub(super) lasting: Duration,
    /// What came of the requests.
    pub(super) held: Held,
    /// What became of the processes.
    pub(super) watched: Vec<Watched>,
}

impl Report {
    /// Everything together, and each function.
    pub(super) fn tables(&self) -> String {
        let heading = "\
| requests a second | minutes | requests | not 2xx | socket errors | reads held against a write | stale | p50 | p99 | longest |
|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|";
        let Faults { statuses, sockets, stale } = self.held.all_faults();
        let minutes = self.lasting.as_secs() / 60;
        let all = self.held.all();
        let row = format!(
            "| {} | {minutes} | {} | {statuses} | {sockets} | {} | {stale} | {} |",
            self.rate,
            all.len(),
            self.held.compared + stale,
            times(&all)
        );
        format!("{heading}\n{row}\n\n{}", self.processes())
    }

    fn processes(&self) -> String {
        let heading = "\
| | requests | errors | p50 | p99 | longest | memory, first third | last third | descriptors, first third | last third |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|";
        let rows = self.watched.iter().map(|watched| {
            let Watched { name, memory, descriptors, .. } = watched;
            let latencies = self.held.latencies.get(name.as_str());
            let requests = latencies.map(|latencies| {
                let faults = self.held.faults.get(name.as_str()).copied().unwrap_or_default();
                let sorted: Sorted = latencies.iter().copied().collect();
                format!("| `{name}` | {} | {} | {}", sorted.len(), faults.all(), times(&sorted))
            });
            let requests = requests.unwrap_or_else(|| format!("| {name} | | | | |"));
            format!("{requests} | {}", has(*memory, *descriptors))
        });
        let functions = || self.watched.iter().filter(|watched| watched.is_function);
        let sum = |of: fn(&Watched) -> Thirds| Thirds {
            first: functions().map(|watched| of(watched).first).sum(),
            last: functions().map(|watched| of(watched).last).sum(),
        };
        let sums = has(sum(|watched| watched.memory), sum(|watched| watched.descriptors));
        let sums = format!("| **all functions** | | | | | | {sums}");
        let heading = std::iter::once(heading.to_owned());
        heading.chain(rows).chain([sums]).collect::<Vec<_>>().join("\n")
    }

    /// Fails if anything went wrong, was left behind, or grew.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let faults = self.held.all_faults().all();
        let mut complaints: Vec<String> = Vec::new();
        if faults > 0 {
            complaints.push(format!("{faults} requests went wrong:"));
            complaints.extend(self.held.told.iter().cloned());
        }
        if self.held.compared == 0 {
            complaints.push("no read could be held against a write: too few requests".to_owned());
        }
        // As many as come in a second.
        if self.held.backlog as u128 > u128::from(self.rate) {
            complaints.push(format!("{} were left waiting in the end", self.held.backlog));
        }
        complaints.extend(self.watched.iter().filter_map(Watched::growth));
        if complaints.is_empty() { Ok(()) } else { Err(Problem(complaints.join("\n"))) }
    }
}

fn times(sorted: &Sorted) -> String {
    let all = [50, 99, 100].map(|percent| {
        let microseconds = sorted.percentile(percent).as_micros();
        format!("{}.{} ms", microseconds / 1_000, microseconds % 1_000 / 100)
    });
    all.join(" | ")
}

fn has(memory: Thirds, descriptors: Thirds) -> String {
    let mebibytes = |kibibytes: u64| {
        let tenths = kibibytes * 10 / 1_024;
        format!("{}.{} MiB", tenths / 10, tenths % 10)
    };
    let (first, last) = (mebibytes(memory.first), mebibytes(memory.last));
    format!("{first} | {last} | {} | {} |", descriptors.first, descriptors.last)
}

#[cfg(test)]
mod tests {
    use super::super::fault::Fault;
    use super::*;

    fn report(fault: Option<Fault>, backlog: usize, last: u64) -> Report {
        let mut held = Held { backlog, compared: 7, ..Held::default() };
        held.latencies.insert("get-profile", vec![Duration::from_micros(1_250)]);
        if let Some(fault) = fault {
            held.faults.entry("get-profile").or_default().add(&fault);
            held.told.push(fault.to_string());
        }
        let thirds = |first, last| Thirds { first, last };
        let watched = |name: &str, is_function| Watched {
            name: name.to_owned(),
            is_function,
            memory: thirds(10_240, last),
            descriptors: thirds(9, 9),
        };
        let watched = vec![watched("get-profile", true), watched("the engine", false)];
        Report { rate: 100, lasting: Duration::from_secs(900), held, watched }
    }

    #[test]
    fn the_tables_have_everything_together_and_each_process() {
        let tables = report(None, 0, 10_250).tables();
        assert!(tables.contains("\n| 100 | 15 | 1 | 0 | 0 | 7 | 0 | 1.2 ms | 1.2 ms | 1.2 ms |\n"));
        assert!(tables.contains(
            "\n| `get-profile` | 1 | 0 | 1.2 ms | 1.2 ms | 1.2 ms | 10.0 MiB | 10.0 MiB | 9 | 9 |\n"
        ));
        assert!(tables.contains("\n| the engine | | | | | | 10.0 MiB |"));
        assert!(
            tables.ends_with("\n| **all functions** | | | | | | 10.0 MiB | 10.0 MiB | 9 | 9 |")
        );
    }

    #[test]
    fn an_error_a_backlog_and_growth_fail_it_and_say_so() {
        assert!(report(None, 100, 10_240).check().is_ok());
        let stale = report(Some(Fault::Stale("on".to_owned())), 0, 10_240).check().unwrap_err();
        assert!(stale.0.contains("does not show on"), "{stale}");
        assert!(report(None, 101, 10_240).check().is_err());
        let mut unseen = report(None, 0, 10_240);
        unseen.held.compared = 0;
        assert!(unseen.check().is_err());
        let grown = report(None, 0, 20_480).check().unwrap_err();
        assert_eq!(grown.0, "get-profile had 10240 KiB and has 20480 KiB");
    }
}

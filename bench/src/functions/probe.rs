//! What another process takes of the machine, as Linux says it.

use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{fs, thread};

use local::problem::Problem;

/// How long a process may take to have nothing more to do.
const LONGEST_REST: Duration = Duration::from_secs(2);

/// Looks at a process from outside.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Probe {
    id: u32,
}

impl Probe {
    /// Looks at the process of that id.
    pub(crate) fn at(id: u32) -> Self {
        Self { id }
    }

    /// Waits until all of its threads sleep: who has just sent something is still busy with that.
    pub(crate) fn wait_for_rest(self) -> Result<(), Problem> {
        let began = Instant::now();
        while !self.is_at_rest()? {
            if began.elapsed() > LONGEST_REST {
                return Err(Problem("a function never rests".to_owned()));
            }
            thread::yield_now();
        }
        Ok(())
    }

    fn is_at_rest(self) -> Result<bool, Problem> {
        let mut states = self.threads()?.into_iter().filter_map(|thread| {
            let stat = fs::read_to_string(thread.join("stat")).ok()?;
            // The name before it is in parentheses, and may hold anything.
            stat.rsplit_once(") ").map(|(_, rest)| rest.starts_with('S'))
        });
        Ok(states.all(|sleeps| sleeps))
    }

    /// For how long its threads had a processor, of those that still are.
    pub(crate) fn processor_time(self) -> Result<Duration, Problem> {
        let times = self.threads()?.into_iter().filter_map(|thread| {
            // Gone since it was listed: its time is lost.
            let times = fs::read_to_string(thread.join("schedstat")).ok()?;
            times.split(' ').next()?.parse().ok().map(Duration::from_nanos)
        });
        Ok(times.sum())
    }

    /// How much memory it has resident, in KiB (`VmRSS`).
    pub(crate) fn memory(self) -> Result<u64, Problem> {
        self.status("VmRSS:")
    }

    /// The most memory that it ever had resident, in KiB (`VmHWM`).
    pub(crate) fn peak_memory(self) -> Result<u64, Problem> {
        self.status("VmHWM:")
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(self) -> Result<u64, Problem> {
        let folder = format!("/proc/{}/fd", self.id);
        let open = fs::read_dir(&folder).map_err(|error| Problem::new(&folder, error))?;
        Ok(open.count() as u64)
    }

    fn status(self, name: &str) -> Result<u64, Problem> {
        let file = format!("/proc/{}/status", self.id);
        let status = fs::read_to_string(&file).map_err(|error| Problem::new(&file, error))?;
        let resident = status.lines().find_map(|line| line.strip_prefix(name));
        let resident = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse().ok());
        resident.ok_or_else(|| Problem(format!("{file} does not say {name}")))
    }

    fn threads(self) -> Result<Vec<PathBuf>, Problem> {
        let folder = format!("/proc/{}/task", self.id);
        let threads = fs::read_dir(&folder).map_err(|error| Problem::new(&folder, error))?;
        Ok(threads.filter_map(|thread| Some(thread.ok()?.path())).collect())
    }
}

// Elsewhere there is no `/proc`, and nothing is measured.
#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn this_very_process_has_memory_and_had_a_processor() {
        let probe = Probe::at(std::process::id());
        let memory = probe.memory().unwrap();
        assert!(memory > 0);
        // Asked for later: other tests take memory meanwhile.
        assert!(probe.peak_memory().unwrap() >= memory);
        assert!(probe.processor_time().unwrap() > Duration::ZERO);
        assert!(!probe.is_at_rest().unwrap());
        assert!(probe.descriptors().unwrap() > 0);
    }
}

//! The share of a processor that Lambda gives by memory: a quota of Linux's scheduler, in a control
//! group.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use local::problem::Problem;

/// Memory with which Lambda gives a whole processor, in MB.
const WHOLE: u32 = 1769;

/// The time that a quota is of.
const PERIOD: Duration = Duration::from_millis(20);

/// Where control groups are.
const GROUPS: &str = "/sys/fs/cgroup";

/// How a machine holds a process to a share.
#[derive(Debug, Clone)]
enum Means {
    /// `cpu.max` of version 2, in that folder.
    Unified(PathBuf),
    /// `cpu.cfs_quota_us` of version 1, in that folder.
    Legacy(PathBuf),
}

/// A share of a processor.
#[derive(Debug, Clone)]
pub(crate) struct Share {
    means: Means,
    memory: u32,
}

/// A process that is held to it. The group is gone with this value; the process has to be gone before.
pub(crate) struct Held(PathBuf);

impl Share {
    /// That of a function with so much memory, in MB.
    ///
    /// # Errors
    ///
    /// [`Problem`], if this machine lets nobody make such a group, or not us.
    pub(crate) fn of(memory: u32) -> Result<Self, Problem> {
        let root = Path::new(GROUPS);
        let unified = fs::read_to_string(root.join("cgroup.controllers")).unwrap_or_default();
        let means = if unified.split_whitespace().any(|controller| controller == "cpu") {
            fs::write(root.join("cgroup.subtree_control"), "+cpu").map_err(refused)?;
            Means::Unified(root.to_owned())
        } else {
            Means::Legacy(root.join("cpu"))
        };
        let share = Self { means, memory };
        // Whether it can be done shows when it is done.
        share.make().map(|_group| share)
    }

    /// Holds a process to it from now on.
    pub(crate) fn hold(&self, process: u32) -> Result<Held, Problem> {
        let held = self.make()?;
        fs::write(held.0.join("cgroup.procs"), process.to_string()).map_err(refused)?;
        Ok(held)
    }

    /// A group of its own for each process: what one used too much of is not the next one's debt.
    fn make(&self) -> Result<Held, Problem> {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("bench-{}-{number}", std::process::id());
        let (period, quota) = (PERIOD.as_micros(), quota(self.memory).as_micros());
        let (group, settings) = match &self.means {
            Means::Unified(root) => {
                (root.join(name), vec![("cpu.max", format!("{quota} {period}"))])
            }
            Means::Legacy(root) => {
                let period = ("cpu.cfs_period_us", period.to_string());
                (root.join(name), vec![period, ("cpu.cfs_quota_us", quota.to_string())])
            }
        };
        fs::create_dir(&group).map_err(refused)?;
        let held = Held(group);
        for (file, setting) in settings {
            fs::write(held.0.join(file), setting).map_err(refused)?;
        }
        Ok(held)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // One that is left behind is empty, and gone when the machine starts anew.
        fs::remove_dir(&self.0).ok();
    }
}

fn refused(error: std::io::Error) -> Problem {
    Problem::new("no process can be held to a share of a processor here", error)
}

/// What a function with so much memory has of each period.
fn quota(memory: u32) -> Duration {
    PERIOD * memory / WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_by_memory_and_whole_at_1769_mb() {
        assert_eq!(quota(128).as_micros(), 1447);
        assert_eq!(quota(512).as_micros(), 5788);
        assert_eq!(quota(WHOLE), PERIOD);
    }
}

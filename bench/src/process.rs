//! What this process took of the machine, as Linux says it.

use std::fs;
use std::time::Duration;

use local::problem::Problem;

/// The most memory that it ever had resident, in KiB (`VmHWM`).
pub(crate) fn peak_memory() -> Result<u32, Problem> {
    let status = read("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.and_then(|peak| peak.trim().strip_suffix(" kB")?.parse().ok());
    peak.ok_or_else(|| Problem("/proc/self/status does not say VmHWM".to_owned()))
}

/// For how long its one thread had a processor.
pub(crate) fn processor_time() -> Result<Duration, Problem> {
    let times = read("/proc/self/schedstat")?;
    let running = times.split(' ').next().and_then(|nanoseconds| nanoseconds.parse().ok());
    let running = running.map(Duration::from_nanos);
    running.ok_or_else(|| Problem("/proc/self/schedstat says no time".to_owned()))
}

fn read(file: &str) -> Result<String, Problem> {
    let text = fs::read_to_string(file);
    text.map_err(|error| Problem::new(format!("{file} cannot be read; Linux alone has it"), error))
}

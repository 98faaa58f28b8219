//! Whether what must not grow with the number of watchers does.

use local::problem::Problem;

use super::Measured;

/// What the most watchers may take of memory, beside what the fewest take. An allocator gives back
/// what it pleases, which is some percent; a few dozen bytes kept of each of 100,000 people are more
/// than this.
const MOST_MEMORY: f64 = 1.25;

/// And of calls for each. A page or a hundred that is not full costs as many calls as a full one, so
/// the more they are, the fewer it should be.
const MOST_CALLS: f64 = 1.02;

/// From how many on they are compared: fewer do not fill a batch of ten messages, of a hundred
/// people each.
const FULL_BATCH: u32 = 1_000;

/// Compares the fewest watchers with the most.
pub(super) fn check(all: &[Measured]) -> Result<(), Problem> {
    let comparable = || all.iter().filter(|measured| measured.watchers >= FULL_BATCH);
    let fewest = comparable().min_by_key(|measured| measured.watchers);
    let most = comparable().max_by_key(|measured| measured.watchers);
    let (Some(fewest), Some(most)) = (fewest, most) else { return Ok(()) };
    let grown = most.memory() / fewest.memory();
    if grown > MOST_MEMORY {
        return Err(Problem(format!("memory grows with the watchers: {grown:.2} times as much")));
    }
    let grown = most.calls_for_each() / fewest.calls_for_each();
    if grown > MOST_CALLS {
        return Err(Problem(format!("calls for each watcher grow: {grown:.3} times as many")));
    }
    Ok(())
}

//! Whether every digest was sent, and whether what must not grow with the number of people does.

use std::time::Duration;

use local::problem::Problem;

use super::{ITEMS, Measured};

/// What the most people may take of memory, beside what ten thousand take. An allocator gives back what
/// it pleases, which is some percent; a few dozen bytes kept of each of 100,000 people are more than this.
const MOST_MEMORY: f64 = 1.25;

/// From how many on memory is compared: fewer may not fill a page of each shard.
const FULL_PAGES: u32 = 10_000;

/// And what they may take of calls for each, beside what the fewest take. The sixteen pages of a tick
/// are shared by all, so the more they are, the fewer it should be.
const MOST_CALLS: f64 = 1.02;

/// Whether everyone was sent one email of all that waited, in the time that invocations have.
pub(super) fn check_one(measured: &Measured) -> Result<(), Problem> {
    let Measured { people, emails, items, astray, timeout, longest, .. } = measured;
    if emails != people {
        return Err(Problem(format!("{emails} emails for {people} people")));
    }
    let expected = people.saturating_mul(ITEMS);
    if *items != expected {
        return Err(Problem(format!("emails are about {items} messages and not {expected}")));
    }
    if *astray != 0 {
        return Err(Problem(format!("{astray} emails went to someone else")));
    }
    if longest >= timeout {
        let (longest, timeout) = (Duration::as_secs(longest), Duration::as_secs(timeout));
        return Err(Problem(format!("an invocation took {longest} s and has {timeout} s")));
    }
    Ok(())
}

/// Compares the fewest people with the most.
pub(super) fn check(all: &[Measured]) -> Result<(), Problem> {
    if let Some((fewest, most)) = ends(all, 0) {
        let grown = most.calls_for_each() / fewest.calls_for_each();
        if grown > MOST_CALLS {
            return Err(Problem(format!("calls for each person grow: {grown:.3} times as many")));
        }
    }
    if let Some((fewest, most)) = ends(all, FULL_PAGES) {
        let grown = most.memory() / fewest.memory();
        if grown > MOST_MEMORY {
            return Err(Problem(format!("memory grows with the people: {grown:.2} times as much")));
        }
    }
    Ok(())
}

/// Those of the fewest and of the most people, of those of so many or more.
fn ends(all: &[Measured], from: u32) -> Option<(&Measured, &Measured)> {
    let comparable = || all.iter().filter(|measured| measured.people >= from);
    let fewest = comparable().min_by_key(|measured| measured.people)?;
    Some((fewest, comparable().max_by_key(|measured| measured.people)?))
}

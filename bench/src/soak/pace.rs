//! Requests at a constant rate, whether those before are answered or not. How long one took counts
//! from when it was due: who waits for an answer before asking again leaves out those who would have
//! waited meanwhile (coordinated omission).

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use local::problem::Problem;
use tokio::task::JoinSet;

use super::crowd::{Crowd, Good};
use super::fault::{Fault, Faults};
use crate::functions::statistics::Sorted;

/// The first rate that is tried, in requests a second.
const FIRST: u32 = 20;

/// For how long a rate is tried.
const TRIAL: Duration = Duration::from_secs(8);

/// How often a rate is tried until it is not steady: once may be somebody else's fault.
const TRIES: u32 = 2;

/// How long all but one of a hundred requests may take at a rate that is steady.
const STEADY: Duration = Duration::from_millis(200);

/// How much of the highest steady rate is held, in hundredths.
const SHARE: u32 = 80;

/// How many faults are told in full.
const TOLD: usize = 5;

/// What came of requests at one rate.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// How long they took, by function.
    pub(super) latencies: BTreeMap<&'static str, Vec<Duration>>,
    /// What went wrong, by function.
    pub(super) faults: BTreeMap<&'static str, Faults>,
    /// How many reads showed what was written before.
    pub(super) compared: u64,
    /// The first of what went wrong.
    pub(super) told: Vec<String>,
    /// How many were unanswered when the last one had been sent.
    pub(super) backlog: usize,
}

/// One request that is over.
type Over = (&'static str, Duration, Result<Good, Fault>);

impl Held {
    fn note(&mut self, (function, took, done): Over) {
        self.latencies.entry(function).or_default().push(took);
        let fault = match done {
            Ok(Good::Answered) => return,
            Ok(Good::Compared) => {
                self.compared += 1;
                return;
            }
            Err(fault) => fault,
        };
        self.faults.entry(function).or_default().add(&fault);
        if self.told.len() < TOLD {
            self.told.push(format!("{function}: {fault}"));
        }
    }

    /// How long all of them took.
    pub(super) fn all(&self) -> Sorted {
        self.latencies.values().flatten().copied().collect()
    }

    /// What went wrong with all of them.
    pub(super) fn all_faults(&self) -> Faults {
        let mut all = Faults::default();
        for Faults { statuses, sockets, stale } in self.faults.values() {
            all.statuses += statuses;
            all.sockets += sockets;
            all.stale += stale;
        }
        all
    }

    /// Whether requests were answered as fast as they came.
    fn is_steady(&self, rate: u32) -> bool {
        let waiting = u128::from(rate) * STEADY.as_millis() / 1_000;
        self.backlog as u128 <= waiting && self.all().percentile(99) <= STEADY
    }
}

/// Most of the highest rate that is steady: from one to the next it is a quarter more.
pub(super) async fn steady(crowd: &Rc<Crowd>) -> Result<u32, Problem> {
    let (mut rate, mut steady) = (FIRST, None);
    while tries(crowd, rate).await? {
        steady = Some(rate);
        rate += rate / 4;
    }
    let steady = steady.map(|steady| steady * SHARE / 100);
    steady.ok_or_else(|| Problem(format!("{FIRST} requests a second are too many here")))
}

/// Whether a rate is steady.
async fn tries(crowd: &Rc<Crowd>, rate: u32) -> Result<bool, Problem> {
    for _ in 0..TRIES {
        let held = hold(crowd, rate, TRIAL).await?;
        let (all, backlog) = (held.all(), held.backlog);
        eprintln!("{rate} a second: p99 {:?}, {backlog} unanswered", all.percentile(99));
        if held.is_steady(rate) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Sends requests at that rate for so long, and waits for the answers.
pub(super) async fn hold(crowd: &Rc<Crowd>, rate: u32, lasting: Duration) -> Result<Held, Problem> {
    let mut held = Held::default();
    let mut under_way = JoinSet::new();
    let began = Instant::now();
    for number in 0..u64::from(rate).saturating_mul(lasting.as_secs()) {
        let due = began + after(number, rate);
        tokio::time::sleep_until(due.into()).await;
        let crowd = Rc::clone(crowd);
        under_way.spawn_local(async move {
            let (operation, done) = crowd.ask().await;
            (operation.function, due.elapsed(), done)
        });
        while let Some(over) = under_way.try_join_next() {
            held.note(over.map_err(|error| Problem::new("a request", error))?);
        }
    }
    held.backlog = under_way.len();
    while let Some(over) = under_way.join_next().await {
        held.note(over.map_err(|error| Problem::new("a request", error))?);
    }
    Ok(held)
}

/// How long after the first one a request is due.
fn after(number: u64, rate: u32) -> Duration {
    let (rate, second) = (u64::from(rate.max(1)), 1_000_000_000);
    Duration::from_secs(number / rate) + Duration::from_nanos(number % rate * second / rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(milliseconds: u64, backlog: usize) -> Held {
        let mut held = Held { backlog, ..Held::default() };
        held.note(("get-profile", Duration::from_millis(milliseconds), Ok(Good::Compared)));
        held
    }

    #[test]
    fn requests_are_due_at_equal_distances_however_long_it_goes_on() {
        assert_eq!(after(0, 300), Duration::ZERO);
        assert_eq!(after(150, 300), Duration::from_millis(500));
        assert_eq!(after(300 * 86_400, 300), Duration::from_secs(86_400));
    }

    #[test]
    fn a_rate_is_steady_if_answers_are_fast_and_nobody_is_left_waiting() {
        assert!(held(200, 20).is_steady(100));
        assert!(!held(201, 20).is_steady(100));
        assert!(!held(1, 21).is_steady(100));
    }

    #[test]
    fn each_fault_is_counted_and_the_first_ones_are_told() {
        let mut held = held(1, 0);
        for _ in 0..9 {
            let fault = Err(Fault::Stale("true".to_owned()));
            held.note(("get-profile", Duration::ZERO, fault));
        }
        let broken = Err(Fault::Socket("closed".to_owned()));
        held.note(("get-issue-watch", Duration::ZERO, broken));
        assert_eq!(held.all_faults(), Faults { statuses: 0, sockets: 1, stale: 9 });
        assert_eq!((held.told.len(), held.compared), (TOLD, 1));
    }
}

//! EventBridge Scheduler: what invokes functions at their rate, or at an instant that someone names. A
//! function is told for which instant it is; its clock stays what it is.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::rc::Rc;
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use shared::app::App;
use shared::boot::Invocation;

use crate::functions::{self, ScheduledFunction};
use crate::problem::Problem;
use crate::template::{Schedule, Template, Trigger};

/// Every schedule, and the function that it invokes.
pub struct Schedules {
    app: Rc<App>,
    functions: BTreeMap<String, Scheduled>,
}

/// What a schedule invokes, and for how long.
pub struct Scheduled {
    /// When, and with what.
    pub schedule: Schedule,
    /// The function.
    pub function: ScheduledFunction,
    /// How long it may take.
    pub timeout: Duration,
}

/// What became of a function that a schedule invoked: done, or why not.
pub type Ticked = BTreeMap<String, Result<(), String>>;

impl Schedules {
    /// Those of the template.
    ///
    /// # Errors
    ///
    /// [`Problem`], if one of them is for a function that none is known for.
    pub fn new(template: &Template, app: Rc<App>) -> Result<Self, Problem> {
        let mut known = functions::scheduled_functions();
        let mut functions = BTreeMap::new();
        for declared in &template.functions {
            for trigger in &declared.triggers {
                let schedule = match trigger {
                    Trigger::Schedule(schedule) => schedule.clone(),
                    Trigger::Route(_)
                    | Trigger::Queue { .. }
                    | Trigger::Bus
                    | Trigger::Operator => continue,
                };
                let (name, timeout) = (declared.name.clone(), declared.timeout);
                let function = known.remove(name.as_str());
                let unknown = || Problem(format!("{name} has no handler for its schedule"));
                let function = function.ok_or_else(unknown)?;
                functions.insert(name, Scheduled { schedule, function, timeout });
            }
        }
        Ok(Self { app, functions })
    }

    /// Takes every function away: for tests of schedules, which put their own there.
    pub fn clear(&mut self) {
        self.functions.clear();
    }

    /// Puts another function behind a schedule, or one more: for tests of what such a function may do.
    pub fn set(&mut self, name: &str, scheduled: Scheduled) {
        self.functions.insert(name.to_owned(), scheduled);
    }

    /// Invokes every function once, for that instant, one after the other.
    pub async fn tick(&self, at: Timestamp) -> Ticked {
        let mut ticked = Ticked::new();
        for (name, scheduled) in &self.functions {
            ticked.insert(name.clone(), self.invoke(name, scheduled, at).await);
        }
        ticked
    }

    /// Invokes each function at its rate until `stop` resolves, and then to the end of what is under way:
    /// at the whole multiples of it since 1970, so that whoever works at the end of an hour is not late.
    pub async fn run(&self, stop: impl Future<Output = ()>) {
        let stop = stop.shared();
        let each = self.functions.iter();
        let each = each.map(|(name, scheduled)| self.run_one(name, scheduled, stop.clone()));
        join_all(each).await;
    }

    async fn run_one(
        &self,
        name: &str,
        scheduled: &Scheduled,
        mut stop: impl Future<Output = ()> + Unpin,
    ) {
        let mut last = Timestamp::MIN;
        loop {
            let now = self.app.now();
            // A sleep may end a little before the clock is there: no instant comes twice.
            let at = next_instant(now.max(last), scheduled.schedule.rate);
            let wait = Duration::try_from(at.duration_since(now)).unwrap_or_default();
            last = at;
            tokio::select! {
                biased;
                () = &mut stop => return,
                () = tokio::time::sleep(wait) => {}
            }
            // Its log line says what became of it, and the next one makes up for it.
            self.invoke(name, scheduled, at).await.ok();
        }
    }

    /// Why it was not done, if it was not; a panic and a function that takes too long are reasons too.
    async fn invoke(
        &self,
        name: &str,
        Scheduled { schedule, function, timeout }: &Scheduled,
        at: Timestamp,
    ) -> Result<(), String> {
        let tick = serde_json::from_str(&schedule.event_at(at));
        let tick = tick.map_err(|error| format!("its schedule's input is no tick: {error}"))?;
        let (id, remaining) = ("local".to_owned(), *timeout);
        let invocation = Invocation { id, function: name.to_owned().into(), remaining };
        let taken = AssertUnwindSafe(function(Rc::clone(&self.app), tick, invocation));
        match tokio::time::timeout(*timeout, taken.catch_unwind()).await {
            Ok(Ok(done)) => done.map_err(|undone| undone.to_string()),
            Ok(Err(_panic)) => Err("the function panicked".to_owned()),
            Err(_elapsed) => Err("the function took too long".to_owned()),
        }
    }
}

/// The first whole multiple of the rate after that instant.
fn next_instant(after: Timestamp, rate: Duration) -> Timestamp {
    let rate = i128::try_from(rate.as_nanos().max(1)).unwrap_or(i128::MAX);
    let left = rate - after.as_nanosecond().rem_euclid(rate);
    after.saturating_add(SignedDuration::from_nanos_i128(left)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_at_whole_multiples_of_the_rate_and_never_twice_at_one() {
        for (after, minutes, at) in [
            ("2026-03-13T14:58:30Z", 5, "2026-03-13T15:00:00Z"),
            ("2026-03-13T14:59:59.999999999Z", 5, "2026-03-13T15:00:00Z"),
            ("2026-03-13T15:00:00Z", 5, "2026-03-13T15:05:00Z"),
            ("2026-03-13T14:01:00Z", 60, "2026-03-13T15:00:00Z"),
            ("2026-03-13T14:01:00Z", 24 * 60, "2026-03-14T00:00:00Z"),
        ] {
            let rate = Duration::from_secs(minutes * 60);
            assert_eq!(next_instant(after.parse().unwrap(), rate).to_string(), at, "{after}");
        }
    }
}

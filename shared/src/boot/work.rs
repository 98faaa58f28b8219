//! Work that nobody waits for: inside a deadline, its panic caught, its end logged.

use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use futures_util::future::LocalBoxFuture;

use super::Invocation;
use crate::app::App;
use crate::domain::timestamp::to_rfc3339;
use crate::failure::{Failure, Said};
use crate::telemetry::{Tally, WorkLine, tallied};

/// How long before its deadline work is given up: time to put it elsewhere, also if that takes all
/// attempts of a call.
const MARGIN: Duration = Duration::from_secs(6);

/// A piece of work.
pub(super) struct Work<'a> {
    id: Option<&'a str>,
    invocation: &'a Invocation,
    started: Instant,
}

/// What became of it.
pub(super) enum Outcome {
    /// It is done.
    Done,
    /// Another copy of it waits for its time.
    Later(Failure),
    /// It is among the dead letters.
    Dead(Failure),
    /// It is handed out again.
    Failed(Failure),
}

impl<'a> Work<'a> {
    pub(super) fn start(id: Option<&'a str>, invocation: &'a Invocation) -> Self {
        Self { id, invocation, started: Instant::now() }
    }

    /// Runs it, and counts what it costs and brings about.
    pub(super) async fn attempt<T>(
        &self,
        app: &App,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> (Result<T, Failure>, Tally) {
        // Boxed: see `boot::answer`.
        let work: LocalBoxFuture<'_, _> = Box::pin(work);
        let budget = self.invocation.remaining.saturating_sub(MARGIN);
        let work = AssertUnwindSafe(work).catch_unwind();
        let is_metered = app.metrics.is_some();
        let (outcome, tally) = tallied(is_metered, tokio::time::timeout(budget, work)).await;
        let done = match outcome {
            Ok(Ok(done)) => done,
            Ok(Err(_panic)) => Err(Failure::Panicked),
            Err(_elapsed) => Err(Failure::DeadlineExceeded),
        };
        (done, tally)
    }

    /// Writes its line.
    pub(super) fn log(&self, app: &App, outcome: &Outcome, tally: &Tally) {
        let (level, outcome, failure) = match outcome {
            Outcome::Done => ("info", "done", None),
            Outcome::Later(failure) => ("info", "later", Some(failure)),
            Outcome::Dead(failure) => ("error", "dead", Some(failure)),
            Outcome::Failed(failure) => ("error", "failed", Some(failure)),
        };
        let (now, function) = (app.now(), &*self.invocation.function);
        let metrics = app.metrics.as_ref().map(|metrics| {
            metrics.write_decisions(function, tally, now, &*app.log);
            metrics.of_work(function, outcome, tally, now)
        });
        WorkLine {
            level,
            timestamp: to_rfc3339(now),
            id: self.id,
            lambda_id: &self.invocation.id,
            outcome,
            duration_us: self.started.elapsed().as_micros(),
            store_attempts: tally.store_attempts,
            error_kind: failure.map(Failure::kind),
            error_code: failure.and_then(Failure::code),
            metrics,
        }
        .write_to(&*app.log);
    }
}

/// Why something is dead: fixed words, and for what is wrong with an event, where.
pub(super) fn reason(failure: &Failure) -> String {
    let code = failure.code().map(|code| format!(" {code}")).unwrap_or_default();
    let body = match failure.said() {
        Said::Body(fault) => format!(": {}", fault.in_full()),
        Said::Refused(_)
        | Said::Query(_)
        | Said::NotFound
        | Said::InFlight
        | Said::Unavailable { .. }
        | Said::Full(_)
        | Said::NotSetUp(_)
        | Said::PeerRefused(_)
        | Said::Internal => String::new(),
    };
    format!("{}{code}{body}", failure.kind())
}

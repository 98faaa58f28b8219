//! One tick of a schedule (EventBridge Scheduler). Lambda invokes for it asynchronously: nobody waits for
//! an answer, and an invocation that fails is repeated. Whoever misses one altogether does more at the
//! next.

use jiff::Timestamp;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::consume::{QueueBatch, QueueRecord};
use super::work::{Outcome, Work};
use super::{Invocation, Undone};
use crate::app::App;
use crate::domain::timestamp::{parse_rfc3339, to_rfc3339};
use crate::failure::Failure;

/// What a schedule hands over: the `Input` that the template gives it, `{"scheduled_at": "…"}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub struct Tick {
    scheduled_at: Instant,
}

impl Tick {
    /// The instant that it is for. The function may be invoked a little later, and more than once.
    #[must_use]
    pub const fn scheduled_at(self) -> Timestamp {
        self.scheduled_at.0
    }
}

/// An instant as Scheduler writes it: RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Instant(Timestamp);

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        parse_rfc3339(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// What invokes a function that a schedule invokes, and that works at a queue.
pub(super) enum TickOrBatch {
    Tick(Tick),
    Batch(QueueBatch),
}

impl TickOrBatch {
    /// Tells one from the other by the one field that only it has.
    ///
    /// # Errors
    ///
    /// [`Undone`], if it is neither, or both. What it holds is not quoted.
    pub(super) fn read(payload: &RawValue) -> Result<Self, Undone> {
        #[derive(Deserialize)]
        struct Either {
            scheduled_at: Option<Instant>,
            #[serde(rename = "Records")]
            records: Option<Vec<QueueRecord>>,
        }
        let Either { scheduled_at, records } =
            serde_json::from_str(payload.get()).map_err(|_it_may_quote| Undone::NO_EVENT)?;
        match (scheduled_at, records) {
            (Some(scheduled_at), None) => Ok(Self::Tick(Tick { scheduled_at })),
            (None, Some(records)) => Ok(Self::Batch(QueueBatch { records })),
            (None, None) | (Some(_), Some(_)) => Err(Undone::NO_EVENT),
        }
    }
}

/// Carries one tick out. Its log line is named by the instant it is for.
///
/// # Errors
///
/// [`Undone`], if it is to be carried out again.
pub async fn take_tick<H>(
    app: &App,
    handle: &H,
    tick: Tick,
    invocation: &Invocation,
) -> Result<(), Undone>
where
    H: AsyncFn(&App, Timestamp) -> Result<(), Failure>,
{
    let at = tick.scheduled_at();
    let id = to_rfc3339(at);
    let work = Work::start(Some(&id), invocation);
    let (done, tally) = work.attempt(app, handle(app, at)).await;
    let undone = done.as_ref().err().map(|failure| Undone::because(failure.kind()));
    let outcome = done.map_or_else(Outcome::Failed, |()| Outcome::Done);
    work.log(app, &outcome, &tally);
    undone.map_or(Ok(()), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(payload: &str) -> Result<TickOrBatch, Undone> {
        TickOrBatch::read(&RawValue::from_string(payload.to_owned()).unwrap())
    }

    #[test]
    fn a_tick_and_a_batch_are_told_apart() {
        let Ok(TickOrBatch::Tick(tick)) = read(r#"{"scheduled_at":"2026-03-13T15:00:00Z"}"#) else {
            panic!("no tick");
        };
        assert_eq!(tick.scheduled_at().to_string(), "2026-03-13T15:00:00Z");
        let record = r#"{"messageId":"m-1","body":"{}","attributes":{},"eventSource":"aws:sqs"}"#;
        let Ok(TickOrBatch::Batch(batch)) = read(&format!(r#"{{"Records":[{record}]}}"#)) else {
            panic!("no batch");
        };
        assert_eq!(batch.records.len(), 1);
    }

    #[test]
    fn what_is_neither_or_both_is_refused() {
        for payload in [
            "{}",
            "null",
            "7",
            "[]",
            r#""2026-03-13T15:00:00Z""#,
            r#"{"scheduled_at":null}"#,
            r#"{"scheduled_at":"<aws.scheduler.scheduled-time>"}"#,
            r#"{"scheduled_at":"2026-03-13"}"#,
            r#"{"scheduled_at":1773414000}"#,
            r#"{"scheduled_at":"2026-03-13T15:00:00Z","scheduled_at":"2026-03-13T15:00:00Z"}"#,
            r#"{"scheduled_at":"2026-03-13T15:00:00Z","Records":[]}"#,
            r#"{"Records":null}"#,
            r#"{"Records":{}}"#,
            r#"{"Records":[{"body":"{}"}]}"#,
            r#"{"records":[]}"#,
            r#"{"version":"0","id":"1","detail-type":"Scheduled Event","time":"2026-03-13T15:00:00Z","detail":{}}"#,
        ] {
            assert_eq!(read(payload).err(), Some(Undone::NO_EVENT), "{payload}");
        }
    }
}

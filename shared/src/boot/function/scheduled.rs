//! A function that a schedule invokes, and that works at a queue: it finds what is due, and puts it there
//! piece by piece.

use std::marker::PhantomData;

use jiff::Timestamp;
use serde::Serialize;
use serde_json::value::RawValue;

use super::{Boot, Function};
use crate::app::App;
use crate::boot::consume::{BatchAnswer, Job, consume_batch};
use crate::boot::tick::{TickOrBatch, take_tick};
use crate::boot::{Invocation, Undone};
use crate::failure::Failure;

/// A function that a schedule invokes, with the instant that it is for. Which jobs it takes out of its
/// queue is named next.
pub fn tick<T>(handle: T) -> Scheduled<T>
where
    T: AsyncFn(&App, Timestamp) -> Result<(), Failure>,
{
    Scheduled { handle }
}

/// See [`tick`].
pub struct Scheduled<T> {
    handle: T,
}

impl<T> Scheduled<T>
where
    T: AsyncFn(&App, Timestamp) -> Result<(), Failure>,
{
    /// It also works at a queue. What it needs besides is named next.
    pub fn and_consume<H, J>(self, consume: H) -> Boot<Ticker<T, H, J>>
    where
        H: AsyncFn(&App, J) -> Result<(), Failure>,
        J: Job,
    {
        Boot(Ticker { tick: self.handle, consume, job: PhantomData })
    }
}

/// See [`Scheduled::and_consume`].
pub struct Ticker<T, H, J> {
    tick: T,
    consume: H,
    job: PhantomData<fn() -> J>,
}

/// What Lambda gets back of either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum TickerAnswer {
    /// Of a tick, nothing.
    Ticked,
    /// Of a batch, which messages failed.
    Batch(BatchAnswer),
}

impl<T, H, J> Function for Ticker<T, H, J>
where
    T: AsyncFn(&App, Timestamp) -> Result<(), Failure>,
    H: AsyncFn(&App, J) -> Result<(), Failure>,
    J: Job,
{
    type Answer = TickerAnswer;

    async fn invoke(
        &self,
        app: &App,
        payload: &RawValue,
        invocation: &Invocation,
    ) -> Result<Self::Answer, Undone> {
        match TickOrBatch::read(payload)? {
            TickOrBatch::Tick(tick) => {
                take_tick(app, &self.tick, tick, invocation).await?;
                Ok(TickerAnswer::Ticked)
            }
            TickOrBatch::Batch(batch) => {
                let answer = consume_batch(app, &self.consume, batch, invocation).await;
                Ok(TickerAnswer::Batch(answer))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_tick_lambda_gets_nothing_and_of_a_batch_what_a_worker_answers() {
        let json = |answer| serde_json::to_string(&answer).unwrap();
        assert_eq!(json(TickerAnswer::Ticked), "null");
        let answer = TickerAnswer::Batch(BatchAnswer::default());
        assert_eq!(json(answer), r#"{"batchItemFailures":[]}"#);
    }
}

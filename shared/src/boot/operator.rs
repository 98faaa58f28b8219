//! One question of an operator's, who invokes the function by its name: with JSON, for JSON. Whom the account
//! lets invoke it is let in.

use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::work::{Outcome, Work};
use super::{Invocation, Undone};
use crate::app::App;
use crate::failure::Failure;
use crate::telemetry::Tally;

/// How long before its deadline a handler is to come to an end by itself: what it is at then has to end too.
const MARGIN: Duration = Duration::from_secs(16);

/// Answers an operator. The handler is told how long it may go on beginning things.
///
/// # Errors
///
/// [`Undone`], if nobody can read what is asked, or it could not be done; the operator reads why.
pub async fn answer_operator<H, Q, A>(
    app: &App,
    handle: &H,
    payload: &RawValue,
    invocation: &Invocation,
) -> Result<A, Undone>
where
    H: AsyncFn(&App, Q, Duration) -> Result<A, Failure>,
    Q: DeserializeOwned,
    A: Serialize,
{
    let work = Work::start(None, invocation);
    // The error may quote.
    let Ok(question) = serde_json::from_str::<Q>(payload.get()) else {
        work.log(app, &Outcome::Failed(Failure::NoEvent), &Tally::default());
        return Err(Undone::NO_QUESTION);
    };
    let time = invocation.remaining.saturating_sub(MARGIN);
    let (done, tally) = work.attempt(app, handle(app, question, time)).await;
    match done {
        Ok(answer) => {
            work.log(app, &Outcome::Done, &tally);
            Ok(answer)
        }
        Err(failure) => {
            let kind = failure.kind();
            work.log(app, &Outcome::Failed(failure), &tally);
            Err(Undone::because(kind))
        }
    }
}

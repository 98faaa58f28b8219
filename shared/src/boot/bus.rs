//! One event of an EventBridge bus. Lambda invokes for it asynchronously: nobody waits for an
//! answer, and an invocation that fails is repeated, at last sent to the dead letters.

use std::fmt;

use jiff::Timestamp;
use lambda_runtime::Diagnostic;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::Invocation;
use super::work::{Outcome, Work, reason};
use crate::app::App;
use crate::deliver::queue::DeadLetter;
use crate::domain::timestamp::parse_rfc3339;
use crate::failure::{Failure, Said};

/// What a bus hands over. Only what was put on the bus is of interest.
#[derive(Deserialize)]
pub struct BusEvent {
    id: Option<String>,
    /// When it was put on the bus; of a replay, when it was put there first.
    time: Option<String>,
    /// Which replay it comes of, if it comes of one.
    #[serde(rename = "replay-name")]
    replay_name: Option<String>,
    detail: Box<RawValue>,
}

/// What an event says is not for a log.
impl fmt::Debug for BusEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusEvent").field("id", &self.id).finish_non_exhaustive()
    }
}

impl BusEvent {
    /// What was put on the bus: JSON.
    #[must_use]
    pub fn detail(&self) -> &RawValue {
        &self.detail
    }

    /// When it was put on the bus first, if the bus's archive replays it.
    #[must_use]
    pub fn replayed_from(&self) -> Option<Timestamp> {
        self.replay_name.as_ref()?;
        parse_rfc3339(self.time.as_deref()?).ok()
    }
}

/// An invocation that has to be repeated. Lambda keeps the text beside the event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Undone(&'static str);

/// What Lambda says of the invocation; its own words would name a type of Rust's.
impl From<Undone> for Diagnostic {
    fn from(Undone(why): Undone) -> Self {
        Self { error_type: "Undone".to_owned(), error_message: why.to_owned() }
    }
}

impl Undone {
    pub(super) const NO_EVENT: Self = Self("no_event");

    pub(super) const PANICKED: Self = Self("panicked");

    pub(super) const NO_QUESTION: Self = Self(
        "the input has to be a JSON object of the fields that the documentation names, and no others",
    );

    /// For a reason in fixed words.
    pub(super) const fn because(kind: &'static str) -> Self {
        Self(kind)
    }
}

/// Takes one event. What is wrong with the event itself will not be right the next time: such an
/// event goes to the dead letters at once, with the reason.
///
/// # Errors
///
/// [`Undone`], if it is to be taken again.
pub async fn take_bus_event<H>(
    app: &App,
    handle: &H,
    event: BusEvent,
    invocation: &Invocation,
) -> Result<(), Undone>
where
    H: AsyncFn(&App, &BusEvent) -> Result<(), Failure>,
{
    let work = Work::start(event.id.as_deref(), invocation);
    let (done, tally) = work.attempt(app, handle(app, &event)).await;
    let outcome = match done {
        Ok(()) => Outcome::Done,
        Err(failure) => match failure.said() {
            Said::Body(_) => {
                let letter = DeadLetter::new(event.detail.get(), &reason(&failure));
                match app.dispatch_queue().bury(letter).await {
                    Ok(()) => Outcome::Dead(failure),
                    Err(error) => Outcome::Failed(error.into()),
                }
            }
            Said::Refused(_)
            | Said::Query(_)
            | Said::NotFound
            | Said::InFlight
            | Said::Unavailable { .. }
            | Said::Full(_)
            | Said::NotSetUp(_)
            | Said::PeerRefused(_)
            | Said::Internal => Outcome::Failed(failure),
        },
    };
    work.log(app, &outcome, &tally);
    match outcome {
        Outcome::Done | Outcome::Later(_) | Outcome::Dead(_) => Ok(()),
        Outcome::Failed(failure) => Err(Undone(failure.kind())),
    }
}

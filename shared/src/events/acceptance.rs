//! Accepting events: they are stored, then queued, and only then is it said that they were.

use std::collections::BTreeSet;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::DispatchJob;
use crate::app::App;
use crate::domain::event::Event;
use crate::domain::id::OrgUnitId;
use crate::failure::Failure;
use crate::store::{Acceptance, EventDigest};

/// How many events are stored at a time: each takes a connection of its own, which has to be opened
/// first.
const AT_A_TIME: usize = 8;

/// Accepts events: when it is done, each of them is stored and waits to be dispatched, or was
/// dispatched before.
///
/// # Errors
///
/// A [`Failure`]; some of the events may then be accepted, and accepting all of them again is safe.
pub async fn accept(app: &App, org_unit: &OrgUnitId, events: &[Event]) -> Result<(), Failure> {
    let now = app.now();
    let kept = stream::iter(events).map(async |event: &Event| {
        Ok::<_, Failure>(match app.store.accept_event(org_unit, event, now).await? {
            Acceptance::Waiting(digest) => Some(digest),
            Acceptance::Done => None,
        })
    });
    let waiting: Vec<Option<EventDigest>> = kept.buffer_unordered(AT_A_TIME).try_collect().await?;
    // An event may come twice in one request.
    let waiting: BTreeSet<EventDigest> = waiting.into_iter().flatten().collect();
    let job = |digest| DispatchJob::new(org_unit, digest).into_message(Duration::ZERO);
    let messages: Vec<_> = waiting.into_iter().map(job).collect();
    if !messages.is_empty() {
        app.dispatch_queue().send(messages).await?;
    }
    Ok(())
}

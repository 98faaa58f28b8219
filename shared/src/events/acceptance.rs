//! Accepting events: they are stored, what they say of the directory is recorded, they are queued, and
//! only then is it said that they were.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::{DispatchJob, directory};
use crate::app::App;
use crate::domain::event::Event;
use crate::domain::id::OrgUnitId;
use crate::failure::Failure;
use crate::store::{Acceptance, EventDigest, StoreError};

/// How many events are stored at a time: each takes a connection of its own, which has to be opened
/// first.
const AT_A_TIME: usize = 8;

/// How many events are recorded at a time. Half as many: those about members add to the counts of one
/// of 16 shards in a transaction, and of two that meet there one has to read again.
const RECORDED_AT_A_TIME: usize = 4;

/// An event that is stored and not dispatched yet.
struct Pending<'a> {
    /// What counts of it; nothing, if what is stored makes no sense.
    event: Option<Cow<'a, Event>>,
    accepted_at: Timestamp,
}

/// What one of several has to do with the directory.
type Known<'a> = (&'a EventDigest, &'a Event, Timestamp);

/// Accepts events: when it is done, each of them is stored and waits to be dispatched, or was
/// dispatched before.
///
/// What they say of members, projects, teams and issues is in the directory by then: it holds for
/// whatever is accepted later, and for the rest of the same request. And so do the watches that they
/// attach. What cannot be recorded because of what is stored of one person is left to whoever
/// dispatches the event, where it waits or is buried.
///
/// # Errors
///
/// A [`Failure`]; some of the events may then be accepted, and accepting all of them again is safe.
pub async fn accept(app: &App, org_unit: &OrgUnitId, events: &[Event]) -> Result<(), Failure> {
    let now = app.now();
    let kept = stream::iter(events).map(|event| app.store.accept_event(org_unit, event, now));
    let kept: Vec<Acceptance<'_>> = kept.buffer_unordered(AT_A_TIME).try_collect().await?;
    // An event may come twice in one request.
    let mut waiting: BTreeMap<EventDigest, Pending<'_>> = BTreeMap::new();
    for acceptance in kept {
        match acceptance {
            Acceptance::Waiting { digest, event, accepted_at } => {
                drop(waiting.insert(digest, Pending { event, accepted_at }));
            }
            Acceptance::Done => {}
        }
    }
    let known = waiting
        .iter()
        .filter_map(|(digest, it)| Some((digest, it.event.as_deref()?, it.accepted_at)));
    let known: Vec<Known<'_>> = known.collect();
    let recorded = record(app, org_unit, known).await?;
    let attached = attach(app, org_unit, recorded).await?;
    let recorded: BTreeSet<&EventDigest> = attached.into_iter().collect();
    let job = |digest: &EventDigest| {
        let job = DispatchJob::new(org_unit, digest.clone());
        let job = if recorded.contains(digest) { job.recorded() } else { job };
        job.into_message(Duration::ZERO)
    };
    let messages: Vec<_> = waiting.keys().map(job).collect();
    if !messages.is_empty() {
        app.dispatch_queue().send(messages).await?;
    }
    Ok(())
}

/// Records what events say of the directory, and gives those of which it is recorded. It cannot be left
/// to whoever dispatches them: the queue has no order, and an event that is dispatched goes by the
/// directory for good.
async fn record<'a>(
    app: &App,
    org_unit: &OrgUnitId,
    events: Vec<Known<'a>>,
) -> Result<Vec<Known<'a>>, StoreError> {
    let recorded = stream::iter(events).map(async |known: Known<'a>| {
        let (_, event, accepted_at) = known;
        let recorded = directory::record(app, org_unit, event, accepted_at).await;
        unless_one_persons(recorded).map(|is_recorded| is_recorded.then_some(known))
    });
    let recorded: Vec<_> = recorded.buffer_unordered(RECORDED_AT_A_TIME).try_collect().await?;
    Ok(recorded.into_iter().flatten().collect())
}

/// Attaches people to what they had to do with, and gives the events that are done with: who watches is
/// asked as of the moment an event was accepted, and so it has to be known from then on.
async fn attach<'a>(
    app: &App,
    org_unit: &OrgUnitId,
    events: Vec<Known<'a>>,
) -> Result<Vec<&'a EventDigest>, StoreError> {
    let attached = stream::iter(events).map(async |(digest, event, accepted_at): Known<'a>| {
        let attached = directory::attach(app, org_unit, event, accepted_at).await;
        unless_one_persons(attached).map(|is_attached| is_attached.then_some(digest))
    });
    let attached: Vec<_> = attached.buffer_unordered(AT_A_TIME).try_collect().await?;
    Ok(attached.into_iter().flatten().collect())
}

/// Whether it is done. What is wrong with one person's item is no reason to refuse the event, or others.
fn unless_one_persons(done: Result<(), StoreError>) -> Result<bool, StoreError> {
    match done {
        Ok(()) => Ok(true),
        Err(
            StoreError::Full { .. } | StoreError::Corrupt { .. } | StoreError::Unwritable { .. },
        ) => Ok(false),
        Err(error) => Err(error),
    }
}

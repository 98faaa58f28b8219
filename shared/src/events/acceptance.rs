//! Accepting events: they are stored, what they say of the directory is recorded, they are queued, and
//! only then is it said that they were.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::Timestamp;

use super::{DispatchJob, directory};
use crate::app::App;
use crate::domain::event::Event;
use crate::domain::id::OrgUnitId;
use crate::failure::Failure;
use crate::store::{Acceptance, Attachment, EventDigest, StoreError};

/// How many events are stored at a time: each takes a connection of its own, which has to be opened
/// first.
const AT_A_TIME: usize = 8;

/// How many events are recorded at a time. Half as many: those about members add to the counts of one
/// of 16 shards in a transaction, and of two that meet there one has to read again.
const RECORDED_AT_A_TIME: usize = 4;

/// Accepts events: when it is done, each of them is stored and waits to be dispatched, or was
/// dispatched before.
///
/// What they say of members, projects and teams is in the directory by then: it holds for whatever is
/// accepted later, and for the rest of the same request. And so do the watches that they attach.
///
/// # Errors
///
/// A [`Failure`]; some of the events may then be accepted, and accepting all of them again is safe.
pub async fn accept(app: &App, org_unit: &OrgUnitId, events: &[Event]) -> Result<(), Failure> {
    let now = app.now();
    let kept = stream::iter(events).map(|event| app.store.accept_event(org_unit, event, now));
    let kept: Vec<Acceptance<'_>> = kept.buffer_unordered(AT_A_TIME).try_collect().await?;
    // An event may come twice in one request.
    let mut waiting: BTreeMap<EventDigest, (Option<Cow<'_, Event>>, Timestamp)> = BTreeMap::new();
    for acceptance in kept {
        match acceptance {
            Acceptance::Waiting { digest, event, accepted_at } => {
                drop(waiting.insert(digest, (event, accepted_at)));
            }
            Acceptance::Done => {}
        }
    }
    let known =
        waiting.values().filter_map(|(event, accepted_at)| Some((event.as_deref()?, *accepted_at)));
    let known: Vec<(&Event, Timestamp)> = known.collect();
    let attaching = known.iter().filter_map(|(event, at)| Some((Attachment::of(event)?, *at)));
    let attaching: Vec<(Attachment<'_>, Timestamp)> = attaching.collect();
    let of_directory = known.iter().filter(|(event, _)| event.event_type().is_of_directory());
    let of_directory: Vec<(&Event, Timestamp)> = of_directory.copied().collect();
    if !of_directory.is_empty() {
        record(app, org_unit, of_directory).await?;
    }
    attach(app, org_unit, attaching).await?;
    let job = |digest| DispatchJob::new(org_unit, digest).into_message(Duration::ZERO);
    let messages: Vec<_> = waiting.into_keys().map(job).collect();
    if !messages.is_empty() {
        app.dispatch_queue().send(messages).await?;
    }
    Ok(())
}

/// Records what events say of the directory. It cannot be left to whoever dispatches them: the queue
/// has no order, and an event that is dispatched goes by the directory for good.
async fn record(
    app: &App,
    org_unit: &OrgUnitId,
    events: Vec<(&Event, Timestamp)>,
) -> Result<(), StoreError> {
    let recorded = stream::iter(events).map(async |(event, accepted_at): (&Event, Timestamp)| {
        match directory::record(&app.store, org_unit, event, accepted_at).await {
            // What is wrong with this one is no reason to refuse the others. Whoever dispatches it
            // records it again, and it waits or is buried then.
            Err(
                StoreError::Full { .. }
                | StoreError::Corrupt { .. }
                | StoreError::Unwritable { .. },
            ) => Ok(()),
            done => done,
        }
    });
    recorded.buffer_unordered(RECORDED_AT_A_TIME).try_collect().await
}

/// Attaches people to what they had to do with: who watches is asked as of the moment an event was
/// accepted, and so it has to be known from then on.
async fn attach(
    app: &App,
    org_unit: &OrgUnitId,
    attaching: Vec<(Attachment<'_>, Timestamp)>,
) -> Result<(), StoreError> {
    let attached = stream::iter(attaching).map(async |(attachment, accepted_at)| {
        match app.store.attach(org_unit, attachment, accepted_at).await {
            // What is wrong with one person's item or watch is no reason to refuse the event.
            Err(StoreError::Corrupt { .. } | StoreError::Unwritable { .. }) => Ok(()),
            done => done,
        }
    });
    attached.buffer_unordered(AT_A_TIME).try_collect().await
}

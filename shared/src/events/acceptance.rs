//! Accepting events: they are stored, what they say of the directory is recorded, they are queued, and
//! only then is it said that they were.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

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
    digest: EventDigest,
    /// What counts of it; nothing, if what is stored makes no sense.
    event: Option<Cow<'a, Event>>,
    accepted_at: Timestamp,
    /// Since when there was something to know.
    known_since: Timestamp,
    /// Whether the directory and the watches know all that it says.
    is_recorded: bool,
}

/// Accepts events: when it is done, each of them is stored and waits to be dispatched, or was
/// dispatched before.
///
/// What they say of members, projects, teams and issues is in the directory by then: it holds for
/// whatever is accepted later, and for the rest of the same request. And so do the watches that they
/// attach. What cannot be recorded because of what is stored of one entry is left to whoever
/// dispatches the event, where it waits or is buried.
///
/// # Errors
///
/// A [`Failure`]; some of the events may then be accepted, and accepting all of them again is safe.
pub async fn accept(app: &App, org_unit: &OrgUnitId, events: &[Event]) -> Result<(), Failure> {
    accept_put(app, org_unit, events, None).await
}

/// Accepts an event that the bus's archive replays, which was put on the bus first at that moment: nothing
/// of it comes to anyone who was erased since.
///
/// # Errors
///
/// As [`accept`].
pub async fn accept_replayed(
    app: &App,
    org_unit: &OrgUnitId,
    event: Event,
    put_at: Timestamp,
) -> Result<(), Failure> {
    accept_put(app, org_unit, &[event], Some(put_at)).await
}

async fn accept_put(
    app: &App,
    org_unit: &OrgUnitId,
    events: &[Event],
    put_at: Option<Timestamp>,
) -> Result<(), Failure> {
    let is_of_directory = |event: &&Event| event.event_type().is_of_directory();
    let (of_directory, others): (Vec<_>, Vec<_>) = events.iter().partition(is_of_directory);
    let first = app.now();
    let mut of_directory = store(app, org_unit, &of_directory, put_at, first).await?;
    record(app, org_unit, &mut of_directory).await?;
    // Who came and who left is known by the moment at which the others count as accepted.
    let then = if of_directory.is_empty() { first } else { after(app.now().max(first)) };
    let mut others = store(app, org_unit, &others, put_at, then).await?;
    record(app, org_unit, &mut others).await?;
    for pending in &mut of_directory {
        // What it attaches begins after whatever ended in the same request.
        pending.accepted_at = if pending.accepted_at == first { then } else { pending.accepted_at };
    }
    let mut pending = of_directory;
    pending.append(&mut others);
    attach(app, org_unit, &mut pending).await?;
    let job = |Pending { digest, is_recorded, .. }| {
        let job = DispatchJob::new(org_unit, digest);
        let job = if is_recorded { job.recorded() } else { job };
        job.into_message(Duration::ZERO)
    };
    let messages: Vec<_> = pending.into_iter().map(job).collect();
    if !messages.is_empty() {
        app.dispatch_queue().send(messages).await?;
    }
    Ok(())
}

/// The next moment that is told apart.
fn after(moment: Timestamp) -> Timestamp {
    moment.saturating_add(SignedDuration::from_micros(1)).unwrap_or(moment)
}

/// Stores events, and gives those that are not dispatched yet, each once, in the order of their stamps.
async fn store<'a>(
    app: &App,
    org_unit: &OrgUnitId,
    events: &[&'a Event],
    put_at: Option<Timestamp>,
    now: Timestamp,
) -> Result<Vec<Pending<'a>>, StoreError> {
    let keep = |event| app.store.accept_event(org_unit, event, put_at, now);
    let kept = stream::iter(events.iter().copied()).map(keep);
    let kept: Vec<Acceptance<'_>> = kept.buffer_unordered(AT_A_TIME).try_collect().await?;
    // An event may come twice in one request.
    let mut waiting: BTreeMap<EventDigest, Pending<'_>> = BTreeMap::new();
    for acceptance in kept {
        match acceptance {
            Acceptance::Waiting { digest, event, accepted_at, known_since } => {
                let is_recorded = false;
                let pending = Pending { digest, event, accepted_at, known_since, is_recorded };
                drop(waiting.insert(pending.digest.clone(), pending));
            }
            Acceptance::Done => {}
        }
    }
    let mut pending: Vec<Pending<'_>> = waiting.into_values().collect();
    pending.sort_by_cached_key(|pending| pending.event.as_deref().map(Event::stamp));
    leave_what_may_name_erased(app, org_unit, &mut pending, now).await?;
    Ok(pending)
}

/// What was known before someone of the org unit was erased may name them, and is left to whoever dispatches
/// it. What is new costs nothing: there is nobody to look for.
async fn leave_what_may_name_erased(
    app: &App,
    org_unit: &OrgUnitId,
    events: &mut [Pending<'_>],
    now: Timestamp,
) -> Result<(), StoreError> {
    if events.iter().all(|pending| pending.known_since >= now) {
        return Ok(());
    }
    let Some(last) = app.store.last_erasure(org_unit, now).await? else { return Ok(()) };
    for pending in events.iter_mut().filter(|pending| pending.known_since <= last) {
        pending.event = None;
    }
    Ok(())
}

/// Records what events say of the directory, of each entry in their order. It cannot be left to whoever
/// dispatches them: the queue has no order, and an event that is dispatched goes by the directory for
/// good.
async fn record(
    app: &App,
    org_unit: &OrgUnitId,
    events: &mut [Pending<'_>],
) -> Result<(), StoreError> {
    let mut entries: HashMap<directory::Entry, Vec<&mut Pending<'_>>> = HashMap::new();
    let mut alone = Vec::new();
    for pending in events {
        match pending.event.as_deref().and_then(directory::entry_of) {
            Some(entry) => entries.entry(entry).or_default().push(pending),
            None => alone.push(vec![pending]),
        }
    }
    let recorded = stream::iter(entries.into_values().chain(alone)).map(async |some| {
        for Pending { event, accepted_at, is_recorded, .. } in some {
            let Some(event) = event else { continue };
            let recorded = directory::record(app, org_unit, event, *accepted_at).await;
            *is_recorded = unless_one_entrys(recorded)?;
        }
        Ok(())
    });
    recorded.buffer_unordered(RECORDED_AT_A_TIME).try_collect().await
}

/// Attaches people to what they had to do with: who watches is asked as of the moment an event was
/// accepted, and so it has to be known from then on.
async fn attach(
    app: &App,
    org_unit: &OrgUnitId,
    events: &mut [Pending<'_>],
) -> Result<(), StoreError> {
    let attached = stream::iter(events).map(async |pending: &mut Pending<'_>| {
        let Pending { event, accepted_at, is_recorded, .. } = pending;
        if let Some(event) = event.as_deref().filter(|_| *is_recorded) {
            let attached = directory::attach(app, org_unit, event, *accepted_at).await;
            *is_recorded = unless_one_entrys(attached)?;
        }
        Ok(())
    });
    attached.buffer_unordered(AT_A_TIME).try_collect().await
}

/// Whether it is done. What is wrong with one entry is no reason to refuse the event, or others.
fn unless_one_entrys(done: Result<(), StoreError>) -> Result<bool, StoreError> {
    match done {
        Ok(()) => Ok(true),
        Err(
            StoreError::Full { .. } | StoreError::Corrupt { .. } | StoreError::Unwritable { .. },
        ) => Ok(false),
        Err(error) => Err(error),
    }
}

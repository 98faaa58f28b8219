//! Dispatching an accepted event: everything that follows from it.

use futures_util::future::join3;

use super::dispatch_job::Part;
use super::{DispatchJob, directory, people, telling};
use crate::app::App;
use crate::domain::id::UserId;
use crate::failure::Failure;
use crate::store::{AcceptedEvent, FoundEvent};

/// Dispatches an event, or a part of one. It may be cut off at any line and begin anew, any number of
/// times.
///
/// # Errors
///
/// A [`Failure`]; it may then be dispatched in part, and dispatching it again is safe.
pub async fn dispatch(app: &App, job: &DispatchJob) -> Result<(), Failure> {
    let (org_unit, digest) = (job.org_unit(), job.event());
    let accepted = app.store.accepted_event(org_unit, digest, app.now()).await?;
    let accepted = match accepted {
        FoundEvent::Kept(accepted) => accepted,
        FoundEvent::Erased => return Ok(()),
        FoundEvent::Gone => return Err(Failure::EventGone),
    };
    let Some(accepted) = without_erased(app, job, accepted).await? else { return Ok(()) };
    match job.part() {
        Part::Whole => dispatch_whole(app, job, &accepted).await,
        Part::WatchersAfter(last) => telling::tell_watchers(app, job, &accepted, Some(last)).await,
        Part::People(people) => people::tell_people(app, job, &accepted, people.iter()).await,
    }
}

/// The event without those who were erased since it was known; nothing, if nothing is left of it for others.
async fn without_erased(
    app: &App,
    job: &DispatchJob,
    accepted: AcceptedEvent,
) -> Result<Option<AcceptedEvent>, Failure> {
    if !accepted.may_name_erased {
        return Ok(Some(accepted));
    }
    let (org_unit, now) = (job.org_unit(), app.now());
    let people = accepted.event.people();
    let since = accepted.known_since;
    let erased = app.erasures().erased_since(&app.store, org_unit, people, since, now).await?;
    if erased.is_empty() {
        return Ok(Some(accepted));
    }
    let erased: Vec<&UserId> = erased.iter().collect();
    let left = app.store.erase_from_event(org_unit, job.event(), &erased, now).await?;
    Ok(left.map(|event| AcceptedEvent { event, ..accepted }))
}

async fn dispatch_whole(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
) -> Result<(), Failure> {
    let (org_unit, digest) = (job.org_unit(), job.event());
    let AcceptedEvent { event, accepted_at, expires_at, is_done, .. } = accepted;
    if *is_done {
        return Ok(());
    }
    // The first of whom it names leads to the event itself.
    let others: Vec<_> = event.people().skip(1).collect();
    // None of the three waits for another, and none is given up because another failed: whom the
    // event names is found also if nothing else can be done.
    // Boxed: the SDK's futures are large.
    let (noted, recorded, told) = Box::pin(join3(
        app.store.note_named(org_unit, digest, &others, *expires_at),
        record(app, job, accepted),
        telling::tell(app, job, accepted),
    ))
    .await;
    all_done([noted.map_err(Failure::from), recorded, told])?;
    app.store.mark_event_done(org_unit, digest, *accepted_at, app.now()).await?;
    Ok(())
}

/// Records what whoever accepted the event could not.
async fn record(app: &App, job: &DispatchJob, accepted: &AcceptedEvent) -> Result<(), Failure> {
    if job.is_recorded() {
        return Ok(());
    }
    let (org_unit, AcceptedEvent { event, accepted_at, .. }) = (job.org_unit(), accepted);
    directory::record(app, org_unit, event, *accepted_at).await?;
    directory::attach(app, org_unit, event, *accepted_at).await?;
    Ok(())
}

/// Whether all of it is done. Of several failures one that may pass is told, so that work is tried again
/// as long as any of it may still be done.
pub(super) fn all_done(
    results: impl IntoIterator<Item = Result<(), Failure>>,
) -> Result<(), Failure> {
    let failures = results.into_iter().filter_map(Result::err);
    failures.max_by_key(Failure::may_pass).map_or(Ok(()), Err)
}

//! Dispatching an event into inboxes.

use futures_util::future::try_join;
use futures_util::{StreamExt as _, stream};

use super::DispatchJob;
use super::dispatching::all_done;
use crate::app::App;
use crate::domain::decision::{Channel, Concern, Outcome, Recipient, decide};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::{Actor, NewNotification, named_actor};
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Cause, StoreError};

/// How many rows are written at a time: each takes a connection of its own, which has to be opened
/// first.
const AT_A_TIME: usize = 8;

/// Puts a row into the inbox of each of these people whom the event reaches there: one for each of
/// them, however often it is done.
pub(super) async fn fill<'a>(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
    people: impl IntoIterator<Item = &'a UserId>,
) -> Result<(), Failure> {
    let org_unit = job.org_unit();
    let AcceptedEvent { event, accepted_at, .. } = accepted;
    let now = app.now();
    let cause = Cause::new(job.event(), *accepted_at, app.inbox_retention);
    // A row that would be gone by now may have been there, and would come back.
    let is_too_late = cause.expires_at() <= now;
    let people: Vec<&UserId> = people.into_iter().collect();
    if people.is_empty() || is_too_late || !Channel::InApp.is_offered_to(event.event_type()) {
        return Ok(());
    }
    let (recipients, actor) = try_join(
        app.store.recipients(org_unit, people, event, *accepted_at),
        actor(app, org_unit, named_actor(event)),
    )
    .await?;
    let put = async |recipient: Result<Recipient, StoreError>| {
        let recipient = &recipient?;
        let Recipient { user, standing, .. } = recipient;
        let decision = decide(event, recipient, Channel::InApp, now);
        match decision.outcome {
            Outcome::Allow => {}
            Outcome::Defer { .. } | Outcome::Deny => return Ok(()),
        }
        let concern = Concern::of(event, user, standing).ok();
        let said = concern.and_then(|it| NewNotification::about(event, it, actor.as_ref()));
        let Some(new) = said else { return Ok(()) };
        app.store.put_notification(org_unit, user, cause, &new, now).await.map(drop)
    };
    let rows = stream::iter(recipients.into_values()).map(put).buffer_unordered(AT_A_TIME);
    // One who cannot be told is no reason not to tell the others.
    let told: Vec<Result<(), StoreError>> = rows.collect().await;
    all_done(told.into_iter().map(|told| told.map_err(Failure::from)))
}

async fn actor(
    app: &App,
    org_unit: &OrgUnitId,
    actor: Option<&UserId>,
) -> Result<Option<Actor>, StoreError> {
    match actor {
        Some(actor) => app.store.actor(org_unit, actor).await,
        None => Ok(None),
    }
}

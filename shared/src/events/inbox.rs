//! Dispatching an event into inboxes.

use futures_util::{StreamExt as _, stream};

use super::DispatchJob;
use super::dispatching::all_done;
use crate::app::App;
use crate::domain::decision::{Channel, Concern, Outcome, Recipient, decide};
use crate::domain::inbox::{Actor, NewNotification};
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Cause, StoreError};
use crate::telemetry::note_decision;

/// How many rows are written at a time: each takes a connection of its own, which has to be opened
/// first.
const AT_A_TIME: usize = 8;

/// Puts a row into the inbox of each of these people whom the event reaches there: one for each of
/// them, however often it is done.
pub(super) async fn fill(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
    recipients: &[Recipient],
    actor: Option<&Actor>,
) -> Result<(), Failure> {
    let (org_unit, AcceptedEvent { event, accepted_at, .. }) = (job.org_unit(), accepted);
    let now = app.now();
    let cause = Cause::new(job.event(), *accepted_at, app.inbox_retention);
    // A row that would be gone by now may have been there, and would come back.
    if cause.expires_at() <= now {
        return Ok(());
    }
    let put = async |recipient: &Recipient| {
        let Recipient { user, standing, .. } = recipient;
        let decision = decide(event, recipient, Channel::InApp, now);
        note_decision(decision.outcome);
        match decision.outcome {
            Outcome::Allow => {}
            Outcome::Defer { .. } | Outcome::Deny => return Ok(()),
        }
        let concern = Concern::of(event, user, standing).ok();
        let said = concern.and_then(|it| NewNotification::about(event, it, actor));
        let Some(new) = said else { return Ok(()) };
        app.store.put_notification(org_unit, user, cause, &new, now).await.map(drop)
    };
    let rows = stream::iter(recipients).map(put).buffer_unordered(AT_A_TIME);
    // One who cannot be told is no reason not to tell the others.
    let told: Vec<Result<(), StoreError>> = rows.collect().await;
    all_done(told.into_iter().map(|told| told.map_err(Failure::from)))
}

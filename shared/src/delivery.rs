//! Delivering notifications outside an inbox: each once.
//!
//! A delivery is claimed, decided again, sent, and marked. Whoever dies at any line leaves a claim that
//! ends by itself. What was handed to a peer is not handed to it again, unless its sender died before it
//! could write down what the peer said: that is the one case in which someone is told twice.

mod email;
mod fault;
mod job;
mod push;
mod settling;
mod slack;

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

pub use fault::DeliveryFault;
pub use job::DeliveryJob;

pub(crate) use email::message_id;
pub(crate) use settling::{settle, taken};

use crate::app::App;
use crate::domain::decision::{Outcome, Recipient, decide};
use crate::domain::delivery::{DeliveryChannel, Ending, Settled};
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Delivery, FoundEvent, Joining};
use crate::telemetry::note_delivery;

/// How long after it was claimed something is handed to a peer at the latest: whoever is cut off while
/// the peer answers does not know whether it was sent.
pub(crate) const LATEST_START: SignedDuration = SignedDuration::from_secs(20);

/// Delivers one notification, once.
///
/// # Errors
///
/// A [`Failure`]; delivering it again is safe, and does nothing where it was delivered.
pub async fn deliver(app: &App, job: &DeliveryJob) -> Result<(), Failure> {
    let accepted = app.store.accepted_event(job.org_unit(), job.event(), app.now()).await?;
    let accepted = match accepted {
        FoundEvent::Kept(accepted) => accepted,
        FoundEvent::Erased => return Ok(()),
        FoundEvent::Gone => return Err(Failure::EventGone),
    };
    if was_erased_since(app, job, &accepted).await? {
        return Ok(());
    }
    let delivery = job.delivery(accepted.accepted_at);
    let (by, now) = (app.unique_id(), app.now());
    let claim = app.store.claim_delivery(delivery, &accepted.event, by, now).await?;
    let Some(mut settled) = taken(claim, now)? else { return Ok(()) };
    let settled_before = settled.len();
    let attempted = attempt(app, delivery, &accepted, by, now, &mut settled).await;
    // Of what waits for a digest now, that says what becomes of it.
    let Some(attempted) = attempted.transpose() else { return Ok(()) };
    // Some browsers have it, and are not to be told again.
    let has_settled = settled.len() > settled_before;
    let end = async |ending: &Ending| {
        app.store.end_delivery(delivery, by, ending, &settled, app.now()).await?;
        note_delivery(delivery.channel.name(), ending.status());
        Ok(())
    };
    settle(app, attempted, job.is_last(), has_settled, now, end).await
}

/// Whether whom it is for was erased since the event was known: nothing of it is claimed then, either.
async fn was_erased_since(
    app: &App,
    job: &DeliveryJob,
    accepted: &AcceptedEvent,
) -> Result<bool, Failure> {
    if !accepted.may_name_erased {
        return Ok(false);
    }
    let (org_unit, since) = (job.org_unit(), accepted.known_since);
    let user = job.delivery(accepted.accepted_at).user;
    let erased = app.erasures().erased_since(&app.store, org_unit, [user], since, app.now());
    Ok(!erased.await?.is_empty())
}

/// Decides again, and sends, or has it wait for a digest after all: then nothing is to be written down.
async fn attempt(
    app: &App,
    delivery: Delivery<'_>,
    accepted: &AcceptedEvent,
    by: Ulid,
    claimed_at: Timestamp,
    settled: &mut Settled,
) -> Result<Option<Ending>, Failure> {
    let Delivery { org_unit, user, channel, .. } = delivery;
    let AcceptedEvent { event, accepted_at, .. } = accepted;
    let recipients = app.store.recipients(org_unit, [user], event, *accepted_at).await?;
    let recipient = recipients.into_values().next();
    let recipient = recipient.unwrap_or_else(|| Ok(Recipient::unknown(user.clone())))?;
    let decision = decide(event, &recipient, channel.channel(), app.now());
    match decision.outcome {
        Outcome::Allow => {}
        // One of their browsers was told before that.
        Outcome::Defer { .. } | Outcome::Deny if settled.has_told_one() => {
            return Ok(Some(Ending::Sent));
        }
        Outcome::Deny => return Ok(Some(Ending::Denied(decision.code.name()))),
        Outcome::Defer { bucket } => {
            let message = event.message().ok_or(Failure::Unrenderable)?;
            let (zone, claimed_by) = (recipient.zone.as_ref(), Some(by));
            let joining = Joining { delivery, event, message, bucket, zone, claimed_by };
            app.store.join_digest(joining, app.now()).await?;
            return Ok(None);
        }
    }
    match channel {
        DeliveryChannel::Email => {
            let email = email::write(app, delivery, accepted, &recipient).await?;
            if app.now().duration_since(claimed_at) > LATEST_START {
                return Err(Failure::DeadlineExceeded);
            }
            app.email().send(email).await.map_err(DeliveryFault::from)?;
        }
        DeliveryChannel::Push => {
            push::send(app, delivery, accepted, &recipient, claimed_at, settled).await?;
        }
        DeliveryChannel::Slack => {
            slack::send(app, delivery, accepted, &recipient, claimed_at).await?;
        }
    }
    Ok(Some(Ending::Sent))
}

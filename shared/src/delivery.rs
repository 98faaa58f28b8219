//! Delivering notifications outside an inbox: each once.
//!
//! A delivery is claimed, decided again, sent, and marked. Whoever dies at any line leaves a claim that
//! ends by itself. What was handed to a peer is not handed to it again, unless its sender died before it
//! could write down what the peer said: that is the one case in which someone is told twice.

mod email;
mod fault;
mod job;
mod slack;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

pub use fault::DeliveryFault;
pub use job::DeliveryJob;

use crate::app::App;
use crate::aws::pause_before;
use crate::domain::decision::{Outcome, Recipient, decide};
use crate::domain::delivery::{DeliveryChannel, Ending};
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Claim, Delivery, StoreError};

/// How long after it was claimed something is handed to a peer at the latest: whoever is cut off while
/// the peer answers does not know whether it was sent.
const LATEST_START: SignedDuration = SignedDuration::from_secs(20);

/// For how long it is tried to write down what a peer said. With the above, and the time that a peer may
/// take, a worker has time to bury what it could not.
const TIME_TO_RECORD: Duration = Duration::from_secs(12);

/// Delivers one notification, once.
///
/// # Errors
///
/// A [`Failure`]; delivering it again is safe, and does nothing where it was delivered.
pub async fn deliver(app: &App, job: &DeliveryJob) -> Result<(), Failure> {
    let accepted = app.store.accepted_event(job.org_unit(), job.event(), app.now()).await?;
    let accepted = accepted.ok_or(Failure::EventGone)?;
    let delivery = job.delivery(accepted.accepted_at);
    let (by, now) = (app.unique_id(), app.now());
    match app.store.claim_delivery(delivery, &accepted.event, by, now).await? {
        Claim::Taken => {}
        Claim::Finished => return Ok(()),
        Claim::Failed { reason } => return Err(DeliveryFault::FailedBefore { reason }.into()),
        Claim::Held { until } => {
            let left = until.duration_since(now).try_into().unwrap_or(Duration::ZERO);
            return Err(DeliveryFault::Held { left }.into());
        }
    }
    let attempted = attempt(app, delivery, &accepted, now).await;
    let ending = match &attempted {
        Ok(ending) => ending.clone(),
        Err(Failure::Delivery(fault)) if fault.is_final() => Ending::Failed(fault.reason()),
        Err(failure) if job.is_last() || !failure.may_pass() => Ending::GivenUp(reason(failure)),
        Err(failure) => Ending::Waiting {
            reason: reason(failure),
            until: app.now().saturating_add(failure.retry_after()).unwrap_or(now),
        },
    };
    let end = async || app.store.end_delivery(delivery, by, &ending, app.now()).await;
    let ended = match &ending {
        Ending::Sent | Ending::Failed(_) => insist(end).await,
        // Where it is not written down, the claim ends by itself.
        Ending::Denied(_) | Ending::Waiting { .. } | Ending::GivenUp(_) => {
            end().await.map_err(Failure::from)
        }
    };
    attempted?;
    ended
}

/// Says it until it is heard. Who does not know that something was sent sends it again, and so what
/// cannot be written down is no reason to try again.
async fn insist(say: impl AsyncFn() -> Result<(), StoreError>) -> Result<(), Failure> {
    let unrecorded = || Err(DeliveryFault::Unrecorded.into());
    let saying = async {
        for call in 1.. {
            match say().await {
                Ok(()) => return Ok(()),
                Err(error) if error.is_transient() => {}
                Err(_it_never_will) => return unrecorded(),
            }
            tokio::time::sleep(pause_before(call)).await;
        }
        unrecorded()
    };
    tokio::time::timeout(TIME_TO_RECORD, saying).await.unwrap_or_else(|_elapsed| unrecorded())
}

/// Decides again, and sends.
async fn attempt(
    app: &App,
    delivery: Delivery<'_>,
    accepted: &AcceptedEvent,
    claimed_at: Timestamp,
) -> Result<Ending, Failure> {
    let Delivery { org_unit, user, channel, .. } = delivery;
    let AcceptedEvent { event, accepted_at, .. } = accepted;
    let recipients = app.store.recipients(org_unit, [user], event, *accepted_at).await?;
    let recipient = recipients.into_values().next();
    let recipient = recipient.unwrap_or_else(|| Ok(Recipient::unknown(user.clone())))?;
    let decision = decide(event, &recipient, channel.channel(), app.now());
    match decision.outcome {
        Outcome::Allow => {}
        Outcome::Defer { .. } | Outcome::Deny => return Ok(Ending::Denied(decision.code.name())),
    }
    match channel {
        DeliveryChannel::Email => {
            let email = email::write(app, delivery, accepted, &recipient).await?;
            if app.now().duration_since(claimed_at) > LATEST_START {
                return Err(Failure::DeadlineExceeded);
            }
            app.email().send(email).await.map_err(DeliveryFault::from)?;
        }
        DeliveryChannel::Slack => {
            slack::send(app, delivery, accepted, &recipient, claimed_at).await?;
        }
    }
    Ok(Ending::Sent)
}

/// Why a delivery failed, for whoever asks: fixed words, and the codes of peers.
fn reason(failure: &Failure) -> String {
    let code = failure.code().map(|code| format!(" {code}")).unwrap_or_default();
    format!("{}{code}", failure.kind())
}

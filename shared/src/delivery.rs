//! Delivering notifications outside an inbox: each once.
//!
//! A delivery is claimed, decided again, sent, and marked. Whoever dies at any line leaves a claim that
//! ends by itself. What was handed to a peer is not handed to it again, unless its sender died, or lost
//! the store, before it could write down what the peer said: that is the one case in which someone is
//! told twice.

mod email;
mod fault;
mod job;

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
const LATEST_START: SignedDuration = SignedDuration::from_secs(30);

/// Delivers one notification, once.
///
/// # Errors
///
/// A [`Failure`]; delivering it again is safe, and does nothing where it was delivered.
pub async fn deliver(app: &App, job: &DeliveryJob) -> Result<(), Failure> {
    let delivery = job.delivery();
    let accepted = app.store.accepted_event(delivery.org_unit, delivery.event, app.now()).await?;
    let accepted = accepted.ok_or(Failure::EventGone)?;
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
        Err(failure) if !failure.may_pass() => Ending::Failed(reason(failure)),
        Err(failure) if job.is_last() => Ending::GivenUp(reason(failure)),
        Err(failure) => Ending::Waiting(reason(failure)),
    };
    let end = async || app.store.end_delivery(delivery, by, &ending, app.now()).await;
    let ended = match &ending {
        Ending::Sent | Ending::Failed(_) => {
            insist(end).await;
            Ok(())
        }
        // Where it is not written down, the claim ends by itself.
        Ending::Denied(_) | Ending::Waiting(_) | Ending::GivenUp(_) => end().await,
    };
    attempted?;
    Ok(ended?)
}

/// Says it until it is heard, or the work is cut off: who does not know that something was sent sends
/// it again.
async fn insist(say: impl AsyncFn() -> Result<(), StoreError>) {
    for call in 1.. {
        if say().await.is_ok() {
            return;
        }
        tokio::time::sleep(pause_before(call)).await;
    }
}

/// Decides again, and sends.
async fn attempt(
    app: &App,
    delivery: Delivery<'_>,
    accepted: &AcceptedEvent,
    claimed_at: Timestamp,
) -> Result<Ending, Failure> {
    let Delivery { org_unit, user, channel, event: _ } = delivery;
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
    }
    Ok(Ending::Sent)
}

/// Why a delivery failed, for whoever asks: fixed words, and the codes of peers.
fn reason(failure: &Failure) -> String {
    let code = failure.code().map(|code| format!(" {code}")).unwrap_or_default();
    format!("{}{code}", failure.kind())
}

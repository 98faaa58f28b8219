//! Sending the push messages that a delivery is: one to each browser of the person.

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};

use super::{DeliveryFault, LATEST_START};
use crate::app::App;
use crate::deliver::push::{PushError, PushMessage};
use crate::domain::decision::Recipient;
use crate::domain::delivery::{Settled, Told};
use crate::failure::Failure;
use crate::push::notice;
use crate::store::{AcceptedEvent, Delivery};
use crate::telemetry::{EventLine, EventName};

/// For how long after an event a key may not be at hand yet that a subscription was made with: that is
/// how long older keys are used without asking for newer ones. Past it the key was taken away, and no
/// waiting brings it back.
const KEY_ARRIVES_WITHIN: SignedDuration = SignedDuration::from_mins(10);

/// Tells the browsers of the person that the delivery is not done with, side by side, and notes what it
/// is done with now. Where one may be told later, that is the failure; else it is told if one was.
///
/// A browser that is gone is dropped before that is noted: the next event is decided without it.
pub(super) async fn send(
    app: &App,
    delivery: Delivery<'_>,
    accepted: &AcceptedEvent,
    recipient: &Recipient,
    claimed_at: Timestamp,
    settled: &mut Settled,
) -> Result<(), Failure> {
    let notice = notice(&accepted.event, delivery.event.as_str()).ok_or(Failure::Unrenderable)?;
    let due = recipient.reach.push.iter().filter(|subscription| !settled.has(subscription.id));
    let mut messages = Vec::new();
    for subscription in due {
        // One after the other: the keys are fetched once.
        let message = app.push().sign(subscription, notice.clone(), app.now()).await;
        messages.push((subscription.id, message));
    }
    if app.now().duration_since(claimed_at) > LATEST_START {
        return Err(Failure::DeadlineExceeded);
    }
    let is_late = app.now().duration_since(accepted.accepted_at) > KEY_ARRIVES_WITHIN;
    let told = messages.into_iter().map(async |(id, message)| {
        let told = told(send_one(app, message).await, is_late)?;
        if told.is_gone() {
            let Delivery { org_unit, user, .. } = delivery;
            app.store.drop_push_subscription(org_unit, user, id).await?;
        }
        Ok((id, told))
    });
    let (done, failures): (Vec<Result<_, Failure>>, Vec<_>) =
        join_all(told).await.into_iter().partition(Result::is_ok);
    for (id, told) in done.into_iter().flatten() {
        // Where others are told, nobody else hears of it.
        if let Told::Not(reason) = &told {
            let name = EventName::PushNotTold;
            EventLine { level: "warn", name, detail: reason }.write_to(&*app.log);
        }
        settled.settle(id, told);
    }
    // Of those that may be told later the one that has to wait the longest.
    let failures = failures.into_iter().filter_map(Result::err);
    match failures.max_by_key(|failure| (failure.may_pass(), failure.retry_after())) {
        Some(failure) => Err(failure),
        None if settled.has_told_one() => Ok(()),
        None => Err(DeliveryFault::NoBrowser { reason: settled.reason().to_owned() }.into()),
    }
}

async fn send_one(app: &App, message: Result<PushMessage, PushError>) -> Result<(), PushError> {
    app.push().send(message?).await
}

/// What the delivery came to at a browser; a failure, if it may be told later.
fn told(sent: Result<(), PushError>, is_late: bool) -> Result<Told, Failure> {
    let Err(error) = sent else { return Ok(Told::Sent) };
    let is_settled = match &error {
        PushError::Gone
        | PushError::TooLarge
        | PushError::Refused { .. }
        | PushError::Unanswered { .. }
        | PushError::BlockedHost
        | PushError::BlockedAddress => true,
        PushError::NoKey => is_late,
        // Nothing of this is about the browser.
        PushError::Later { .. }
        | PushError::InvalidKeys
        | PushError::NotSetUp
        | PushError::Secret(_)
        | PushError::NotNamed => false,
    };
    let fault = DeliveryFault::from(error);
    if is_settled { Ok(Told::Not(fault.reason())) } else { Err(fault.into()) }
}

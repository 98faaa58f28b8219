//! Telling people of an event: in their inboxes, and by what has to be delivered.

use std::time::Duration;

use futures_util::future::{join, try_join};
use futures_util::{StreamExt as _, stream};

use super::dispatching::all_done;
use super::{DispatchJob, inbox};
use crate::app::App;
use crate::deliver::queue::Message;
use crate::delivery::DeliveryJob;
use crate::domain::decision::{Channel, Outcome, Recipient, decide};
use crate::domain::delivery::DeliveryChannel;
use crate::domain::digest::DigestBucket;
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::{Actor, named_actor};
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Delivery, Joining, StoreError};
use crate::telemetry::note_decision;

/// How many join their digests at a time: each takes a connection of its own.
const AT_A_TIME: usize = 8;

/// Tells these people of the event, wherever it reaches them: each in the same way however often it is
/// done.
pub(super) async fn tell_people<'a>(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
    people: impl IntoIterator<Item = &'a UserId>,
) -> Result<(), Failure> {
    let (org_unit, AcceptedEvent { event, accepted_at, .. }) = (job.org_unit(), accepted);
    let people: Vec<&UserId> = people.into_iter().collect();
    let is_used = |channel: Channel| channel.is_offered_to(event.event_type());
    let mut delivered = DeliveryChannel::ALL.into_iter().map(DeliveryChannel::channel);
    if people.is_empty() || !(is_used(Channel::InApp) || delivered.any(is_used)) {
        return Ok(());
    }
    let (recipients, actor) = try_join(
        app.store.recipients(org_unit, people, event, *accepted_at),
        actor(app, org_unit, named_actor(event)),
    )
    .await?;
    // One of whom nothing can be known is no reason not to tell the others.
    let (known, unknown): (Vec<_>, Vec<_>) =
        recipients.into_values().partition(|recipient| recipient.is_ok());
    let known: Vec<Recipient> = known.into_iter().flatten().collect();
    let (filled, queued) = join(
        inbox::fill(app, job, accepted, &known, actor.as_ref()),
        deliver(app, job, accepted, &known),
    )
    .await;
    let unknown = unknown.into_iter().map(|recipient| recipient.map(drop).map_err(Failure::from));
    all_done(unknown.chain([filled, queued]))
}

/// Puts a message into the queue for each delivery that is allowed, and has each that is to wait for a
/// digest join it. What comes twice is delivered once.
async fn deliver(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
    recipients: &[Recipient],
) -> Result<(), Failure> {
    let now = app.now();
    let (mut messages, mut joining): (Vec<Message>, Vec<Joining<'_>>) = Default::default();
    for recipient in recipients {
        for channel in DeliveryChannel::ALL {
            let decision = decide(&accepted.event, recipient, channel.channel(), now);
            note_decision(decision.outcome);
            match decision.outcome {
                Outcome::Allow => messages.push(
                    DeliveryJob::new(job.org_unit(), job.event(), &recipient.user, channel)
                        .into_message(Duration::ZERO),
                ),
                Outcome::Defer { bucket } => {
                    joining.extend(waiting(job, accepted, recipient, channel, bucket));
                }
                Outcome::Deny => {}
            }
        }
    }
    let queue = async {
        if !messages.is_empty() {
            app.delivery_queue().send(messages).await?;
        }
        Ok::<(), Failure>(())
    };
    // Each by itself: one that cannot join keeps no other from it.
    let join_all = stream::iter(joining)
        .map(|joining| app.store.join_digest(joining, now))
        .buffer_unordered(AT_A_TIME)
        .collect::<Vec<_>>();
    // Boxed: the SDK's futures are large.
    let (queued, joined) = Box::pin(join(queue, join_all)).await;
    all_done(joined.into_iter().map(|joined| joined.map_err(Failure::from)).chain([queued]))
}

/// What joins a digest; nothing but a message does.
fn waiting<'a>(
    job: &'a DispatchJob,
    AcceptedEvent { event, accepted_at, .. }: &'a AcceptedEvent,
    recipient: &'a Recipient,
    channel: DeliveryChannel,
    bucket: DigestBucket,
) -> Option<Joining<'a>> {
    let message = event.message()?;
    let (org_unit, user, accepted_at) = (job.org_unit(), &recipient.user, *accepted_at);
    let delivery = Delivery { org_unit, user, event: job.event(), accepted_at, channel };
    let zone = recipient.zone.as_ref();
    Some(Joining { delivery, event, message, bucket, zone, claimed_by: None })
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

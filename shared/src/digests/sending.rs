//! Sending a digest.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;

use super::due::say_unreadable;
use crate::app::App;
use crate::deliver::email::Email;
use crate::delivery::{DeliveryFault, LATEST_START, message_id, settle, taken};
use crate::domain::channel_preference::Category;
use crate::domain::decision::{
    Decision, Outcome, Recipient, decide_as_digest_leaves, email_setting_of, is_batched,
};
use crate::domain::delivery::{DeliveryStatus, Ending};
use crate::domain::digest::MOST_LISTED;
use crate::domain::event::Event;
use crate::domain::id::UserId;
use crate::domain::inbox::Actor;
use crate::domain::unsubscribing::EmailSetting;
use crate::failure::Failure;
use crate::mail::{DigestDraft, DigestItem, compose_digest};
use crate::store::{Digest, DigestEnding, DigestPage, WaitingItem};
use crate::telemetry::{note_delivery, note_digest_sent};

/// What metrics call the channel of what comes in a digest.
const DIGEST: &str = "digest";

/// Sends a digest, once: closes it, decides each of what waited again, sends one email, and marks it.
pub(super) async fn send(app: &App, digest: &Digest, is_last: bool) -> Result<(), Failure> {
    let (by, now) = (app.unique_id(), app.now());
    let claim = app.store.claim_digest(digest, by, now).await?;
    if taken(claim, now)?.is_none() {
        return Ok(());
    }
    let mut decided = Decided::default();
    let attempted = attempt(app, digest, &mut decided, now).await;
    let denied = decided.denied();
    let end = async |ending: &Ending| {
        let ending = DigestEnding { ending: ending.clone(), denied: denied.clone() };
        app.store.end_digest(digest, by, &ending, app.now()).await?;
        let status = ending.ending.status();
        note_delivery(DIGEST, status);
        if status == DeliveryStatus::Sent {
            note_digest_sent(app.now().duration_since(digest.bucket.end()));
        }
        Ok(())
    };
    settle(app, attempted, is_last, false, now, end).await
}

/// What was decided again of each category that something waits of: of messages it is the category that
/// decides, and nobody has to read all of them.
#[derive(Default)]
struct Decided(BTreeMap<Category, Decision>);

impl Decided {
    /// Whether a message of that category is sent.
    fn is_sent(&mut self, category: &Category, decide: impl FnOnce() -> Decision) -> bool {
        let decision = self.0.entry(category.clone()).or_insert_with(decide);
        match decision.outcome {
            Outcome::Allow => true,
            Outcome::Defer { .. } | Outcome::Deny => false,
        }
    }

    fn denied(&self) -> BTreeMap<Category, &'static str> {
        let denied = self.0.iter().filter(|(_, decision)| match decision.outcome {
            Outcome::Allow => false,
            Outcome::Defer { .. } | Outcome::Deny => true,
        });
        denied.map(|(category, decision)| (category.clone(), decision.code.name())).collect()
    }

    /// Why nothing is sent, of the first category.
    fn why_nothing(&self) -> Option<&'static str> {
        self.0.values().next().map(|decision| decision.code.name())
    }

    /// What turns it off: the one row that lets all of it through, or all that wait for a digest; and where none
    /// does any more, the first of them.
    fn setting(&self, recipient: &Recipient) -> EmailSetting {
        let denied = self.denied();
        let sent = self.0.keys().filter(|category| !denied.contains_key(*category));
        let setting = |category| {
            let setting = email_setting_of(category, &recipient.choices)?.try_into().ok()?;
            Some((setting, is_batched(category, &recipient.choices)))
        };
        EmailSetting::of_digest(sent.filter_map(setting)).unwrap_or(EmailSetting::Digests)
    }
}

/// What of a digest is sent.
#[derive(Default)]
struct Sent {
    /// The newest of it, as many as are listed.
    newest: Vec<WaitingItem>,
    /// How many others there are.
    others: usize,
}

impl Sent {
    fn add(&mut self, items: impl Iterator<Item = WaitingItem>) {
        self.newest.extend(items);
        self.newest.sort_by(|one, other| other.stamp.cmp(&one.stamp));
        self.others += self.newest.len().saturating_sub(MOST_LISTED);
        self.newest.truncate(MOST_LISTED);
    }
}

async fn attempt(
    app: &App,
    digest: &Digest,
    decided: &mut Decided,
    claimed_at: Timestamp,
) -> Result<Ending, Failure> {
    let Digest { org_unit, user, bucket: _ } = digest;
    let recipient = app.store.recipient_of_messages(org_unit, user).await?;
    let (mut sent, mut next) = (Sent::default(), None);
    loop {
        let page = app.store.digest_items(digest, next).await?;
        let DigestPage { items, unreadable, next: more } = page;
        if unreadable > 0 {
            say_unreadable(app, &format!("{unreadable} of what waits"));
            // They are counted all the same.
            sent.others += unreadable;
        }
        sent.add(items.into_iter().filter(|item| {
            let decide = || decide_as_digest_leaves(&item.category, &recipient, app.now());
            decided.is_sent(&item.category, decide)
        }));
        next = more;
        if next.is_none() {
            break;
        }
    }
    if sent.newest.is_empty() {
        // There is nothing to decide about only where it was stored so long ago that it is gone.
        return decided.why_nothing().map(Ending::Denied).ok_or(Failure::EventGone);
    }
    let email = write(app, digest, &recipient, sent, &decided.setting(&recipient)).await?;
    if app.now().duration_since(claimed_at) > LATEST_START {
        return Err(Failure::DeadlineExceeded);
    }
    app.email().send(email).await.map_err(DeliveryFault::from)?;
    Ok(Ending::Sent)
}

/// One email about all of it, to where the person is reached now.
async fn write(
    app: &App,
    Digest { org_unit, user, bucket }: &Digest,
    recipient: &Recipient,
    Sent { newest, others }: Sent,
    setting: &EmailSetting,
) -> Result<Email, Failure> {
    // It was decided that there is one.
    let to = recipient.reach.email.as_ref().ok_or(Failure::Unrenderable)?;
    let from = app.email().mailbox().map_err(DeliveryFault::from)?;
    let now = app.now();
    let digests = newest.iter().map(|item| &item.event);
    let accepted = app.store.accepted_events(org_unit, digests, now).await?;
    if accepted.is_empty() {
        return Err(Failure::EventGone);
    }
    let actors = accepted.iter().filter_map(|accepted| accepted.event.actor());
    let actors: HashMap<UserId, Actor> = app.store.actors(org_unit, actors).await?;
    let known = |event: &Event| event.actor().and_then(|actor| actors.get(actor));
    let events = accepted.iter().map(|accepted| &accepted.event);
    let items = events.filter_map(|event| DigestItem::of(event, known(event)));
    let items: Vec<DigestItem<'_>> = items.collect();
    let link = app.unsubscribe().link(org_unit, user, setting, now).await?;
    let draft = DigestDraft {
        items: &items,
        // Whatever cannot be read any more is counted all the same.
        unlisted: others + newest.len().saturating_sub(items.len()),
        cadence: bucket.cadence(),
        zone: recipient.zone.as_ref(),
        from,
        to,
        setting,
        unsubscribe: &link,
        message_id: &message_id(org_unit, user, bucket, from.address()),
        sent_at: now,
    };
    let message = compose_digest(&draft).map_err(|_uncomposable| Failure::Unrenderable)?;
    Ok(Email { org_unit: org_unit.clone(), user: user.clone(), to: to.clone(), message })
}

//! Writing the email that a delivery is.

use std::fmt;

use ring::digest::{SHA256, digest};

use super::DeliveryFault;
use crate::app::App;
use crate::deliver::email::Email;
use crate::domain::decision::{Concern, Recipient, email_setting};
use crate::domain::id::{OrgUnitId, UserId};
use crate::domain::inbox::named_actor;
use crate::domain::text::EmailAddress;
use crate::domain::unsubscribing::EmailSetting;
use crate::failure::Failure;
use crate::mail::{Draft, compose};
use crate::store::{AcceptedEvent, Delivery};

/// What an email says let it through that nobody can do without.
const MANDATORY: &str = "mandatory";

/// An email about the event, to where the person is reached now.
pub(super) async fn write(
    app: &App,
    delivery: Delivery<'_>,
    accepted: &AcceptedEvent,
    recipient: &Recipient,
) -> Result<Email, Failure> {
    let Delivery { org_unit, user, .. } = delivery;
    let event = &accepted.event;
    // It was decided that there is one.
    let to = recipient.reach.email.as_ref().ok_or(Failure::Unrenderable)?;
    let from = app.email().mailbox().map_err(DeliveryFault::from)?;
    let concern = Concern::of(event, user, &recipient.standing);
    let concern = concern.map_err(|_decided_otherwise| Failure::Unrenderable)?;
    let actor = match named_actor(event) {
        Some(actor) => app.store.actor(org_unit, actor).await?,
        None => None,
    };
    let now = app.now();
    let setting = email_setting(concern, &recipient.choices);
    let setting = setting.and_then(|setting| EmailSetting::try_from(setting).ok());
    let link = match &setting {
        Some(setting) => Some(app.unsubscribe().link(org_unit, user, setting, now).await?),
        None => None,
    };
    let reason = setting.map_or_else(|| MANDATORY.to_owned(), |setting| setting.to_string());
    let draft = Draft {
        event,
        concern,
        actor: actor.as_ref(),
        from,
        to,
        unsubscribe: link.as_deref(),
        reason: &reason,
        message_id: &message_id(org_unit, user, delivery.event, from.address()),
        sent_at: now,
    };
    let message = compose(&draft).map_err(|_uncomposable| Failure::Unrenderable)?;
    Ok(Email { org_unit: org_unit.clone(), user: user.clone(), to: to.clone(), message })
}

/// The Message-ID of an email to someone about something, without brackets: the same for each copy of it,
/// and without saying to whom it goes.
pub(crate) fn message_id(
    org_unit: &OrgUnitId,
    user: &UserId,
    about: impl fmt::Display,
    from: &EmailAddress,
) -> String {
    let named = format!("{}#{}#{about}", org_unit.as_str(), user.as_str());
    let digest = digest(&SHA256, named.as_bytes());
    let domain = from.as_str().rsplit_once('@').map_or("", |(_, domain)| domain);
    let hex = digest.as_ref().iter().map(|byte| format!("{byte:02x}"));
    format!("{}@{domain}", hex.collect::<String>())
}

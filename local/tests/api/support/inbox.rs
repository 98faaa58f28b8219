//! Putting notifications into inboxes, as dispatching an event does.

use jiff::{SignedDuration, Timestamp};
use shared::domain::id::UserId;
use shared::domain::inbox::{NewNotification, Notifiable, NotificationId, NotificationType};
use shared::store::{Cause, EventDigest, StoreError};

use super::{Api, job};

/// Something that someone is notified of.
#[derive(Debug, Clone)]
pub(crate) struct Happened<'a> {
    pub(crate) org_unit: &'a str,
    pub(crate) recipient: String,
    pub(crate) event: String,
    /// How many seconds ago the event was accepted.
    pub(crate) accepted_before: i64,
    pub(crate) notification_type: NotificationType,
    pub(crate) message: String,
    pub(crate) actor: Option<&'a str>,
    pub(crate) notifiable: Notifiable,
}

/// Alice assigned an issue to person 7 of acme.
pub(crate) fn assigned(event: &str) -> Happened<'static> {
    Happened {
        org_unit: "acme",
        recipient: "7".to_owned(),
        event: event.to_owned(),
        accepted_before: 0,
        notification_type: NotificationType::Assignment,
        message: "Alice Johnson assigned \"Add pagination\" to you".to_owned(),
        actor: Some("4"),
        notifiable: Notifiable::Issue {
            id: "42".parse().expect("an id"),
            key: "KD-0042".parse().expect("a key"),
            title: "Add pagination".parse().expect("a title"),
            project: "1".parse().expect("an id"),
        },
    }
}

impl Happened<'_> {
    /// To someone else.
    pub(crate) fn to(self, user: &str) -> Self {
        Self { recipient: user.to_owned(), ..self }
    }

    /// Accepted that many seconds ago.
    pub(crate) fn accepted_before(self, seconds: i64) -> Self {
        Self { accepted_before: seconds, ..self }
    }

    pub(crate) async fn put(&self, api: &Api) -> NotificationId {
        self.try_put(api).await.expect("a row")
    }

    pub(crate) async fn try_put(&self, api: &Api) -> Result<NotificationId, StoreError> {
        let now = Timestamp::from_second(api.clock.seconds()).expect("an instant");
        let accepted_at = now - SignedDuration::from_secs(self.accepted_before);
        let expires_at = api.app.inbox_retention.expiry(accepted_at);
        let event = EventDigest::of("/tracker", &self.event);
        let cause = Cause { event: &event, accepted_at, expires_at };
        let user = |id: &str| UserId::parse(id).expect("an id");
        let new = NewNotification {
            notification_type: self.notification_type,
            message: self.message.clone(),
            actor: self.actor.map(user),
            notifiable: self.notifiable.clone(),
        };
        // An org unit is named by a message, and by no text.
        let job = job(self.org_unit, &self.event);
        let store = &api.app.store;
        store.put_notification(job.org_unit(), &user(&self.recipient), cause, &new, now).await
    }
}

//! Putting notifications into inboxes, as dispatching an event does.

use jiff::{SignedDuration, Timestamp};
use local::faults::Plan;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::inbox::{NewNotification, Notifiable, NotificationId, NotificationType};
use shared::store::{Cause, EventDigest, StoreError};

use super::{Answer, Api, Caller, job};
use crate::ingest_events::upserted;

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

fn now(api: &Api) -> Timestamp {
    Timestamp::from_second(api.clock.seconds()).expect("an instant")
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
        let now = now(api);
        let accepted_at = now - SignedDuration::from_secs(self.accepted_before);
        let event = EventDigest::of("/tracker", &self.event);
        let cause = Cause::new(&event, accepted_at, api.app.inbox_retention);
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

/// The routes of the inbox.
pub(crate) const INBOX: &str = "/api/notifications";
pub(crate) const READ: &str = "/api/notifications/bulk-read";
pub(crate) const UNREAD: &str = "/api/notifications/bulk-unread";
pub(crate) const DELETE: &str = "/api/notifications/bulk-delete";

/// Person 7 of acme, who may do everything with their inbox.
pub(crate) fn owner(api: &Api) -> Caller<'_> {
    with_all(api.person("acme", "7"))
}

/// The same person, with every permission that an inbox asks for.
pub(crate) fn with_all(person: Caller<'_>) -> Caller<'_> {
    person.with("notifications:update").with("notifications:delete")
}

/// The body of a bulk operation.
pub(crate) fn these(ids: impl IntoIterator<Item = u64>) -> Value {
    json!({ "notification_ids": ids.into_iter().collect::<Vec<_>>() })
}

/// The ids that an answer shows, in its order.
pub(crate) fn ids(answer: &Answer) -> Vec<u64> {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let shown = answer.json().as_array().cloned().expect("an array");
    shown.iter().map(|one| one["id"].as_u64().expect("an id")).collect()
}

/// Puts that many notifications into the inbox of person 7 of acme, a second after each other, and gives
/// their ids, the newest first.
pub(crate) async fn fill(api: &Api, how_many: usize) -> Vec<u64> {
    let mut ids = Vec::new();
    for number in 0..how_many {
        api.clock.advance(1);
        ids.insert(0, assigned(&format!("filling-{number}")).put(api).await.as_u64());
    }
    api.faults.set(Plan::default());
    ids
}

/// Follows `Link` from that path on to the last page, and gives what each page shows.
pub(crate) async fn walk(caller: &Caller<'_>, path: &str) -> Vec<Vec<u64>> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let answer = caller.get(&path).await;
        pages.push(ids(&answer));
        next = next_page(&answer);
    }
    pages
}

/// Where the next page is, if there is one.
pub(crate) fn next_page(answer: &Answer) -> Option<String> {
    let link = answer.header("link");
    let path = link.strip_prefix('<')?.strip_suffix(">; rel=\"next\"");
    Some(path.unwrap_or_else(|| panic!("no link to the next page: {link}")).to_owned())
}

/// The directory comes to know someone of acme.
pub(crate) async fn know(api: &Api, user: &str, first_name: &str, picture: Option<&str>) {
    let mut event = upserted(&format!("{user}-{first_name}"), user, user, true);
    event["time"] = json!(now(api).to_string());
    event["data"]["first_name"] = json!(first_name);
    event["data"]["profile_picture"] = json!(picture);
    tell(api, &event).await;
}

/// The directory forgets someone of acme.
pub(crate) async fn forget(api: &Api, user: &str) {
    let mut event = upserted(&format!("{user}-removed"), user, user, true);
    event["type"] = json!("member.removed");
    event["time"] = json!(now(api).to_string());
    tell(api, &event).await;
}

async fn tell(api: &Api, event: &Value) {
    let answer = api.admin("acme").post("/v1/events", event).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    api.dispatch().await;
    api.faults.set(Plan::default());
}

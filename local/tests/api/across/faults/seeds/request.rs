//! The request of a turn: whom it is by, and what is asked.

use http::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};

use super::events::happenings;
use super::world::{USERS, Worlds};
use crate::decide_delivery::question;
use crate::support::inbox::{DELETE, INBOX, READ, UNREAD, ids, these, with_all};
use crate::support::push;
use crate::support::watching::{ISSUE, REPORTS};
use crate::support::{Answer, Api, Caller};
use crate::unsubscribe::link_for;
use crate::update_activity_preferences::TOGGLES;

/// What is random about a turn.
pub(super) type Draws = [usize; 4];

/// What is to be done after an answer that says that it went wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Again {
    /// The same is asked again: done twice, it is done once.
    Same,
    /// All of it is done or nothing, and of what is done the same again would be something else.
    UnlessDone,
}

#[derive(Debug)]
pub(super) struct Asked {
    by: Who,
    pub(super) method: Method,
    pub(super) path: String,
    body: Value,
    key: Option<String>,
    pub(super) again: Again,
}

#[derive(Debug)]
enum Who {
    Person(&'static str),
    Admin,
    Stranger,
}

impl Asked {
    fn get(by: Who, path: impl Into<String>) -> Self {
        let path = path.into();
        Self { by, method: Method::GET, path, body: Value::Null, key: None, again: Again::Same }
    }

    fn change(method: Method, by: Who, path: impl Into<String>, body: Value) -> Self {
        Self { method, body, ..Self::get(by, path) }
    }

    fn post(by: Who, path: impl Into<String>, body: Value) -> Self {
        Self::change(Method::POST, by, path, body)
    }

    fn unless_done(self) -> Self {
        Self { again: Again::UnlessDone, ..self }
    }

    /// Sends it.
    pub(super) async fn send(&self, api: &Api) -> Answer {
        let caller = match self.by {
            Who::Person(user) => with_every_permission(api.person("acme", user)),
            Who::Admin => api.admin("acme"),
            Who::Stranger => api.stranger(),
        };
        if let Some(key) = &self.key {
            return caller.post_once(&self.path, key).await;
        }
        if self.body.is_null() {
            return caller.send(self.method.clone(), &self.path, None, Bytes::new()).await;
        }
        caller.text(self.method.clone(), &self.path, self.body.to_string()).await
    }
}

fn with_every_permission(person: Caller<'_>) -> Caller<'_> {
    let others = ["messaging:read", "messaging:update", "issues:read", "reports:read"];
    others.into_iter().fold(with_all(person), Caller::with)
}

/// What is asked of the function behind that route. What there is to ask about is looked up in the system that
/// is known: in the twin it is called the same.
pub(super) async fn asked(
    worlds: &Worlds,
    known: &Api,
    function: &str,
    method: &str,
    draws: Draws,
) -> Asked {
    let [first, second, third, fourth] = draws;
    let (user, is_odd) = (USERS[first % USERS.len()], second % 2 == 1);
    let (person, turn) = (Who::Person(user), worlds.turn);
    match function {
        "get-notification-prefs" => Asked::get(person, "/me/notification-prefs"),
        "put-notification-prefs" => {
            let mutes = json!([{ "event_type": "surge.fired", "muted": third % 2 == 0 }]);
            let body = json!({ "notifications_enabled": is_odd, "prefs": mutes });
            Asked::change(Method::PUT, person, "/me/notification-prefs", body)
        }
        "get-slack-identity-status" => Asked::get(person, "/integrations/slack/identity-status"),
        "put-member-slack" => {
            let slack = [json!("U0SLACK7A"), json!("U0SLACK8B"), Value::Null];
            let body = json!({ "slack_user_id": slack[second % 3] });
            Asked::change(Method::PUT, Who::Admin, format!("/members/m-{user}/slack"), body)
        }
        "sync-slack-identities" => {
            Asked::post(Who::Admin, "/integrations/slack/sync-identities", Value::Null)
        }
        "list-channel-preferences" => Asked::get(person, "/v1/messaging/preferences"),
        "put-channel-preference" => {
            let digest = ["instant", "hourly", "daily", "off"][third % 4];
            let category = [Value::Null, json!("chat.message"), json!("order.updated")];
            let body = json!({
                "category": category[second % 3], "in_app_enabled": first % 3 > 0,
                "email_enabled": fourth % 4 > 0, "push_enabled": fourth % 3 > 0, "digest": digest,
            });
            Asked::change(Method::PUT, person, "/v1/messaging/preferences", body)
        }
        "get-account-email" => Asked::get(person, "/v1/me/notifications"),
        "patch-account-email" => {
            let body =
                json!({ "email": { "product_updates": is_odd, "billing_receipts": !is_odd } });
            Asked::change(Method::PATCH, person, "/v1/me/notifications", body)
        }
        "get-profile" => Asked::get(person, "/api/profile"),
        "update-activity-preferences" => {
            let toggles = TOGGLES.into_iter().enumerate();
            let toggles = toggles.map(|(at, name)| (name.to_owned(), json!(third >> at & 1 == 0)));
            let body = Value::Object(toggles.collect());
            Asked::post(person, "/api/profile/notification-preferences", body)
        }
        "list-notifications" => {
            let query = ["", "?unread=true", "?limit=2"][second % 3];
            Asked::get(person, format!("{INBOX}{query}"))
        }
        "mark-notifications-read" => marked(known, user, READ, second).await,
        "mark-notifications-unread" => marked(known, user, UNREAD, second).await,
        "delete-notifications" => marked(known, user, DELETE, second).await.unless_done(),
        "get-issue-watch" => Asked::get(person, ISSUE),
        "toggle-issue-watch" => toggled(person, ISSUE, is_odd.then_some(turn)),
        "toggle-report-watch" => toggled(person, REPORTS, is_odd.then_some(turn)),
        "create-api-key" => {
            let name = format!("key {turn}");
            let body = json!({ "name": name, "permissions": ["events:write"] });
            // Both draw the same secret, however often it is asked for.
            worlds.rewind_secrets();
            Asked::post(Who::Admin, "/v1/api-keys", body).unless_done()
        }
        "list-api-keys" => Asked::get(Who::Admin, "/v1/api-keys"),
        "revoke-api-key" => {
            let keys = known.admin("acme").get("/v1/api-keys").await.json()["data"].clone();
            let keys = keys.as_array().cloned().expect("keys");
            let id = keys.get(second % keys.len().max(1)).map(|key| key["id"].clone());
            let id = id.unwrap_or_else(|| json!("00000000000000000000000000000000"));
            let path = format!("/v1/api-keys/{}", id.as_str().expect("text"));
            Asked::change(Method::DELETE, Who::Admin, path, Value::Null)
        }
        "ingest-events" => {
            let events = happenings(known, turn, draws, 1 + fourth % 5);
            Asked::post(Who::Admin, "/v1/events", json!(events))
        }
        "decide-delivery" => {
            let event = happenings(known, turn, draws, 1).remove(0);
            Asked::post(Who::Admin, "/v1/decisions", question(&event, &json!(USERS)))
        }
        "list-deliveries" => Asked::get(
            Who::Admin,
            format!("/v1/deliveries?event={}", event_of(known, second).await),
        ),
        "unsubscribe" => {
            let settings = ["email.product_updates", "channel.*.email_enabled", "digest"];
            let link = link_for(known, "acme", user, settings[second % 3]).await;
            let method = method.parse().expect("a verb");
            Asked::change(method, Who::Stranger, link, Value::Null)
        }
        "list-push-subscriptions" => Asked::get(person, push::PATH),
        "add-push-subscription" => {
            let body = push::subscription(&format!("{user}-{}", second % 12));
            Asked::post(person, push::PATH, body)
        }
        "remove-push-subscription" => {
            let ours = known.person("acme", user).get(push::PATH).await.json()["data"].clone();
            let ours = ours.as_array().cloned().expect("subscriptions");
            let id = ours.get(second % ours.len().max(1)).map(|one| one["id"].clone());
            let id = id.unwrap_or_else(|| json!(push::id_of("nobodys")));
            let path = format!("{}/{}", push::PATH, id.as_str().expect("text"));
            Asked::change(Method::DELETE, person, path, Value::Null).unless_done()
        }
        function => panic!("{function} is a new one: say here what is asked of it"),
    }
}

/// Some of what someone is shown, or all of it.
async fn marked(known: &Api, user: &'static str, path: &str, which: usize) -> Asked {
    let all = ids(&with_all(known.person("acme", user)).get(&format!("{INBOX}?limit=20")).await);
    let some: Vec<u64> = match which % 3 {
        0 => all,
        _ => all.into_iter().skip(which % 4).take(which % 3).collect(),
    };
    // Who has nothing asks for what is not theirs.
    let some = if some.is_empty() { vec![1 << 40] } else { some };
    Asked::post(Who::Person(user), path, these(some))
}

fn toggled(by: Who, path: &str, key: Option<u64>) -> Asked {
    let asked = Asked::post(by, path, Value::Null);
    match key {
        Some(turn) => Asked { key: Some(format!("turn-{turn}")), ..asked },
        None => asked.unless_done(),
    }
}

/// An event that someone may have been told of, as a query names it.
async fn event_of(known: &Api, which: usize) -> String {
    let stored = known.items().await.into_iter().filter(|item| item["sk"] == "EVENT");
    let bodies = stored.filter_map(|item| item["body"].as_str().map(str::to_owned));
    let mut events: Vec<Value> =
        bodies.filter_map(|body| serde_json::from_str(&body).ok()).collect();
    events.sort_by_key(Value::to_string);
    let event = &events[which % events.len()];
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    format!("{}:{}", text("source"), text("id"))
}

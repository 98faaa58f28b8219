//! A call of each route: what is sent, and by what it may be judged.

use http::Method;
use local::template::Route;
use serde_json::{Map, Value, json};

use super::aim::{Aim, Target};
use super::bounds::{Word, words};
use super::world::{Who, World};
use crate::support::inbox::these;
use crate::support::push::subscription;
use crate::support::{Answer, Api, Caller};
use crate::update_activity_preferences::TOGGLES;

/// A request to one route.
pub(super) struct Asked {
    method: Method,
    path: String,
    body: Option<Value>,
    /// Whether its answer depends on nothing but what is there for the caller: so that what is somebody
    /// else's and what is not there have to be answered alike.
    pub(super) is_question: bool,
}

impl Asked {
    /// A request to that route which names what the aim says. Of what is left open, `pick` decides.
    pub(super) fn of(
        route: &Route,
        (api, world, who): (&Api, &World, Who),
        (target, aim): (Target, &Aim),
        pick: usize,
    ) -> Self {
        let unit = &world.units[who.unit()];
        let person = who.person().unwrap_or_default();
        let user = world.users[person];
        let is_foreign = target != Target::Own;
        let flag = pick.is_multiple_of(2);
        let mut path = filled(&route.path, aim);
        // What a request says of whom it is about counts for nothing.
        if !route.path.contains('{') && is_foreign {
            let [other, org_unit] = [&aim.member, &aim.project];
            path += &format!("?user={other}&sub={other}&org_unit={org_unit}&orgunit={org_unit}");
        }
        let further = if path.contains('?') { '&' } else { '?' };
        let (body, is_question) = match route.function.as_str() {
            "get-notification-prefs"
            | "get-slack-identity-status"
            | "list-channel-preferences"
            | "get-account-email"
            | "get-profile"
            | "list-api-keys"
            | "list-push-subscriptions"
            | "get-issue-watch"
            | "revoke-api-key"
            | "remove-push-subscription" => (None, true),
            "toggle-issue-watch" | "toggle-report-watch" => (None, true),
            "sync-slack-identities" => (None, false),
            "put-notification-prefs" => (Some(json!({ "notifications_enabled": flag })), false),
            "put-member-slack" => (Some(json!({ "slack_user_id": unit.slack_user(person) })), true),
            "put-channel-preference" => {
                let category = ["", "chat.message", "order.updated"][pick % 3];
                let row = json!({
                    "category": category,
                    "in_app_enabled": true, "email_enabled": flag, "push_enabled": !flag,
                    "digest": if pick.is_multiple_of(5) { "hourly" } else { "instant" },
                });
                (Some(row), false)
            }
            "patch-account-email" => (Some(json!({ "email": { "product_updates": flag } })), false),
            "update-activity-preferences" => {
                let all = TOGGLES.map(|name| (name.to_owned(), json!(flag)));
                (Some(Value::Object(Map::from_iter(all))), false)
            }
            "list-notifications" if is_foreign || pick.is_multiple_of(3) => {
                path += &format!("{further}cursor={}", aim.inbox_cursor());
                (None, true)
            }
            "list-notifications" => {
                path += &format!("{further}limit={}", 1 + pick % 4);
                (None, true)
            }
            "mark-notifications-read" | "mark-notifications-unread" | "delete-notifications" => {
                (Some(these([aim.notification])), true)
            }
            "add-push-subscription" => {
                let browser = unit.word_of(person, &format!("browser{}", pick % 5));
                (Some(subscription(&browser)), false)
            }
            "create-api-key" => {
                let body = json!({ "name": unit.word("made"), "permissions": ["events:write"] });
                (Some(body), false)
            }
            "ingest-events" => {
                let [message, assigned] = unit.told(api, person, &world.users);
                let mut commented = assigned.clone();
                commented["type"] = json!("issue.commented");
                // Of the other org unit it is known what came by that name.
                let named_by = &world.units[if is_foreign { 1 - who.unit() } else { who.unit() }];
                commented["id"] = json!(named_by.word("issue"));
                (Some(json!([message, assigned, commented])), false)
            }
            "list-deliveries" => {
                path += &format!("{further}event={}", aim.event);
                if pick.is_multiple_of(3) {
                    path += &format!("&cursor={}", aim.delivery_cursor());
                }
                (None, true)
            }
            "decide-delivery" => {
                let data = json!({ "actor": "4", "mentions": [user] });
                let mut event = unit.event(api, "issue.commented", "asked", &data);
                event["data"]["project"]["id"] = json!(aim.project);
                (Some(json!({ "event": event, "recipients": [user] })), true)
            }
            "unsubscribe" => (None, true),
            other => panic!("the law of tenancy calls no {other}; add it"),
        };
        Self { method: route.method.parse().expect("a verb"), path, body, is_question }
    }

    /// What it says of anyone, which is no secret to whoever asks.
    pub(super) fn words(&self) -> Vec<Word> {
        let body = self.body.as_ref().map(Value::to_string).unwrap_or_default();
        words(&format!("{}\n{body}", self.path))
    }

    pub(super) async fn send(&self, caller: &Caller<'_>) -> Answer {
        let Self { method, path, body, .. } = self;
        let text = body.as_ref().map(Value::to_string).unwrap_or_default();
        let media_type = body.as_ref().map(|_| "application/json");
        caller.send(method.clone(), path, media_type, text.into()).await
    }
}

/// The path of a route, with what the aim says in the places of its names.
fn filled(path: &str, aim: &Aim) -> String {
    let token = aim.link.rsplit('/').next().expect("a token");
    let id = if path.starts_with("/v1/api-keys") { &aim.key } else { &aim.subscription };
    let named = [
        ("{org_member_id}", aim.member.as_str()),
        ("{project}", &aim.project),
        ("{issue}", "KD-42"),
        ("{id}", id),
        ("{token}", token),
    ];
    let filled = named.into_iter().fold(path.to_owned(), |path, (name, id)| path.replace(name, id));
    assert!(!filled.contains('{'), "the law of tenancy aims at nothing in {path}; add it");
    filled
}

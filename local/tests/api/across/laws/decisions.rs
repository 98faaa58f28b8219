//! What is decided about someone follows from what they chose and what is said of them in that
//! org unit, and from nothing else.

mod explained;
mod switches;

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::check;
use crate::decide_delivery::{PATH, event, happen, question, settle};
use crate::support::Api;
use crate::update_activity_preferences::TOGGLES;

/// A change of anything that a decision about someone goes by.
#[derive(Debug, Clone)]
enum Change {
    MasterSwitch(bool),
    Mute(&'static str, bool),
    Email(&'static str, bool),
    Activity([bool; 9]),
    Row(Option<&'static str>, [bool; 3], &'static str),
    /// An event of that kind says it of them.
    Directory(&'static str),
}

const LEADS: [&str; 4] =
    ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];
const EMAILS: [&str; 4] =
    ["product_updates", "delivery_alerts", "billing_receipts", "weekly_usage_digest"];
const CATEGORIES: [&str; 3] = ["chat.message", "chat.mention", "order.updated"];
const DIRECTORY: [&str; 4] =
    ["member.removed", "member.upserted", "project.member_added", "project.member_removed"];

fn row() -> impl Strategy<Value = Change> {
    let category = prop::option::of(prop::sample::select(CATEGORIES.to_vec()));
    let digest = prop::sample::select(vec!["instant", "hourly", "daily", "off"]);
    (category, any::<[bool; 3]>(), digest)
        .prop_map(|(category, on, digest)| Change::Row(category, on, digest))
}

/// A change of any setting that a decision may cite.
fn choice() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<bool>().prop_map(Change::MasterSwitch),
        (prop::sample::select(LEADS.to_vec()), any::<bool>())
            .prop_map(|(kind, muted)| Change::Mute(kind, muted)),
        (prop::sample::select(EMAILS.to_vec()), any::<bool>())
            .prop_map(|(toggle, is_on)| Change::Email(toggle, is_on)),
        any::<[bool; 9]>().prop_map(Change::Activity),
        row(),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    let said = prop::sample::select(DIRECTORY.to_vec()).prop_map(Change::Directory);
    prop_oneof![2 => choice(), 1 => said]
}

impl Change {
    /// Makes it, through the endpoint that it is for. What is said later has a larger number.
    async fn make(&self, api: &Api, org_unit: &str, user: &str, number: usize) {
        let person = api.person(org_unit, user).with("messaging:update");
        let answer = match self {
            Self::MasterSwitch(is_on) => {
                let body = json!({ "notifications_enabled": is_on });
                person.put("/me/notification-prefs", &body).await
            }
            Self::Mute(kind, muted) => {
                let body = json!({ "prefs": [{ "event_type": kind, "muted": muted }] });
                person.put("/me/notification-prefs", &body).await
            }
            Self::Email(toggle, is_on) => {
                let body = json!({ "email": { *toggle: is_on } });
                person.patch("/v1/me/notifications", &body).await
            }
            Self::Activity(on) => {
                let all = TOGGLES.iter().zip(on).map(|(name, on)| ((*name).to_owned(), json!(on)));
                let body = Value::Object(Map::from_iter(all));
                person.post("/api/profile/notification-preferences", &body).await
            }
            Self::Row(category, [in_app, email, push], digest) => {
                let body = json!({
                    "category": category, "digest": digest,
                    "in_app_enabled": in_app, "email_enabled": email, "push_enabled": push,
                });
                person.put("/v1/messaging/preferences", &body).await
            }
            Self::Directory(kind) => {
                let member = format!("m-{user}");
                let mut said = event(kind, json!({ "member": user, "user": user }));
                said["data"]["org_member_id"] = json!(member);
                said["data"]["zoneinfo"] = json!("Pacific/Kiritimati");
                said["id"] = json!(format!("{number}-of-{user}"));
                said["time"] = json!(format!("2026-03-13T14:01:{number:02}Z"));
                return happen(api, org_unit, &said).await;
            }
        };
        assert_eq!(answer.status, 200, "{self:?}: {}", answer.body);
    }
}

/// An event of each kind that reaches someone who watches nothing.
fn events(user: &str) -> Vec<Value> {
    let to = |kind: &str, fields: Value| {
        let mut all = json!({
            "assignee": user, "member": user, "owner": user, "mentions": [user],
            "recipients": [user],
        });
        for (name, value) in fields.as_object().expect("fields") {
            all[name] = value.clone();
        }
        event(kind, all)
    };
    let leads = LEADS.map(|kind| to(kind, json!({})));
    let notices = EMAILS.map(|toggle| to("account.notice", json!({ "toggle": toggle })));
    let messages = CATEGORIES.map(|category| to("message.sent", json!({ "category": category })));
    let activity = [
        "issue.assigned",
        "issue.unassigned",
        "issue.commented",
        "project.member_added",
        "team.member_added",
    ];
    let activity = activity.map(|kind| to(kind, json!({})));
    [leads.to_vec(), notices.to_vec(), messages.to_vec(), activity.to_vec()].concat()
}

/// All that is decided about that person in globex, as they are told themselves.
async fn decided(api: &Api, user: &str) -> Vec<Value> {
    let person = api.person("globex", user);
    let mut all = Vec::new();
    for event in events(user) {
        let answer = person.post(PATH, &question(&event, &json!([user]))).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        all.push(answer.json());
    }
    all
}

async fn make_all(api: &Api, org_unit: &str, user: &str, changes: &[Change]) {
    for (number, change) in changes.iter().enumerate() {
        change.make(api, org_unit, user, number).await;
    }
}

#[test]
fn what_is_chosen_or_said_in_one_org_unit_decides_nothing_in_another() {
    let (of_globex, of_acme) =
        (prop::collection::vec(change(), 0..5), prop::collection::vec(change(), 1..10));
    check((of_globex, of_acme), async |api, user, (of_globex, of_acme)| {
        settle(api, "globex", user).await;
        make_all(api, "globex", user, &of_globex).await;
        let before = decided(api, user).await;
        make_all(api, "acme", user, &of_acme).await;
        assert_eq!(decided(api, user).await, before);
    });
}

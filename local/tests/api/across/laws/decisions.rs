//! What is decided about someone follows from what they chose in that org unit, and from nothing else.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::check;
use crate::decide_delivery::{PATH, event, question, settle};
use crate::support::{Api, Caller};
use crate::update_activity_preferences::TOGGLES;

/// A change of any setting that a decision may cite.
#[derive(Debug, Clone)]
enum Change {
    MasterSwitch(bool),
    Mute(&'static str, bool),
    Email(&'static str, bool),
    Activity([bool; 9]),
    Row(Option<&'static str>, [bool; 3], &'static str),
}

const LEADS: [&str; 4] =
    ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];
const EMAILS: [&str; 4] =
    ["product_updates", "delivery_alerts", "billing_receipts", "weekly_usage_digest"];
const CATEGORIES: [&str; 3] = ["chat.message", "chat.mention", "order.updated"];

fn change() -> impl Strategy<Value = Change> {
    let category = prop::option::of(prop::sample::select(CATEGORIES.to_vec()));
    let digest = prop::sample::select(vec!["instant", "hourly", "daily", "off"]);
    prop_oneof![
        any::<bool>().prop_map(Change::MasterSwitch),
        (prop::sample::select(LEADS.to_vec()), any::<bool>())
            .prop_map(|(kind, muted)| Change::Mute(kind, muted)),
        (prop::sample::select(EMAILS.to_vec()), any::<bool>())
            .prop_map(|(toggle, is_on)| Change::Email(toggle, is_on)),
        any::<[bool; 9]>().prop_map(Change::Activity),
        (category, any::<[bool; 3]>(), digest)
            .prop_map(|(category, on, digest)| Change::Row(category, on, digest)),
    ]
}

impl Change {
    /// Makes it, through the endpoint that it is for.
    async fn make(&self, person: &Caller<'_>) {
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
        };
        assert_eq!(answer.status, 200, "{self:?}: {}", answer.body);
    }
}

/// An event of each kind that a setting has a say in.
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
    let activity = ["issue.assigned", "issue.commented"].map(|kind| to(kind, json!({})));
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
    let person = api.person(org_unit, user).with("messaging:update");
    for change in changes {
        change.make(&person).await;
    }
}

#[test]
fn what_is_chosen_in_one_org_unit_decides_nothing_in_another() {
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

//! The surfaces share one item, and do not touch each other.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::check;
use crate::support::{Answer, Api, Caller};
use crate::update_activity_preferences::TOGGLES;

/// A change of one surface, and which one that is.
#[derive(Debug, Clone)]
enum Change {
    LeadAlerts(bool, bool),
    ChannelPreference(bool),
    AccountEmail(bool),
    Activity(bool),
}

const READS: [&str; 4] =
    ["/me/notification-prefs", "/v1/messaging/preferences", "/v1/me/notifications", "/api/profile"];

impl Change {
    fn surface(&self) -> usize {
        match self {
            Self::LeadAlerts(..) => 0,
            Self::ChannelPreference(_) => 1,
            Self::AccountEmail(_) => 2,
            Self::Activity(_) => 3,
        }
    }

    async fn apply(&self, person: &Caller<'_>) -> Answer {
        match self {
            Self::LeadAlerts(enabled, muted) => {
                let prefs = json!([{ "event_type": "surge.fired", "muted": muted }]);
                let body = json!({ "notifications_enabled": enabled, "prefs": prefs });
                person.put(READS[0], &body).await
            }
            Self::ChannelPreference(on) => {
                let body = json!({ "in_app_enabled": on, "email_enabled": on, "push_enabled": on });
                person.put(READS[1], &body).await
            }
            Self::AccountEmail(on) => {
                person.patch(READS[2], &json!({ "email": { "product_updates": on } })).await
            }
            Self::Activity(on) => {
                let body = TOGGLES.map(|name| (name.to_owned(), json!(on)));
                let body = Value::Object(Map::from_iter(body));
                person.post("/api/profile/notification-preferences", &body).await
            }
        }
    }
}

fn change() -> impl Strategy<Value = Change> {
    prop_oneof![
        any::<(bool, bool)>().prop_map(|(enabled, muted)| Change::LeadAlerts(enabled, muted)),
        any::<bool>().prop_map(Change::ChannelPreference),
        any::<bool>().prop_map(Change::AccountEmail),
        any::<bool>().prop_map(Change::Activity),
    ]
}

async fn read_all(person: &Caller<'_>) -> Vec<Value> {
    let mut answers = Vec::new();
    for path in READS {
        answers.push(person.get(path).await.json());
    }
    answers
}

#[tokio::test]
async fn every_leaf_is_stored_under_its_name() {
    let api = Api::start().await;
    let person = api.person("acme", "7").with("messaging:update");
    let changes = [
        Change::LeadAlerts(false, true),
        Change::ChannelPreference(true),
        Change::AccountEmail(false),
        Change::Activity(false),
    ];
    for change in changes {
        assert_eq!(change.apply(&person).await.status, 200);
    }
    let category = json!({
        "category": "chat.mention",
        "in_app_enabled": true,
        "email_enabled": false,
        "push_enabled": true,
        "digest": "daily",
    });
    let id = person.put(READS[1], &category).await.json()["id"].clone();
    let mut item = api.items().await.remove(0);
    assert!(item["channel_id.*"].take().is_string());
    let at = 1_773_410_400_000_000_i64;
    let mut expected = json!({
        "pk": "OU#acme#USER#7",
        "sk": "PREFS",
        "notifications_enabled": false,
        "mute.surge.fired": true,
        "channel.*": { "in_app": true, "email": true, "push": true, "digest": "instant" },
        "channel_id.*": null,
        "channel_created_at.*": at,
        "channel_updated_at.*": at,
        "channel.chat.mention": { "in_app": true, "email": false, "push": true, "digest": "daily" },
        "channel_id.chat.mention": id,
        "channel_created_at.chat.mention": at,
        "channel_updated_at.chat.mention": at,
        "email.product_updates": false,
    });
    for name in TOGGLES {
        expected[format!("activity.{name}")] = json!(false);
    }
    assert_eq!(item, expected);
}

#[test]
fn no_sequence_of_calls_on_one_surface_changes_what_another_answers() {
    check(prop::collection::vec(change(), 1..8), async |api, user, changes| {
        let person = api.person("acme", user).with("messaging:update").with("messaging:read");
        let mut before = read_all(&person).await;
        for change in &changes {
            assert_eq!(change.apply(&person).await.status, 200);
            let after = read_all(&person).await;
            for surface in (0..READS.len()).filter(|surface| *surface != change.surface()) {
                assert_eq!(after[surface], before[surface], "{change:?}");
            }
            before = after;
        }
    });
}

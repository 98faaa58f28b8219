//! The surfaces share one item, and do not touch each other.

use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::check;
use crate::support::{Answer, Caller};

const ACTIVITY: [&str; 9] = [
    "auto_watch_on_create",
    "auto_watch_on_assigned",
    "auto_watch_on_commented",
    "notify_mentions",
    "notify_assignment",
    "notify_project_membership",
    "notify_team_membership",
    "notify_watched_activity_email",
    "notify_report_activity_email",
];

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
                let body = ACTIVITY.map(|name| (name.to_owned(), json!(on)));
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

//! What someone asks the API for.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::life::Known;
use crate::support::watching::{ISSUE, REPORTS, watcher};
use crate::support::{Api, Caller, inbox, push};

/// What someone asks the API for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Wish {
    LeadAlerts,
    Digest(&'static str),
    AccountEmail,
    Browser,
    Slack,
    WatchIssue,
    WatchReports,
    WatchReportsOnce,
    ReadAll,
    Unread(usize),
    Delete(usize),
}

pub(super) fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        Just(Wish::LeadAlerts),
        select(vec!["instant", "hourly", "daily"]).prop_map(Wish::Digest),
        Just(Wish::AccountEmail),
        Just(Wish::Browser),
        Just(Wish::Slack),
        Just(Wish::WatchIssue),
        Just(Wish::WatchReports),
        Just(Wish::WatchReportsOnce),
        Just(Wish::ReadAll),
        (0..3_usize).prop_map(Wish::Unread),
        (0..3_usize).prop_map(Wish::Delete),
    ]
}

/// The ids of all that someone is shown, or of the one there, in an order that ids do not change.
async fn ids(person: &Caller<'_>, at: Option<usize>) -> Vec<u64> {
    let mut rows = person.get(inbox::INBOX).await.json().as_array().cloned().expect("rows");
    rows.sort_by_key(|row| (row["message"].to_string(), row["created_at"].to_string()));
    let ids = rows.iter().map(|row: &Value| row["id"].as_u64().expect("an id"));
    match at {
        None => ids.collect(),
        Some(at) => ids.skip(at).take(1).collect(),
    }
}

/// Asks for it; whether it is granted does not matter.
pub(super) async fn carry_out(
    api: &Api,
    org_unit: &str,
    person: &Known,
    wish: Wish,
    number: usize,
) {
    let own = inbox::with_all(api.person(org_unit, person.id)).with("messaging:update");
    let watching = watcher(api, org_unit, person.id);
    let is_odd = number % 2 == 1;
    let answer = match wish {
        Wish::LeadAlerts => {
            let prefs = json!({ "prefs": [{ "event_type": "milestone.exited", "muted": is_odd }] });
            own.put("/me/notification-prefs", &prefs).await
        }
        Wish::Digest(digest) => {
            let row = json!({
                "category": null, "in_app_enabled": true, "email_enabled": true,
                "push_enabled": false, "digest": digest,
            });
            own.put("/v1/messaging/preferences", &row).await
        }
        Wish::AccountEmail => {
            let email = json!({ "email": { "product_updates": is_odd } });
            own.patch("/v1/me/notifications", &email).await
        }
        Wish::Browser => own.post(push::PATH, &push::subscription(person.browser)).await,
        Wish::Slack => {
            let slack = json!({ "slack_user_id": person.slack_user });
            let path = format!("/members/{}/slack", person.member);
            api.admin(org_unit).put(&path, &slack).await
        }
        Wish::WatchIssue => watching.post_nothing(ISSUE).await,
        Wish::WatchReports => watching.post_nothing(REPORTS).await,
        Wish::WatchReportsOnce => watching.post_once(REPORTS, format!("key-{number}")).await,
        Wish::ReadAll => own.post(inbox::READ, &inbox::these(ids(&own, None).await)).await,
        Wish::Unread(at) => own.post(inbox::UNREAD, &inbox::these(ids(&own, Some(at)).await)).await,
        Wish::Delete(at) => own.post(inbox::DELETE, &inbox::these(ids(&own, Some(at)).await)).await,
    };
    // Who is not there may not watch, and has no entry.
    assert!(answer.status < 500, "{}", answer.body);
}

//! What is turned off and on again is as before.

use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use super::super::check;
use super::{CATEGORIES, Change, EMAILS, LEADS, choice, decided, make_all};
use crate::decide_delivery::settle;
use crate::support::Caller;
use crate::support::push::subscribe;
use crate::update_activity_preferences::TOGGLES;

const LEAD_ALERTS: &str = "/me/notification-prefs";
const ROWS: &str = "/v1/messaging/preferences";
const ACCOUNT_EMAIL: &str = "/v1/me/notifications";
const PROFILE: &str = "/api/profile";

/// What a person can turn off.
#[derive(Debug, Clone)]
enum Switch {
    Master,
    Mute(&'static str),
    Email(&'static str),
    Activity(&'static str),
    Row(Option<&'static str>, &'static str),
}

fn switch() -> impl Strategy<Value = Switch> {
    let category = prop::option::of(select(CATEGORIES.to_vec()));
    let field = select(vec!["in_app_enabled", "email_enabled", "push_enabled", "digest"]);
    prop_oneof![
        1 => Just(Switch::Master),
        2 => select(LEADS.to_vec()).prop_map(Switch::Mute),
        2 => select(EMAILS.to_vec()).prop_map(Switch::Email),
        3 => select(TOGGLES.to_vec()).prop_map(Switch::Activity),
        4 => (category, field).prop_map(|(category, field)| Switch::Row(category, field)),
    ]
}

impl Switch {
    /// Whether that change set it.
    fn is_set_by(&self, change: &Change) -> bool {
        match self {
            Self::Master => matches!(change, Change::MasterSwitch(_)),
            Self::Mute(kind) => matches!(change, Change::Mute(of, _) if of == kind),
            Self::Email(toggle) => matches!(change, Change::Email(of, _) if of == toggle),
            Self::Activity(_) => matches!(change, Change::Activity(_)),
            Self::Row(category, _) => matches!(change, Change::Row(of, ..) if of == category),
        }
    }

    /// How the settings begin that are set as it is.
    fn cited_as(&self) -> String {
        match self {
            Self::Master => "notifications_enabled".to_owned(),
            Self::Mute(kind) => format!("mute.{kind}"),
            Self::Email(toggle) => format!("email.{toggle}"),
            Self::Activity(_) => "activity.".to_owned(),
            Self::Row(category, _) => format!("channel.{}.", category.unwrap_or("*")),
        }
    }

    /// What its endpoint takes to leave everything as the person sees it. A row that is not there is
    /// what rules instead.
    async fn as_it_is(&self, person: &Caller<'_>) -> Value {
        let shown = async |path: &str| person.get(path).await.json();
        match self {
            Self::Master => {
                let is_on = shown(LEAD_ALERTS).await["notifications_enabled"].take();
                json!({ "notifications_enabled": is_on })
            }
            Self::Mute(kind) => {
                let mut mutes = shown(LEAD_ALERTS).await["prefs"].take();
                let mutes = mutes.as_array_mut().expect("mutes");
                mutes.retain(|mute| mute["event_type"] == *kind);
                json!({ "prefs": mutes })
            }
            Self::Email(toggle) => {
                let is_on = shown(ACCOUNT_EMAIL).await["data"]["email"][toggle].take();
                json!({ "email": { *toggle: is_on } })
            }
            Self::Activity(_) => {
                let profile = shown(PROFILE).await;
                TOGGLES.map(|name| (name.to_owned(), profile[name].clone())).into_iter().collect()
            }
            Self::Row(category, _) => {
                let rows = shown(ROWS).await["data"].take();
                let row_of = |category: &Option<&str>| {
                    rows.as_array()
                        .expect("rows")
                        .iter()
                        .find(|row| row["category"] == json!(category))
                };
                let built_in = json!({
                    "in_app_enabled": true, "email_enabled": false, "push_enabled": false,
                    "digest": "instant",
                });
                let ruling = row_of(category).or_else(|| row_of(&None)).unwrap_or(&built_in);
                let mut row = json!({ "category": category });
                for field in ["in_app_enabled", "email_enabled", "push_enabled", "digest"] {
                    row[field] = ruling[field].clone();
                }
                row
            }
        }
    }

    /// The same, with the switch turned: off, or on if it was off.
    fn turned(&self, as_it_is: &Value) -> Value {
        let place = match self {
            Self::Master => "/notifications_enabled".to_owned(),
            Self::Mute(_) => "/prefs/0/muted".to_owned(),
            Self::Email(toggle) => format!("/email/{toggle}"),
            Self::Activity(name) | Self::Row(_, name) => format!("/{name}"),
        };
        let mut turned = as_it_is.clone();
        let value = turned.pointer_mut(&place).expect("a switch");
        *value = match value.as_str() {
            None => json!(*value == json!(false)),
            Some("off") => json!("instant"),
            Some(_) => json!("off"),
        };
        turned
    }

    async fn set(&self, person: &Caller<'_>, body: &Value) {
        let answer = match self {
            Self::Master | Self::Mute(_) => person.put(LEAD_ALERTS, body).await,
            Self::Email(_) => person.patch(ACCOUNT_EMAIL, body).await,
            Self::Activity(_) => person.post("/api/profile/notification-preferences", body).await,
            Self::Row(..) => person.put(ROWS, body).await,
        };
        assert_eq!(answer.status, 200, "{self:?}: {}", answer.body);
    }
}

/// What is decided on each channel, one answer after the other.
fn decisions(answers: &[Value]) -> impl Iterator<Item = &Value> {
    let channels = answers.iter().map(|answer| answer["decisions"][0]["channels"].as_object());
    channels.flat_map(|channels| channels.expect("channels").values())
}

/// A decision without what it cites.
fn uncited(decision: &Value) -> Value {
    let mut decision = decision.clone();
    decision["because"] = decision["because"]["code"].take();
    decision
}

#[test]
fn off_and_on_again_is_as_before() {
    let chosen = prop::collection::vec(choice(), 0..8);
    check((chosen, switch()), async |api, user, (chosen, switch)| {
        settle(api, "globex", user).await;
        subscribe(api, "globex", user, "phone").await;
        make_all(api, "globex", user, &chosen).await;
        let person = api.person("globex", user).with("messaging:read").with("messaging:update");
        let before = decided(api, user).await;

        let as_it_was = switch.as_it_is(&person).await;
        let turned = switch.turned(&as_it_was);
        switch.set(&person, &turned).await;
        assert_eq!(switch.as_it_is(&person).await, turned);
        switch.set(&person, &as_it_was).await;
        assert_eq!(switch.as_it_is(&person).await, as_it_was);

        let after = decided(api, user).await;
        if chosen.iter().any(|change| switch.is_set_by(change)) {
            assert_eq!(after, before);
            return;
        }
        // What was never chosen is now, and can be cited.
        for (after, before) in decisions(&after).zip(decisions(&before)) {
            assert_eq!(uncited(after), uncited(before), "{after} after {before}");
            let cited = after["because"]["setting"].as_str().unwrap_or_default();
            assert!(after == before || cited.starts_with(&switch.cited_as()), "{after}");
        }
    });
}

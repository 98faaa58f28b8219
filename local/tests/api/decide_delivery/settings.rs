//! The last questions, which a person's own settings answer: each is cited with what it holds.

use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

use super::{about_seven, citing, decision, deny, event, settle};
use crate::support::push::subscribe;
use crate::support::{Api, Caller};
use crate::update_activity_preferences::TOGGLES;

const MASTER: &str = "notifications_enabled";
const SURGE: &str = "mute.surge.fired";

fn seven(api: &Api) -> Caller<'_> {
    api.person("acme", "7").with("messaging:update")
}

async fn put_lead_alerts(api: &Api, change: Value) {
    assert_eq!(seven(api).put("/me/notification-prefs", &change).await.status, 200);
}

async fn put_row(api: &Api, category: Option<&str>, [in_app, email, push]: [bool; 3]) {
    let row = json!({
        "category": category,
        "in_app_enabled": in_app, "email_enabled": email, "push_enabled": push,
    });
    assert_eq!(seven(api).put("/v1/messaging/preferences", &row).await.status, 200);
}

#[tokio::test]
async fn sixth_whether_their_master_switch_is_off_and_seventh_whether_they_muted_it() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let slack = async |kind: &str| {
        let [.., slack] = about_seven(&api, &event(kind, json!({}))).await;
        slack
    };
    let enabled = decision("allow", "enabled");
    assert_eq!(slack("surge.fired").await, enabled, "nothing is set");
    let mute = |event: &str, muted| json!([{ "event_type": event, "muted": muted }]);
    for (change, expected) in [
        (json!({ MASTER: true }), citing("allow", "enabled", MASTER, true)),
        (json!({ "prefs": mute("surge.fired", true) }), citing("deny", "muted", SURGE, true)),
        (json!({ MASTER: false }), citing("deny", "disabled", MASTER, false)),
        (json!({ "prefs": mute("surge.fired", false) }), citing("deny", "disabled", MASTER, false)),
        // What is said of the one event is more than what is said of all.
        (json!({ MASTER: true }), citing("allow", "enabled", SURGE, false)),
    ] {
        put_lead_alerts(&api, change.clone()).await;
        assert_eq!(slack("surge.fired").await, expected, "{change}");
    }
    for kind in ["milestone.entered", "milestone.exited", "sequence.completed"] {
        assert_eq!(slack(kind).await, citing("allow", "enabled", MASTER, true), "{kind}");
        put_lead_alerts(&api, json!({ "prefs": mute(kind, true) })).await;
        let muted = citing("deny", "muted", &format!("mute.{kind}"), true);
        assert_eq!(slack(kind).await, muted);
    }
}

#[tokio::test]
async fn a_mute_that_is_off_is_cited_where_the_master_switch_was_never_set() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let prefs = json!([{ "event_type": "surge.fired", "muted": false }]);
    put_lead_alerts(&api, json!({ "prefs": prefs })).await;
    let [.., slack] = about_seven(&api, &event("surge.fired", json!({}))).await;
    assert_eq!(slack, citing("allow", "enabled", SURGE, false));
}

#[tokio::test]
async fn seventh_whether_an_account_email_is_off() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    for (toggle, by_default) in [
        ("product_updates", decision("allow", "enabled")),
        ("delivery_alerts", decision("allow", "enabled")),
        ("billing_receipts", decision("allow", "enabled")),
        ("weekly_usage_digest", deny("muted")),
    ] {
        let notice = event("account.notice", json!({ "toggle": toggle }));
        let email = async || about_seven(&api, &notice).await[1].clone();
        assert_eq!(email().await, by_default, "{toggle}");
        let setting = format!("email.{toggle}");
        for (is_on, expected) in [
            (false, citing("deny", "muted", &setting, false)),
            (true, citing("allow", "enabled", &setting, true)),
        ] {
            let patch = json!({ "email": { toggle: is_on } });
            assert_eq!(seven(&api).patch("/v1/me/notifications", &patch).await.status, 200);
            assert_eq!(email().await, expected);
        }
    }
}

#[tokio::test]
async fn seventh_whether_an_activity_email_is_off() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let kinds = [
        ("issue.assigned", "notify_assignment"),
        ("issue.unassigned", "notify_assignment"),
        ("issue.commented", "notify_mentions"),
        ("project.member_added", "notify_project_membership"),
        ("team.member_added", "notify_team_membership"),
    ];
    let email = async |kind: &str| about_seven(&api, &event(kind, json!({}))).await[1].clone();
    for (kind, _) in kinds {
        assert_eq!(email(kind).await, decision("allow", "enabled"), "{kind}");
    }
    for off in TOGGLES {
        let toggles = TOGGLES.map(|name| (name.to_owned(), json!(name != off)));
        let toggles = Value::Object(Map::from_iter(toggles));
        let path = "/api/profile/notification-preferences";
        assert_eq!(seven(&api).post(path, &toggles).await.status, 200);
        for (kind, toggle) in kinds {
            let (outcome, code) =
                if toggle == off { ("deny", "muted") } else { ("allow", "enabled") };
            let expected = citing(outcome, code, &format!("activity.{toggle}"), toggle != off);
            assert_eq!(email(kind).await, expected, "{kind} without {off}");
        }
    }
}

#[tokio::test]
async fn seventh_whether_the_channel_is_off_in_the_row_that_rules() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    subscribe(&api, "acme", "7", "phone").await;
    let message = event("message.sent", json!({}));
    let assert_cites = async |row: &str, on: [bool; 3]| {
        let cited = [("in_app", on[0]), ("email", on[1]), ("push", on[2])].map(|(name, is_on)| {
            let (outcome, code) = if is_on { ("allow", "enabled") } else { ("deny", "muted") };
            citing(outcome, code, &format!("channel.{row}.{name}_enabled"), is_on)
        });
        let [in_app, email, push] = cited;
        let decided = about_seven(&api, &message).await;
        assert_eq!(decided, [in_app, email, push, deny("not_offered")], "{row} {on:?}");
    };
    let by_default =
        [decision("allow", "enabled"), deny("muted"), deny("muted"), deny("not_offered")];
    assert_eq!(about_seven(&api, &message).await, by_default);
    put_row(&api, Some("agent.alert"), [false, true, true]).await;
    assert_eq!(about_seven(&api, &message).await, by_default, "that row is of another category");
    for on in [[false, true, true], [true, false, true], [true, true, false]] {
        put_row(&api, None, on).await;
        assert_cites("*", on).await;
    }
    // Rows are never mixed: the category's own rules as a whole.
    for on in [[true, false, false], [false, true, false], [false, false, true]] {
        put_row(&api, Some("chat.message"), on).await;
        assert_cites("chat.message", on).await;
    }
}

//! The last five of the nine steps, each with its examples: they ask for what was chosen.

use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

use super::super::world::{World, switches};

const MESSAGE: &str = "message.sent";
const NOTICE: &str = "account.notice";

#[test]
fn fifth_what_is_mandatory_comes_whatever_was_chosen() {
    let nothing_at_all = everything_off();
    let mention = json!({"category": "chat.mention"});
    for (event_type, data, user, channel) in [
        (NOTICE, json!({"toggle": "security_alerts"}), "bob", "email"),
        (MESSAGE, mention, "bob", "in_app"),
        ("issue.assigned", json!({}), "7", "in_app"),
        ("issue.unassigned", json!({}), "7", "in_app"),
        ("issue.commented", json!({}), "bob", "in_app"),
        ("issue.commented", json!({}), "carol", "in_app"),
        ("issue.lane_changed", json!({}), "bob", "in_app"),
        ("project.member_added", json!({}), "7", "in_app"),
        ("team.member_added", json!({}), "7", "in_app"),
        ("report.created", json!({}), "bob", "in_app"),
    ] {
        let world = World::example(event_type, data, user, &nothing_at_all);
        assert_eq!(world.said_over(channel), "allow mandatory", "{event_type}");
    }
}

#[test]
fn sixth_the_master_switch_silences_every_lead_alert_and_nothing_else() {
    let off = json!({"notifications_enabled": false, "mute.surge.fired": false});
    for event_type in ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"]
    {
        let world = World::example(event_type, json!({}), "auth0|alice", &off);
        let expected = "deny disabled, notifications_enabled=false";
        assert_eq!(world.said_over("slack"), expected, "{event_type}");
    }
    for (event_type, user, expected) in [
        (MESSAGE, "bob", "deny muted"),
        (NOTICE, "bob", "allow enabled"),
        ("issue.assigned", "7", "allow enabled"),
    ] {
        let world = World::example(event_type, json!({}), user, &off);
        assert_eq!(world.said_over("email"), expected, "{event_type}");
    }
}

#[test]
fn seventh_what_is_muted_is_denied_and_nothing_besides() {
    let muted = json!({"mute.surge.fired": true});
    for (event_type, expected) in [
        ("milestone.entered", "allow enabled"),
        ("surge.fired", "deny muted, mute.surge.fired=true"),
    ] {
        let world = World::example(event_type, json!({}), "auth0|alice", &muted);
        assert_eq!(world.said_over("slack"), expected);
    }
}

#[test]
fn seventh_an_account_email_goes_by_its_toggle_and_the_weekly_one_is_off_by_default() {
    for (toggle, chosen, expected) in [
        ("product_updates", json!({}), "allow enabled"),
        ("delivery_alerts", json!({}), "allow enabled"),
        ("billing_receipts", json!({}), "allow enabled"),
        ("weekly_usage_digest", json!({}), "deny muted"),
        (
            "weekly_usage_digest",
            json!({"email.weekly_usage_digest": true}),
            "allow enabled, email.weekly_usage_digest=true",
        ),
        (
            "product_updates",
            json!({"email.product_updates": false}),
            "deny muted, email.product_updates=false",
        ),
        ("product_updates", json!({"email.delivery_alerts": false}), "allow enabled"),
    ] {
        let world = World::example(NOTICE, json!({"toggle": toggle}), "bob", &chosen);
        assert_eq!(world.said_over("email"), expected, "{toggle} {chosen}");
    }
}

#[test]
fn seventh_activity_is_emailed_by_the_toggle_of_what_it_is_to_the_person() {
    for (event_type, user, toggle) in [
        ("issue.assigned", "7", "notify_assignment"),
        ("issue.unassigned", "7", "notify_assignment"),
        // Bob watches too: the mention alone decides.
        ("issue.commented", "bob", "notify_mentions"),
        ("issue.commented", "carol", "notify_watched_activity_email"),
        ("issue.lane_changed", "carol", "notify_watched_activity_email"),
        ("project.member_added", "7", "notify_project_membership"),
        ("team.member_added", "7", "notify_team_membership"),
        ("report.created", "carol", "notify_report_activity_email"),
    ] {
        let setting = format!("activity.{toggle}");
        let world = World::example(event_type, json!({}), user, &everything_off());
        let on = world.with(&setting, true);
        assert_eq!(
            world.said_over("email"),
            format!("deny muted, {setting}=false"),
            "{event_type}"
        );
        assert_eq!(on.said_over("email"), format!("allow enabled, {setting}=true"), "{event_type}");
        let unset = world.without(&setting);
        assert_eq!(unset.said_over("email"), "allow enabled", "{event_type}");
    }
}

#[test]
fn seventh_the_row_of_the_category_rules_as_a_whole_even_where_it_says_less() {
    let own = "channel.chat.message";
    for (chosen, expected) in [
        (json!({}), ["allow enabled", "deny muted", "deny muted"]),
        (
            json!({"channel.*": [false, true, true, "instant"]}),
            [
                "deny muted, channel.*.in_app_enabled=false",
                "allow enabled, channel.*.email_enabled=true",
                "allow enabled, channel.*.push_enabled=true",
            ],
        ),
        (
            json!({"channel.*": [true, true, true, "daily"], own: [false, false, false, "instant"]}),
            [
                "deny muted, channel.chat.message.in_app_enabled=false",
                "deny muted, channel.chat.message.email_enabled=false",
                "deny muted, channel.chat.message.push_enabled=false",
            ],
        ),
        (
            json!({"channel.*": [false, false, false, "off"], own: [true, true, true, "instant"]}),
            [
                "allow enabled, channel.chat.message.in_app_enabled=true",
                "allow enabled, channel.chat.message.email_enabled=true",
                "allow enabled, channel.chat.message.push_enabled=true",
            ],
        ),
        (
            json!({"channel.chat.mention": [false, true, true, "instant"]}),
            ["allow enabled", "deny muted", "deny muted"],
        ),
    ] {
        let [in_app, email, push, slack] =
            World::example(MESSAGE, json!({}), "bob", &chosen).said();
        assert_eq!([&*in_app, &*email, &*push], expected, "{chosen}");
        assert_eq!(slack, "deny not_offered");
    }
}

#[test]
fn eighth_the_digest_of_the_ruling_row_holds_email_back_and_nothing_else() {
    // Three o'clock in UTC, four in Amsterdam.
    for (digest, email) in [
        ("instant", "allow enabled, channel.*.email_enabled=true"),
        ("hourly", "defer until 2026-03-13T16:00:00Z digest, channel.*.digest=\"hourly\""),
        ("daily", "defer until 2026-03-13T23:00:00Z digest, channel.*.digest=\"daily\""),
        ("off", "deny digest_off, channel.*.digest=\"off\""),
    ] {
        let chosen = json!({"channel.*": [true, true, true, digest]});
        let expected = [
            "allow enabled, channel.*.in_app_enabled=true",
            email,
            "allow enabled, channel.*.push_enabled=true",
            "deny not_offered",
        ];
        assert_eq!(World::example(MESSAGE, json!({}), "bob", &chosen).said(), expected);
    }
    let chosen = json!({"channel.*": [true, true, true, "daily"]});
    for (zone, until) in [
        (None, "2026-03-14T00:00:00Z"),
        (Some("Middle/Earth"), "2026-03-14T00:00:00Z"),
        (Some("America/New_York"), "2026-03-14T04:00:00Z"),
        (Some("Asia/Kathmandu"), "2026-03-13T18:15:00Z"),
    ] {
        let example = World::example(MESSAGE, json!({}), "bob", &chosen);
        let world = World { zone: zone.map(str::to_owned), ..example };
        let expected = format!("defer until {until} digest, channel.*.digest=\"daily\"");
        assert_eq!(world.said_over("email"), expected, "{zone:?}");
    }
}

#[test]
fn ninth_everything_else_is_allowed_because_of_what_was_last_asked() {
    let master = json!({"notifications_enabled": true});
    let mute = json!({"mute.surge.fired": false});
    let both = json!({"notifications_enabled": true, "mute.surge.fired": false});
    for (event_type, user, channel, chosen, expected) in [
        ("surge.fired", "auth0|alice", "slack", json!({}), "allow enabled"),
        (
            "surge.fired",
            "auth0|alice",
            "slack",
            master,
            "allow enabled, notifications_enabled=true",
        ),
        ("surge.fired", "auth0|alice", "slack", mute, "allow enabled, mute.surge.fired=false"),
        ("surge.fired", "auth0|alice", "slack", both, "allow enabled, mute.surge.fired=false"),
        (MESSAGE, "bob", "in_app", json!({}), "allow enabled"),
        (NOTICE, "bob", "email", json!({}), "allow enabled"),
        ("issue.assigned", "7", "email", json!({}), "allow enabled"),
    ] {
        let world = World::example(event_type, json!({}), user, &chosen);
        assert_eq!(world.said_over(channel), expected, "{event_type} {chosen}");
    }
}

/// Every switch that there is.
pub(super) fn everything_off() -> Value {
    let switch = |name: String| (name.clone(), json!(name.starts_with("mute.")));
    let mut off: Map<String, Value> = switches().into_iter().map(switch).collect();
    for scope in ["*", "chat.message", "chat.mention"] {
        off.insert(format!("channel.{scope}"), json!([false, false, false, "off"]));
    }
    Value::Object(off)
}

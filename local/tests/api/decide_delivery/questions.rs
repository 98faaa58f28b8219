//! The nine questions, in the order in which they are asked.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::domain::event::EventType;

use super::{about_seven, citing, decision, deny, event, happen, settle};
use crate::support::Api;
use crate::support::push::subscribe;
use crate::update_activity_preferences::TOGGLES;

const CHANNELS: [&str; 4] = ["in_app", "email", "push", "slack"];

/// The channels that an event of that type may ever use.
fn offered(event_type: EventType) -> &'static [&'static str] {
    match event_type {
        EventType::Lead(_) => &["slack"],
        EventType::AccountNotice => &["email"],
        EventType::MessageSent => &["in_app", "email", "push"],
        EventType::IssueAssigned
        | EventType::IssueUnassigned
        | EventType::IssueCommented
        | EventType::IssueLaneChanged
        | EventType::ProjectMemberAdded
        | EventType::TeamMemberAdded
        | EventType::ReportCreated => &["in_app", "email"],
        EventType::IssueCreated
        | EventType::ProjectCreated
        | EventType::ProjectMemberRemoved
        | EventType::MemberUpserted
        | EventType::MemberRemoved => &[],
    }
}

/// On the channels that the kind of event may use this, and on the others that they are not offered.
fn everywhere(kind: &str, decided: &Value) -> [Value; 4] {
    let event_type: EventType = kind.parse().expect("a type");
    let is_offered = |channel| offered(event_type).contains(&channel);
    CHANNELS.map(|channel| if is_offered(channel) { decided.clone() } else { deny("not_offered") })
}

/// 7 switches everything off, and wants no email.
async fn switch_everything_off(api: &Api) {
    let person = api.person("acme", "7").with("messaging:update");
    let off = json!({ "notifications_enabled": false });
    assert_eq!(person.put("/me/notification-prefs", &off).await.status, 200);
    let toggles = TOGGLES.map(|name| (name.to_owned(), json!(false))).into_iter().collect();
    let path = "/api/profile/notification-preferences";
    assert_eq!(person.post(path, &Value::Object(toggles)).await.status, 200);
    let row = json!({
        "in_app_enabled": false, "email_enabled": false, "push_enabled": false, "digest": "off",
    });
    assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
}

#[tokio::test]
async fn first_whether_events_of_the_type_ever_use_the_channel() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    subscribe(&api, "acme", "7", "phone").await;
    for event_type in EventType::ALL {
        let decided = about_seven(&api, &event(event_type.name(), json!({}))).await;
        let used = CHANNELS.into_iter().zip(&decided).filter(|(_, on)| **on != deny("not_offered"));
        let used: Vec<&str> = used.map(|(channel, _)| channel).collect();
        assert_eq!(used, offered(event_type), "{event_type}");
    }
}

#[tokio::test]
async fn second_whether_the_event_is_for_them() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    for (kind, fields, code) in [
        ("milestone.entered", json!({ "owner": 8 }), "not_owner"),
        ("milestone.exited", json!({ "owner": null }), "not_owner"),
        ("sequence.completed", json!({ "owner": "07" }), "not_owner"),
        ("surge.fired", json!({ "owner": 77 }), "not_owner"),
        ("message.sent", json!({ "recipients": [8, 9] }), "not_recipient"),
        ("account.notice", json!({ "recipients": [8] }), "not_recipient"),
        (
            "account.notice",
            json!({ "recipients": [8], "toggle": "security_alerts" }),
            "not_recipient",
        ),
        ("issue.assigned", json!({ "assignee": 8 }), "not_recipient"),
        ("issue.unassigned", json!({ "assignee": 8 }), "not_recipient"),
        ("issue.commented", json!({ "mentions": [] }), "not_watching"),
        ("issue.commented", json!({ "mentions": [8] }), "not_watching"),
        ("issue.lane_changed", json!({}), "not_watching"),
        ("report.created", json!({}), "not_watching"),
        ("project.member_added", json!({ "member": 8 }), "not_recipient"),
        ("team.member_added", json!({ "member": 8 }), "not_recipient"),
    ] {
        let decided = about_seven(&api, &event(kind, fields.clone())).await;
        assert_eq!(decided, everywhere(kind, &deny(code)), "{kind} {fields}");
    }
}

#[tokio::test]
async fn second_whether_they_are_in_the_project_as_the_directory_says() {
    let api = Api::start().await;
    let about_project = ["issue.assigned", "issue.unassigned", "issue.commented"];
    let moved = async |kind: &str, id: &str, time: &str| {
        let mut moved = event(kind, json!({}));
        (moved["id"], moved["time"]) = (json!(id), json!(time));
        happen(&api, "acme", &moved).await;
    };
    let assert_in_app = async |expected: Value, when: &str| {
        for kind in about_project {
            let [in_app, ..] = about_seven(&api, &event(kind, json!({}))).await;
            assert_eq!(in_app, expected, "{kind} {when}");
        }
    };
    assert_in_app(deny("not_member"), "who never came").await;
    moved("project.member_added", "e-1", "2026-03-13T13:00:00Z").await;
    assert_in_app(decision("allow", "mandatory"), "who came").await;
    moved("project.member_removed", "e-2", "2026-03-13T13:10:00Z").await;
    assert_in_app(deny("not_member"), "who left").await;
    moved("project.member_added", "e-3", "2026-03-13T13:05:00Z").await;
    assert_in_app(deny("not_member"), "an older event brings nobody back").await;
    moved("project.created", "e-4", "2026-03-13T13:20:00Z").await;
    assert_in_app(decision("allow", "mandatory"), "who owns it").await;

    let elsewhere = json!({ "project": { "id": 2, "name": "Other" } });
    let [in_app, email, ..] = about_seven(&api, &event("issue.assigned", elsewhere)).await;
    assert_eq!((in_app, email), (deny("not_member"), deny("not_member")), "of another project");
}

#[tokio::test]
async fn second_who_is_added_is_in_the_project_by_that_very_event() {
    let api = Api::start().await;
    let added = |time: &str| {
        let mut added = event("project.member_added", json!({}));
        added["time"] = json!(time);
        added
    };
    let in_app = async |time: &str| about_seven(&api, &added(time)).await[0].clone();
    let mandatory = decision("allow", "mandatory");
    assert_eq!(in_app("2026-03-13T13:00:00Z").await, mandatory);
    let mut removed = event("project.member_removed", json!({}));
    removed["time"] = json!("2026-03-13T13:30:00Z");
    happen(&api, "acme", &removed).await;
    assert_eq!(in_app("2026-03-13T13:00:00Z").await, deny("not_member"), "they left since");
    assert_eq!(in_app("2026-03-13T13:31:00Z").await, mandatory, "they come back");
}

#[tokio::test]
async fn third_whether_they_did_it_themselves() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    for kind in [
        "message.sent",
        "issue.assigned",
        "issue.unassigned",
        "issue.commented",
        "project.member_added",
        "team.member_added",
    ] {
        let decided = about_seven(&api, &event(kind, json!({ "actor": "7" }))).await;
        assert_eq!(decided, everywhere(kind, &deny("self")), "{kind}");
    }
    let mention = json!({ "actor": 7, "category": "chat.mention" });
    let [in_app, ..] = about_seven(&api, &event("message.sent", mention)).await;
    assert_eq!(in_app, deny("self"), "also what is mandatory else");
    let others = json!({ "actor": 7, "assignee": 8 });
    let [in_app, ..] = about_seven(&api, &event("issue.assigned", others)).await;
    assert_eq!(in_app, deny("not_recipient"), "whether it is for them comes first");
}

#[tokio::test]
async fn fourth_whether_they_can_be_reached() {
    let api = Api::start().await;
    let message = event("message.sent", json!({}));
    let notice = event("account.notice", json!({ "toggle": "security_alerts" }));
    let lead = event("surge.fired", json!({}));
    let team = event("team.member_added", json!({}));
    let unreachable = deny("unreachable");

    let [in_app, email, push, _] = about_seven(&api, &message).await;
    assert_eq!(in_app, decision("allow", "enabled"), "everybody has an inbox");
    assert_eq!((email, push), (unreachable.clone(), unreachable.clone()));
    assert_eq!(about_seven(&api, &notice).await, everywhere("account.notice", &unreachable));
    assert_eq!(about_seven(&api, &lead).await, everywhere("surge.fired", &unreachable));
    let [in_app, email, ..] = about_seven(&api, &team).await;
    assert_eq!((in_app, email), (decision("allow", "mandatory"), unreachable.clone()));

    settle(&api, "acme", "7").await;
    let [_, email, push, _] = about_seven(&api, &message).await;
    assert_eq!(email, deny("muted"), "reached, and off unless it is switched on");
    assert_eq!(push, unreachable, "nobody has a device yet");
    let mandatory = decision("allow", "mandatory");
    assert_eq!(about_seven(&api, &notice).await, everywhere("account.notice", &mandatory));
    let enabled = decision("allow", "enabled");
    assert_eq!(about_seven(&api, &lead).await, everywhere("surge.fired", &enabled));

    let mut removed = event("member.removed", json!({}));
    removed["time"] = json!("2026-03-13T13:30:00Z");
    happen(&api, "acme", &removed).await;
    let decided = about_seven(&api, &notice).await;
    assert_eq!(decided, everywhere("account.notice", &unreachable), "in the directory no more");
}

#[tokio::test]
async fn fifth_what_nobody_can_do_without_comes_whatever_they_chose() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let mandatory = decision("allow", "mandatory");
    let assert_mandatory = async |when: &str| {
        for (kind, fields) in [
            ("message.sent", json!({ "category": "chat.mention" })),
            ("issue.assigned", json!({})),
            ("issue.unassigned", json!({})),
            ("issue.commented", json!({})),
            ("project.member_added", json!({})),
            ("team.member_added", json!({})),
        ] {
            let [in_app, ..] = about_seven(&api, &event(kind, fields)).await;
            assert_eq!(in_app, mandatory, "{kind} {when}");
        }
        let notice = event("account.notice", json!({ "toggle": "security_alerts" }));
        let decided = about_seven(&api, &notice).await;
        assert_eq!(decided, everywhere("account.notice", &mandatory), "{when}");
    };
    assert_mandatory("before").await;
    switch_everything_off(&api).await;
    assert_mandatory("with everything off").await;
    let [in_app, ..] = about_seven(&api, &event("message.sent", json!({}))).await;
    let muted = citing("deny", "muted", "channel.*.in_app_enabled", false);
    assert_eq!(in_app, muted, "another message is no mention");
}

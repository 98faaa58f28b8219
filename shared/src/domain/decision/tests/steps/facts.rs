//! The first four of the nine steps, each with its examples: they ask for facts.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::world::World;
use crate::domain::decision::{Channel, Code};
use crate::domain::event::EventType;

const MESSAGE: &str = "message.sent";
const NOTICE: &str = "account.notice";

#[test]
fn first_an_event_is_denied_wherever_its_type_is_never_offered() {
    let none: &[&str] = &[];
    for (event_type, user, offered) in [
        ("milestone.entered", "auth0|alice", &["slack"][..]),
        ("milestone.exited", "auth0|alice", &["slack"]),
        ("sequence.completed", "auth0|alice", &["slack"]),
        ("surge.fired", "auth0|alice", &["slack"]),
        ("message.sent", "bob", &["in_app", "email", "push"]),
        ("account.notice", "bob", &["email"]),
        ("issue.created", "7", none),
        ("issue.assigned", "7", &["in_app", "email"]),
        ("issue.unassigned", "7", &["in_app", "email"]),
        ("issue.commented", "7", &["in_app", "email"]),
        ("issue.commented", "carol", &["in_app", "email"]),
        ("issue.lane_changed", "7", &["in_app", "email"]),
        ("project.created", "7", none),
        ("project.member_added", "7", &["in_app", "email"]),
        ("project.member_removed", "7", none),
        ("team.member_added", "7", &["in_app", "email"]),
        ("report.created", "7", &["in_app", "email"]),
        ("member.upserted", "bob", none),
        ("member.removed", "bob", none),
    ] {
        let world = World::example(event_type, json!({}), user, &json!({}));
        for (channel, decision) in Channel::ALL.into_iter().zip(world.decide()) {
            let is_offered = offered.contains(&channel.name());
            assert_eq!(decision.code != Code::NotOffered, is_offered, "{event_type} {channel:?}");
            let event_type: EventType = event_type.parse().unwrap();
            assert_eq!(channel.is_offered_to(event_type), is_offered, "{event_type} {channel:?}");
        }
    }
}

#[test]
fn second_it_is_denied_to_whom_it_is_not_for() {
    for (event_type, data, user, is_watching, expected) in [
        ("surge.fired", json!({}), "bob", true, "deny not_owner"),
        ("surge.fired", json!({"owner": null}), "auth0|alice", true, "deny not_owner"),
        (MESSAGE, json!({}), "dave", true, "deny not_recipient"),
        (NOTICE, json!({}), "dave", true, "deny not_recipient"),
        (NOTICE, json!({"toggle": "security_alerts"}), "dave", true, "deny not_recipient"),
        ("issue.assigned", json!({}), "bob", true, "deny not_recipient"),
        ("issue.unassigned", json!({}), "bob", true, "deny not_recipient"),
        ("issue.commented", json!({}), "carol", false, "deny not_watching"),
        ("issue.commented", json!({}), "carol", true, "allow enabled"),
        ("issue.commented", json!({}), "bob", false, "allow enabled"),
        ("issue.lane_changed", json!({}), "bob", false, "deny not_watching"),
        ("issue.lane_changed", json!({}), "bob", true, "allow enabled"),
        ("report.created", json!({}), "bob", false, "deny not_watching"),
        ("project.member_added", json!({}), "bob", true, "deny not_recipient"),
        ("team.member_added", json!({}), "bob", true, "deny not_recipient"),
    ] {
        let example = World::example(event_type, data, user, &json!({}));
        let world = World { is_watching, ..example };
        let channel = if event_type == "surge.fired" { "slack" } else { "email" };
        assert_eq!(world.said_over(channel), expected, "{event_type} to {user}");
    }
}

#[test]
fn second_it_is_denied_to_who_is_not_in_the_project() {
    let older = ["2026-03-13T13:59:59.999999999Z", "e-9"];
    let same = ["2026-03-13T14:00:00.000000000Z", "e-41"];
    let newer_by_its_id = ["2026-03-13T14:00:00.000000000Z", "e-5"];
    let newer = ["2026-03-13T14:00:00.000000001Z", "e-1"];
    let denied = "deny not_member";
    for (event_type, membership, expected) in [
        ("issue.assigned", None, denied),
        ("issue.assigned", Some((false, older)), denied),
        ("issue.assigned", Some((true, older)), "allow mandatory"),
        ("issue.commented", None, denied),
        ("issue.lane_changed", Some((false, newer)), denied),
        ("report.created", None, denied),
        ("report.created", Some((true, newer)), "allow mandatory"),
        ("project.member_added", None, "allow mandatory"),
        ("project.member_added", Some((false, older)), "allow mandatory"),
        ("project.member_added", Some((false, same)), "allow mandatory"),
        ("project.member_added", Some((false, newer)), denied),
        ("project.member_added", Some((false, newer_by_its_id)), denied),
        ("team.member_added", None, "allow mandatory"),
    ] {
        let membership = membership
            .map(|(is_member, [time, id])| (is_member, [time, id, "/tracker"].map(str::to_owned)));
        let example = World::example(event_type, json!({}), "7", &json!({}));
        let world = World { membership: membership.clone(), ..example };
        assert_eq!(world.said_over("in_app"), expected, "{event_type} {membership:?}");
    }
}

#[test]
fn third_nobody_is_told_of_what_they_did_themselves() {
    let to_alice = json!({"recipients": ["auth0|alice"]});
    let mention = json!({"recipients": ["auth0|alice"], "category": "chat.mention"});
    for (event_type, data, user) in [
        (MESSAGE, to_alice, "auth0|alice"),
        (MESSAGE, mention, "auth0|alice"),
        ("issue.assigned", json!({"actor": 7}), "7"),
        ("issue.unassigned", json!({"actor": "7"}), "7"),
        ("issue.commented", json!({"mentions": [4]}), "4"),
        ("issue.commented", json!({}), "4"),
        ("issue.lane_changed", json!({}), "4"),
        ("project.member_added", json!({"member": 4}), "4"),
        ("team.member_added", json!({"member": 4}), "4"),
        ("report.created", json!({}), "4"),
    ] {
        let world = World::example(event_type, data, user, &json!({}));
        for channel in ["in_app", "email"] {
            assert_eq!(world.said_over(channel), "deny self", "{event_type} {channel}");
        }
    }
    let sent_by_nobody = json!({"actor": null, "category": "chat.mention"});
    let world = World::example(MESSAGE, sent_by_nobody, "bob", &json!({}));
    assert_eq!(world.said_over("in_app"), "allow mandatory");
}

#[test]
fn fourth_it_is_denied_where_there_is_no_address_and_an_inbox_there_always_is() {
    for (event_type, data, user, expected) in [
        (
            "surge.fired",
            json!({}),
            "auth0|alice",
            ["not_offered", "not_offered", "not_offered", "unreachable"],
        ),
        (
            NOTICE,
            json!({"toggle": "security_alerts"}),
            "bob",
            ["not_offered", "unreachable", "not_offered", "not_offered"],
        ),
        (MESSAGE, json!({}), "bob", ["enabled", "unreachable", "unreachable", "not_offered"]),
        (
            "issue.assigned",
            json!({}),
            "7",
            ["mandatory", "unreachable", "not_offered", "not_offered"],
        ),
    ] {
        let example = World::example(event_type, data, user, &json!({}));
        let world = World { addresses: [].into(), ..example };
        assert_eq!(world.decide().map(|decision| decision.code.name()), expected, "{event_type}");
    }
}

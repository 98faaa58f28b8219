//! In which order the nine steps are asked.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::super::world::World;
use super::choices::everything_off;

/// Each of them would be denied by the later steps too, or be allowed by them.
#[test]
fn of_several_steps_that_would_answer_the_earliest_does() {
    let off = everything_off();
    let notice = json!({"toggle": "security_alerts"});
    let own = json!({"assignee": 4});
    let own_mention = json!({"category": "chat.mention", "actor": "bob"});
    let to = |event_type, data, user| {
        let example = World::example(event_type, data, user, &off);
        World { addresses: [].into(), is_watching: false, membership: None, ..example }
    };
    for (world, channel, expected) in [
        (to("issue.assigned", json!({}), "carol"), "push", "deny not_offered"),
        (to("issue.commented", json!({}), "4"), "email", "deny not_watching"),
        (to("issue.assigned", own.clone(), "4"), "email", "deny not_member"),
        (member(to("issue.assigned", own, "4")), "email", "deny self"),
        (to("message.sent", own_mention, "bob"), "in_app", "deny self"),
        (to("account.notice", notice.clone(), "carol"), "email", "deny not_recipient"),
        (to("account.notice", notice.clone(), "bob"), "email", "deny unreachable"),
        (to("surge.fired", json!({}), "auth0|alice"), "slack", "deny unreachable"),
        (reachable(to("account.notice", notice, "bob")), "email", "allow mandatory"),
        (
            reachable(to("surge.fired", json!({}), "auth0|alice")),
            "slack",
            "deny disabled, notifications_enabled=false",
        ),
        (
            reachable(to("message.sent", json!({}), "bob")),
            "email",
            "deny muted, channel.chat.message.email_enabled=false",
        ),
        (
            reachable(to("message.sent", json!({}), "bob"))
                .with("channel.chat.message.email_enabled", true),
            "email",
            "deny digest_off, channel.chat.message.digest=\"off\"",
        ),
    ] {
        assert_eq!(world.said_over(channel), expected, "{world:?}");
    }
}

fn member(world: World) -> World {
    let joined = ["2026-03-01T00:00:00.000000000Z", "e-1", "/tracker"].map(str::to_owned);
    World { membership: Some((true, joined)), ..world }
}

fn reachable(world: World) -> World {
    World { addresses: ["email", "push", "slack"].into(), ..world }
}

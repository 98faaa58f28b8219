//! Who cannot be written to at Slack.

use local::faults::{Fault, Plan};
use local::slack::{SlackFault, User};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::{decided, deliveries, line, outcome, sent, surge, with_slack, written_to};
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::mail::{dead_deliveries, know_addresses, tell};
use crate::support::slack::{connect_slack, slack_id, slack_user};

/// Tells person 7 of a surge, and gives how many messages that made.
async fn told(api: &Api, id: &str) -> usize {
    tell(api, &surge(id)).await;
    api.deliver().await;
    written_to(api).len()
}

#[tokio::test]
async fn whom_slack_does_not_know_or_has_deactivated_is_not_written_to_again() {
    let gone = User { is_deleted: true, ..slack_user("7") };
    for (users, code) in [(vec![], "user_not_found"), (vec![gone], "account_inactive")] {
        let api = with_slack(&["7"]).await;
        connect_slack(&api, "acme", users);
        assert_eq!(decided(&api).await, outcome("allow", "enabled"));
        assert_eq!(told(&api, "e-1").await, 0);
        let why = format!("slack.user_gone {code}");
        assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, json!(why))]);
        assert_eq!(dead_deliveries(&api).await, [why]);
        assert_eq!(decided(&api).await, outcome("deny", "unreachable"));
        api.slack.set(Plan::default());
        assert_eq!(told(&api, "e-2").await, 0);
        assert_eq!(api.slack.calls(), [], "Slack is not asked again");
        assert_eq!(api.log.lines().iter().filter(|line| line.contains("slack.token")).count(), 0);

        // Whom they are mapped to after that is someone else.
        connect_slack(&api, "acme", [slack_user("8")]);
        api.map_to_slack("acme", "7", &slack_id("8")).await;
        assert_eq!(decided(&api).await, outcome("allow", "enabled"));
        assert_eq!(told(&api, "e-3").await, 1);
    }
}

#[tokio::test]
async fn a_bot_that_is_gone_breaks_nobodys_mapping() {
    for of_token in ["account_inactive", "invalid_auth"] {
        let api = with_slack(&["7"]).await;
        tell(&api, &surge("e-1")).await;
        let faults = ["account_inactive", of_token].map(SlackFault::Answer);
        api.slack.set(Plan::first(faults));
        api.deliver().await;
        let methods: Vec<String> = api.slack.calls().into_iter().map(|call| call.method).collect();
        assert_eq!(methods, ["chat.postMessage", "auth.test"]);
        let why = format!("slack.token_refused {of_token}");
        assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, json!(why))]);
        assert_eq!(decided(&api).await, outcome("allow", "enabled"));
        // And they are told once there is a bot again.
        api.clock.advance(600);
        api.deliver().await;
        assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
        assert_eq!(dead_deliveries(&api).await, [""; 0]);
    }
}

#[tokio::test]
async fn who_is_mapped_anew_meanwhile_is_not_taken_for_the_one_before() {
    let api = with_slack(&["7"]).await;
    connect_slack(&api, "acme", [slack_user("8")]);
    tell(&api, &surge("e-1")).await;
    // The event, the claim, the person; and the fourth is the mark.
    api.faults.set(Plan::fail_call(4, Fault::Delay(std::time::Duration::from_millis(500))));
    let meanwhile = async {
        while api.faults.calls().len() < 4 {
            tokio::task::yield_now().await;
        }
        api.map_to_slack("acme", "7", &slack_id("8")).await;
    };
    tokio::join!(api.deliver(), meanwhile);
    assert_eq!(decided(&api).await, outcome("allow", "enabled"));
    assert_eq!(told(&api, "e-2").await, 1);
}

#[tokio::test]
async fn what_cannot_be_noted_of_a_user_who_is_gone_is_noted_the_next_time() {
    let api = with_slack(&["7"]).await;
    connect_slack(&api, "acme", []);
    tell(&api, &surge("e-1")).await;
    // As often as the store is asked.
    api.faults.set(Plan::fail_calls(4..8, Fault::LoseRequest));
    api.deliver().await;
    api.faults.set(Plan::default());
    assert_eq!(deliveries(&api, "e-1").await[0].1, "waiting");
    assert_eq!(decided(&api).await, outcome("allow", "enabled"));
    api.clock.advance(600);
    api.deliver().await;
    let why = json!("slack.user_gone user_not_found");
    assert_eq!(deliveries(&api, "e-1").await, [line("failed", 2, why)]);
    assert_eq!(decided(&api).await, outcome("deny", "unreachable"));
}

#[tokio::test]
async fn who_is_removed_from_the_org_unit_is_written_to_no_more() {
    let api = Api::start().await;
    connect_slack(&api, "acme", [slack_user("7")]);
    know_addresses(&api, &["7"]).await;
    let admin = api.admin("acme");
    let mapped = admin.put("/members/m-7/slack", &json!({ "slack_user_id": slack_id("7") })).await;
    assert_eq!(mapped.status, 200);
    tell(&api, &surge("e-1")).await;
    // It waits, and meanwhile they leave.
    let mut removed = upserted("gone", "m-7", "7", true);
    removed["type"] = json!("member.removed");
    removed["time"] = json!("2026-03-13T14:00:00Z");
    tell(&api, &removed).await;
    assert_eq!(decided(&api).await, outcome("deny", "unreachable"));
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [line("denied", 1, json!("unreachable"))]);
    assert_eq!(told(&api, "e-2").await, 0);
    assert_eq!(api.slack.calls(), []);
}

//! Whose token a message is sent with, and what becomes of it without one.

use local::faults::Plan;
use local::slack::{SlackFault, Workspace};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use super::{deliveries, line, sent, surge, with_slack, written_to};
use crate::support::mail::{dead_deliveries, tell};
use crate::support::slack::{connect_slack, slack_id, slack_user};
use crate::support::{Api, message};

/// What was logged to raise an alarm for.
fn alarms(api: &Api) -> Vec<Value> {
    let lines = api.log.lines().into_iter();
    let lines = lines.map(|line| serde_json::from_str::<Value>(&line).expect("JSON"));
    lines
        .filter(|line| line["event.name"] == "slack.token_refused")
        .map(|line| {
            assert_eq!(line["level"], "error");
            assert_eq!(line.as_object().map(serde_json::Map::len), Some(3));
            line["event.detail"].clone()
        })
        .collect()
}

#[tokio::test]
async fn a_token_that_was_rotated_is_fetched_and_used_at_once() {
    let api = with_slack(&["7"]).await;
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1);
    let revoked = Workspace { is_revoked: true, ..Workspace::of([slack_user("7")]) };
    api.slack.set_workspace("xoxb-acme", revoked);
    api.slack.set_workspace("xoxb-rotated", Workspace::of([slack_user("7")]));
    api.slack_tokens.set("acme", "xoxb-rotated");
    tell(&api, &surge("e-2")).await;
    api.deliver().await;
    let tokens: Vec<String> = api.slack.messages().into_iter().map(|it| it.token).collect();
    assert_eq!(tokens, ["xoxb-rotated"]);
    assert_eq!(deliveries(&api, "e-2").await, [sent(1)]);
    assert_eq!(api.slack_tokens.fetches(), 2);
    assert_eq!(alarms(&api), [] as [Value; 0]);
}

#[tokio::test]
async fn a_message_waits_for_a_good_token_and_the_bad_one_raises_an_alarm() {
    let api = with_slack(&["7"]).await;
    api.slack_tokens.set("acme", "xoxb-nobodys");
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    let why = json!("slack.token_refused invalid_auth");
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, why)]);
    assert_eq!(alarms(&api), ["invalid_auth"]);
    api.slack_tokens.set("acme", "xoxb-acme");
    api.clock.advance(60);
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
    assert_eq!(alarms(&api), ["invalid_auth"]);
}

#[tokio::test]
async fn a_token_without_its_scope_waits_for_it() {
    let api = with_slack(&["7"]).await;
    api.slack.set(Plan::fail_call(1, SlackFault::Answer("missing_scope")));
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    let why = json!("slack.token_refused missing_scope");
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, why)]);
    assert_eq!(alarms(&api), ["missing_scope"]);
}

#[tokio::test]
async fn an_org_unit_without_a_token_has_dead_letters_that_may_be_put_back() {
    let api = with_slack(&["7"]).await;
    api.slack_tokens.remove("acme");
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    assert_eq!(dead_deliveries(&api).await, ["slack.not_configured"]);
    let why = json!("slack.not_configured");
    assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, why)]);

    api.slack_tokens.set("acme", "xoxb-acme");
    api.clock.advance(60);
    let letter = api.delivery_queue.dead_letters(None).await.expect("letters").remove(0);
    api.delivery_queue.send(vec![message("acme", &letter.body)]).await.expect("sent");
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
}

#[tokio::test]
async fn a_secret_that_holds_no_token_is_waited_for() {
    let api = with_slack(&["7"]).await;
    api.slack_tokens.set("acme", "hush");
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, json!("slack.no_token"))]);
    assert!(api.log.lines().iter().all(|line| !line.contains("hush")));
}

#[tokio::test]
async fn a_message_is_sent_with_the_token_of_its_own_org_unit_alone() {
    let api = with_slack(&["7"]).await;
    connect_slack(&api, "globex", [slack_user("7")]);
    api.map_to_slack("globex", "7", &slack_id("7")).await;
    let accepted = api.admin("globex").post("/v1/events", &surge("e-1")).await;
    assert_eq!(accepted.status, 202);
    api.dispatch().await;
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    let mut tokens: Vec<String> =
        api.slack.take_messages().into_iter().map(|it| it.token).collect();
    tokens.sort();
    assert_eq!(tokens, ["xoxb-acme", "xoxb-globex"]);
    let mut fetched = api.slack_tokens.fetched();
    fetched.sort();
    assert_eq!(fetched, ["slack/acme", "slack/globex"]);

    // Not even where it has none of its own.
    api.slack_tokens.remove("acme");
    api.clock.advance(600);
    tell(&api, &surge("e-2")).await;
    api.deliver().await;
    assert_eq!(written_to(&api), [""; 0]);
}

#[tokio::test]
async fn a_refused_token_raises_its_alarm_also_if_its_secret_is_gone() {
    let api = with_slack(&["7"]).await;
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1);
    let revoked = Workspace { is_revoked: true, ..Workspace::of([slack_user("7")]) };
    api.slack.set_workspace("xoxb-acme", revoked);
    api.slack_tokens.remove("acme");
    tell(&api, &surge("e-2")).await;
    api.deliver().await;
    assert_eq!(alarms(&api), ["token_revoked"]);
    assert_eq!(dead_deliveries(&api).await, ["slack.not_configured"]);
}

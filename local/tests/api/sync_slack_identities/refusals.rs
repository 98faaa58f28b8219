//! Who has no Slack, whom Slack refuses, and what is wrong with a request.

use local::slack::{Scope, SlackFault};
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::deliver::secrets::SecretError;

use super::*;

#[tokio::test]
async fn without_slack_it_is_a_400_before_anything_is_written() {
    let api = with_members(1).await;
    let before = api.items().await;
    let answer = sync(&api).await;
    let detail = json!("Slack is not configured for this organizational unit");
    assert_eq!((answer.status, &answer.json()["detail"]), (400, &detail));
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn where_slack_refuses_it_is_a_502_with_its_code_and_nothing_is_written() {
    let api = with_members(1).await;
    connect_slack(&api, "acme", slack_users(1));
    let before = api.items().await;
    for code in ["missing_scope", "access_denied", "team_access_not_granted"] {
        api.slack.set(Plan::always(SlackFault::Answer(code)));
        let answer = sync(&api).await;
        let detail = json!(format!("Slack refused ({code})"));
        assert_eq!((answer.status, &answer.json()["detail"]), (502, &detail), "{code}");
        assert_eq!(api.items().await, before, "{code}");
    }
    api.slack.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(1, 1, 1, &[]), "nobody holds it");
}

#[tokio::test]
async fn a_refusal_on_the_way_leaves_the_sync_to_who_comes_next() {
    let api = with_members(1).await;
    connect_slack(&api, "acme", slack_users(450).collect::<Vec<_>>().into_iter().rev());
    api.slack.set(Plan::fail_call(2, SlackFault::Answer("missing_scope")));
    assert_eq!(sync(&api).await.status, 502);
    api.slack.set(Plan::default());
    assert_eq!(sync(&api).await.seen(), report(1, 1, 1, &[]));
    assert_eq!(api.slack.calls().len(), 2, "it went on at the second page");
}

#[tokio::test]
async fn where_the_token_sees_no_addresses_it_is_a_502_and_nobody_is_unmapped() {
    let api = with_members(2).await;
    connect_slack(&api, "acme", slack_users(2));
    assert_eq!(sync(&api).await.status, 200);
    let mut blind = Workspace::of([slack_user("1"), User { is_deleted: true, ..slack_user("2") }]);
    blind.lacks.insert(Scope::UsersReadEmail);
    connect_workspace(&api, "acme", blind);
    let answer = sync(&api).await;
    let detail = json!("Slack refused (missing_scope)");
    assert_eq!((answer.status, &answer.json()["detail"]), (502, &detail));
    assert_eq!(counts(&api, "acme").await, (2, 2));
    // Nobody but Slackbot is no reason to think so.
    connect_slack(&api, "acme", []);
    assert_eq!(sync(&api).await.seen(), report(2, 2, 0, &[]));
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_is_a_503_and_one_that_holds_no_token_a_502() {
    let api = with_members(1).await;
    connect_slack(&api, "acme", slack_users(1));
    api.slack_tokens.fail(SecretError::Throttled);
    let answer = sync(&api).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    api.slack_tokens.fail(None);
    api.clock.advance(60);
    api.slack_tokens.set("acme", "none");
    assert_eq!(sync(&api).await.status, 502);
}

#[tokio::test]
async fn any_body_passes_and_one_that_is_too_large_does_not() {
    let api = with_members(1).await;
    connect_slack(&api, "acme", slack_users(1));
    for body in ["", "{}", "no JSON", "[1]"] {
        let answer = api.admin("acme").text(http::Method::POST, PATH, body).await;
        assert_eq!(answer.status, 200, "{body}");
    }
    let large = "x".repeat(256 * 1024 + 1);
    let answer = api.admin("acme").text(http::Method::POST, PATH, large.clone()).await;
    assert_eq!(answer.status, 413);
    let answer = api.person("acme", "7").text(http::Method::POST, PATH, large).await;
    assert_eq!(answer.status, 403);
}

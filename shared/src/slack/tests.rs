//! What follows from Slack refusing a token, or an account. Slack and the secrets are scripts.

mod doubles;

use pretty_assertions::assert_eq;

use super::*;
use crate::deliver::secrets::SecretError;
pub(super) use doubles::{Script, at, org_unit};

fn token_refused(code: &str) -> SlackError {
    SlackError::TokenRefused { code: code.to_owned() }
}

fn gone(code: &str) -> SlackError {
    SlackError::UserGone { code: code.to_owned() }
}

fn later(code: &str) -> SlackError {
    SlackError::Later { code: code.to_owned(), retry_after: None }
}

async fn post(script: &Script, seconds: i64) -> Result<(), SlackError> {
    let (slack, acme) = (&script.slack, org_unit("acme"));
    let message = SlackMessage { to: "U012AB3CD".parse().unwrap(), body: "{}".to_owned() };
    slack.workspace(&acme, at(seconds)).await?.post_message(&message, at(seconds)).await
}

#[tokio::test]
async fn a_message_is_posted_with_the_token_of_its_org_unit() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    script.keep("globex", "xoxb-2");
    assert_eq!(post(&script, 0).await, Ok(()));
    assert_eq!(script.calls(), ["chat.postMessage xoxb-1"]);
    assert_eq!(script.lines(), [""; 0]);
}

#[tokio::test]
async fn a_token_that_was_rotated_is_fetched_at_once_and_used() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(post(&script, 0).await, Ok(()));
    script.keep("acme", "xoxb-2");
    script.says("chat.postMessage xoxb-1", token_refused("token_revoked"));
    assert_eq!(post(&script, 1).await, Ok(()));
    assert_eq!(post(&script, 2).await, Ok(()));
    let expected = [
        "chat.postMessage xoxb-1",
        "chat.postMessage xoxb-1",
        "chat.postMessage xoxb-2",
        "chat.postMessage xoxb-2",
    ];
    assert_eq!(script.calls(), expected);
    assert_eq!(script.fetches(), 2);
    assert_eq!(script.lines(), [""; 0], "nobody has to know");
}

#[tokio::test]
async fn users_are_listed_with_the_token_that_took_its_place_too() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(post(&script, 0).await, Ok(()));
    script.keep("acme", "xoxb-2");
    script.says("users.list xoxb-1", token_refused("token_revoked"));
    assert!(script.slack.list_users(&org_unit("acme"), None, at(1)).await.is_ok());
}

#[tokio::test]
async fn a_token_that_is_refused_and_is_no_other_raises_an_alarm_each_time() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    script.says("chat.postMessage xoxb-1", token_refused("invalid_auth"));
    for seconds in [0, 1, 59] {
        assert_eq!(post(&script, seconds).await, Err(token_refused("invalid_auth")));
    }
    assert_eq!(script.fetches(), 2, "at first, and again when it was refused");
    let alarm =
        r#"{"level":"error","event.name":"slack.token_refused","event.detail":"invalid_auth"}"#;
    assert_eq!(script.lines(), [alarm; 3]);
    assert_eq!(post(&script, 60).await, Err(token_refused("invalid_auth")));
    assert_eq!(script.fetches(), 3, "a minute later");
}

#[tokio::test]
async fn a_new_token_that_is_refused_as_well_is_told_with_its_own_code() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(post(&script, 0).await, Ok(()));
    script.keep("acme", "xoxb-2");
    script.says("chat.postMessage xoxb-1", token_refused("token_revoked"));
    script.says("chat.postMessage xoxb-2", token_refused("missing_scope"));
    assert_eq!(post(&script, 1).await, Err(token_refused("missing_scope")));
    assert_eq!(script.lines().len(), 1);
}

#[tokio::test]
async fn a_refused_token_whose_place_cannot_be_looked_at_is_refused() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(post(&script, 0).await, Ok(()));
    script.says("chat.postMessage xoxb-1", token_refused("invalid_auth"));
    script.fail(SecretError::Throttled);
    assert_eq!(post(&script, 1).await, Err(token_refused("invalid_auth")));
    let names: Vec<bool> =
        script.lines().iter().map(|line| line.contains("slack_token.refresh_failed")).collect();
    assert_eq!(names, [true, false]);
}

#[tokio::test]
async fn a_refused_token_that_was_taken_away_leaves_none_and_is_heard_of() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(post(&script, 0).await, Ok(()));
    script.says("chat.postMessage xoxb-1", token_refused("invalid_auth"));
    script.remove("acme");
    assert_eq!(post(&script, 1).await, Err(SlackError::NotConfigured));
    let alarm =
        r#"{"level":"error","event.name":"slack.token_refused","event.detail":"invalid_auth"}"#;
    assert_eq!(script.lines(), [alarm]);
}

#[tokio::test]
async fn an_inactive_account_is_the_users_only_if_the_token_is_good() {
    let post_with_token = async |token: Option<SlackError>| {
        let script = Script::new();
        script.keep("acme", "xoxb-1");
        script.says("chat.postMessage xoxb-1", gone("account_inactive"));
        if let Some(token) = token {
            script.says("auth.test xoxb-1", token);
        }
        let posted = post(&script, 0).await;
        assert_eq!(script.calls(), ["chat.postMessage xoxb-1", "auth.test xoxb-1"]);
        (posted.unwrap_err(), script.lines().len())
    };
    assert_eq!(post_with_token(None).await, (gone("account_inactive"), 0));
    for code in ["account_inactive", "invalid_auth"] {
        let refused = token_refused(code);
        assert_eq!(post_with_token(Some(refused.clone())).await, (refused, 1));
    }
    assert_eq!(post_with_token(Some(later("timeout"))).await, (later("timeout"), 0));
    let no_answer = SlackError::Refused { code: "HTTP 404".to_owned() };
    assert_eq!(post_with_token(Some(no_answer)).await, (gone("account_inactive"), 0));
}

#[tokio::test]
async fn whatever_else_slack_says_of_a_message_is_told_as_it_is() {
    for error in [
        gone("user_not_found"),
        later("ratelimited"),
        SlackError::Refused { code: "msg_too_long".to_owned() },
        SlackError::Unanswered { how: "timeout" },
    ] {
        let script = Script::new();
        script.keep("acme", "xoxb-1");
        script.says("chat.postMessage xoxb-1", error.clone());
        assert_eq!(post(&script, 0).await, Err(error));
        assert_eq!((script.calls().len(), script.fetches()), (1, 1));
        assert_eq!(script.lines(), [""; 0]);
    }
}

#[test]
fn a_secret_is_named_after_its_org_unit() {
    let name = |id: &str| secret_name("stack/slack/", &org_unit(id));
    assert_eq!(name("acme"), "stack/slack/acme");
    assert_eq!(name("a:b|c@d.e_f-g"), "stack/slack/a+3Ab+7Cc@d.e_f-g");
}

//! How often a token is fetched, and what is remembered of one that cannot be.

use pretty_assertions::assert_eq;

use super::*;
use crate::slack::tests::{Script, at, org_unit};

async fn token(script: &Script, id: &str, seconds: i64) -> Result<String, SlackError> {
    let token = script.slack.tokens.token(&org_unit(id), at(seconds)).await;
    token.map(|token| token.as_str().to_owned())
}

fn good(token: &str) -> Result<String, SlackError> {
    Ok(token.to_owned())
}

#[tokio::test]
async fn a_token_is_fetched_when_first_needed_and_kept_for_ten_minutes() {
    let script = Script::new();
    script.keep("acme", " xoxb-1\n");
    assert_eq!(script.fetches(), 0);
    assert_eq!(token(&script, "acme", 0).await, good("xoxb-1"));
    script.keep("acme", "xoxb-2");
    assert_eq!(token(&script, "acme", 599).await, good("xoxb-1"));
    assert_eq!(script.fetches(), 1);
    assert_eq!(token(&script, "acme", 600).await, good("xoxb-2"));
    assert_eq!(script.fetches(), 2);
}

#[tokio::test]
async fn who_comes_meanwhile_waits_for_the_one_fetch() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    let together = tokio::join!(token(&script, "acme", 0), token(&script, "acme", 0));
    assert_eq!(together, (good("xoxb-1"), good("xoxb-1")));
    assert_eq!(script.fetches(), 1);
}

#[tokio::test]
async fn an_org_unit_without_a_token_is_remembered_for_a_minute() {
    let script = Script::new();
    for (seconds, fetches) in [(0, 1), (59, 1), (60, 2)] {
        let none = token(&script, "acme", seconds).await;
        assert_eq!(none, Err(SlackError::NotConfigured));
        assert_eq!(script.fetches(), fetches);
    }
    script.keep("acme", "xoxb-1");
    assert_eq!(token(&script, "acme", 120).await, good("xoxb-1"));
}

#[tokio::test]
async fn a_secret_that_holds_no_token_is_remembered_for_a_minute_and_not_quoted() {
    for text in ["", "hush", "xoxb-1 xoxb-2", "{\"token\":\"xoxb-1\"}"] {
        let script = Script::new();
        script.keep("acme", text);
        for (seconds, fetches) in [(0, 1), (59, 1), (60, 2)] {
            assert_eq!(token(&script, "acme", seconds).await, Err(SlackError::NoToken));
            assert_eq!(script.fetches(), fetches);
        }
        assert_eq!(script.lines(), [""; 0]);
    }
}

#[tokio::test]
async fn a_fetch_that_failed_is_tried_again_after_five_seconds() {
    for error in
        [SecretError::Throttled, SecretError::Rejected { code: "AccessDeniedException".to_owned() }]
    {
        let script = Script::new();
        script.fail(error.clone());
        for (seconds, fetches) in [(0, 1), (4, 1), (5, 2)] {
            let failed = token(&script, "acme", seconds).await;
            assert_eq!(failed, Err(error.clone().into()));
            assert_eq!(script.fetches(), fetches);
        }
    }
}

#[tokio::test]
async fn a_token_that_cannot_be_fetched_again_is_used_on_and_that_is_heard_of() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(token(&script, "acme", 0).await, good("xoxb-1"));
    script.fail(SecretError::Unreachable { how: "connection" });
    for (seconds, fetches) in [(600, 2), (659, 2), (660, 3)] {
        assert_eq!(token(&script, "acme", seconds).await, good("xoxb-1"));
        assert_eq!((script.fetches(), script.lines().len()), (fetches, fetches - 1));
    }
    let line = r#"{"level":"error","event.name":"slack_token.refresh_failed","event.detail":"the keeper of secrets cannot be reached (connection)"}"#;
    assert_eq!(script.lines()[0], line);
    script.fail(None);
    script.keep("acme", "xoxb-2");
    assert_eq!(token(&script, "acme", 720).await, good("xoxb-2"));
}

#[tokio::test]
async fn a_fetch_that_takes_too_long_has_failed() {
    let mut script = Script::new();
    script.slack.tokens.fetch_time = Duration::from_millis(10);
    script.withhold("acme");
    let late = SecretError::Unreachable { how: "timeout" };
    assert_eq!(token(&script, "acme", 0).await, Err(late.into()));
}

#[tokio::test]
async fn the_slow_fetch_of_one_org_unit_holds_no_other_up() {
    let script = Script::new();
    script.withhold("globex");
    script.keep("acme", "xoxb-1");
    tokio::select! {
        biased;
        _ = token(&script, "globex", 0) => panic!("it is never read"),
        token = token(&script, "acme", 0) => assert_eq!(token, good("xoxb-1")),
    }
}

#[tokio::test]
async fn a_fetch_that_is_cut_off_leaves_what_was_known() {
    let script = Script::new();
    script.keep("acme", "xoxb-1");
    assert_eq!(token(&script, "acme", 0).await, good("xoxb-1"));
    script.withhold("acme");
    tokio::select! {
        biased;
        _ = token(&script, "acme", 600) => panic!("it is never read"),
        () = std::future::ready(()) => {}
    }
    script.keep("acme", "xoxb-2");
    assert_eq!(token(&script, "acme", 600).await, good("xoxb-2"));
}

#[tokio::test]
async fn no_more_than_some_hundred_are_kept() {
    let script = Script::new();
    let kept = || script.slack.tokens.kept.lock().unwrap().len();
    for number in 0..MOST_KEPT {
        script.keep(&format!("org-{number}"), "xoxb-1");
        token(&script, &format!("org-{number}"), 0).await.unwrap();
    }
    assert_eq!(kept(), MOST_KEPT);
    // Those without a token count for a minute, and then they are the first to go.
    token(&script, "acme", 0).await.unwrap_err();
    assert_eq!(kept(), 1);
    for number in 1..MOST_KEPT {
        token(&script, &format!("org-{number}"), 1).await.unwrap();
    }
    assert_eq!(kept(), MOST_KEPT);
    token(&script, "globex", 61).await.unwrap_err();
    assert_eq!(kept(), MOST_KEPT);
    assert!(!script.slack.tokens.kept.lock().unwrap().contains_key(&org_unit("acme")));
}

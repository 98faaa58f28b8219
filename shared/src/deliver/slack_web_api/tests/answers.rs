//! What each answer of Slack's means: above all, whether a message may have been sent.

use pretty_assertions::assert_eq;
use serde_json::json;
use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::deliver::peer::{Peer, listen, read_request};

fn refusal(code: &str) -> Peer {
    answer(200, "", &json!({ "ok": false, "error": code, "needed": "hush" }))
}

async fn posted(peer: Peer) -> Result<(), SlackError> {
    told(peer, async |api| api.post_message(&token(), &message()).await).await.0
}

async fn tested(peer: Peer) -> Result<(), SlackError> {
    told(peer, async |api| api.test_token(&token()).await).await.0
}

fn later(code: &str, retry_after: Option<u32>) -> SlackError {
    SlackError::Later { code: code.to_owned(), retry_after }
}

/// The error of a call that came to nothing.
fn error<T>(outcome: Result<T, SlackError>) -> SlackError {
    outcome.err().expect("an error")
}

#[tokio::test]
async fn a_busy_slack_and_one_out_of_order_are_asked_later_and_when_it_says() {
    let limited = json!({ "ok": false, "error": "ratelimited" });
    for (status, headers, body, expected) in [
        (429, "retry-after: 30\r\n", limited.to_string(), later("ratelimited", Some(30))),
        (429, "retry-after: 0\r\n", String::new(), later("HTTP 429", Some(0))),
        (429, "retry-after: soon\r\n", "<html>".to_owned(), later("HTTP 429", None)),
        (200, "retry-after: 7\r\n", limited.to_string(), later("ratelimited", Some(7))),
        (500, "", String::new(), later("HTTP 500", None)),
        (503, "retry-after: 5\r\n", "<html>".to_owned(), later("HTTP 503", Some(5))),
    ] {
        let answer = answer_of(status, headers, &body);
        assert_eq!(posted(answer.clone()).await, Err(expected.clone()), "{status}");
        assert_eq!(tested(answer.clone()).await, Err(expected.clone()), "{status}");
        assert_eq!(error(listed(answer).await), expected, "{status}");
    }
    for code in [
        "message_limit_exceeded",
        "org_login_required",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    ] {
        assert_eq!(posted(refusal(code)).await, Err(later(code, None)));
        assert_eq!(error(listed(refusal(code)).await), later(code, None));
    }
}

#[tokio::test]
async fn what_is_wrong_with_the_token_or_its_app_is_told_from_what_is_wrong_with_the_request() {
    for code in [
        "access_denied",
        "accesslimited",
        "ekm_access_denied",
        "enterprise_is_restricted",
        "invalid_auth",
        "messages_tab_disabled",
        "missing_scope",
        "no_permission",
        "not_allowed_token_type",
        "not_authed",
        "team_access_not_granted",
        "token_expired",
        "token_revoked",
        "two_factor_setup_required",
    ] {
        let refused = SlackError::TokenRefused { code: code.to_owned() };
        assert_eq!(posted(refusal(code)).await, Err(refused.clone()));
        assert_eq!(tested(refusal(code)).await, Err(refused.clone()));
        assert_eq!(error(listed(refusal(code)).await), refused);
    }
    // A gateway's status changes nothing about what Slack says.
    let denied = answer(403, "", &json!({ "ok": false, "error": "invalid_auth" }));
    let refused = SlackError::TokenRefused { code: "invalid_auth".to_owned() };
    assert_eq!(posted(denied).await, Err(refused));
}

#[tokio::test]
async fn an_inactive_account_is_the_users_where_one_is_written_to_and_the_tokens_elsewhere() {
    let code = "account_inactive".to_owned();
    let gone = SlackError::UserGone { code: code.clone() };
    let refused = SlackError::TokenRefused { code: code.clone() };
    assert_eq!(posted(refusal(&code)).await, Err(gone));
    assert_eq!(tested(refusal(&code)).await, Err(refused.clone()));
    assert_eq!(error(listed(refusal(&code)).await), refused);
}

#[tokio::test]
async fn whom_nothing_can_be_written_to_is_gone() {
    for code in [
        "cannot_dm_bot",
        "channel_not_found",
        "user_disabled",
        "user_not_found",
        "user_not_visible",
    ] {
        let gone = SlackError::UserGone { code: code.to_owned() };
        assert_eq!(posted(refusal(code)).await, Err(gone));
        let refused = SlackError::Refused { code: code.to_owned() };
        assert_eq!(error(listed(refusal(code)).await), refused);
    }
}

#[tokio::test]
async fn a_cursor_that_slack_knows_no_more_is_told_from_what_it_refuses() {
    assert_eq!(error(listed(refusal("invalid_cursor")).await), SlackError::CursorGone);
    let refused = SlackError::Refused { code: "invalid_cursor".to_owned() };
    assert_eq!(posted(refusal("invalid_cursor")).await, Err(refused));
}

#[tokio::test]
async fn what_is_refused_for_itself_is_refused_for_good_and_never_quoted() {
    let refused = |code: &str| Err(SlackError::Refused { code: code.to_owned() });
    assert_eq!(posted(refusal("msg_too_long")).await, refused("msg_too_long"));
    for odd in ["", "Hush", "hush hush", &"a".repeat(65)] {
        assert_eq!(posted(refusal(odd)).await, refused("unknown"), "{odd}");
    }
    assert_eq!(posted(answer(200, "", &json!({ "ok": false }))).await, refused("unknown"));
    for status in [302, 400, 404, 413] {
        let expected = format!("HTTP {status}");
        let elsewhere = "location: http://127.0.0.1:9/hush\r\n";
        assert_eq!(posted(answer_of(status, elsewhere, "hush")).await, refused(&expected));
    }
}

#[tokio::test]
async fn what_never_left_is_sent_later() {
    let unreachable = Err(later("unreachable", None));
    let (listener, endpoint) = listen().await;
    drop(listener);
    assert_eq!(api(&endpoint).post_message(&token(), &message()).await, unreachable);
    // A peer that speaks no TLS: the handshake fails, and nothing was said before it.
    let (listener, endpoint) = listen().await;
    let peer = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let https = endpoint.replace("http:", "https:");
    assert_eq!(api(&https).post_message(&token(), &message()).await, unreachable);
    peer.await.unwrap();
    // One that never gets to the end of the handshake: nothing was said before it either.
    let (listener, endpoint) = listen().await;
    let https = endpoint.replace("http:", "https:");
    assert_eq!(api(&https).post_message(&token(), &message()).await, unreachable);
    drop(listener);
}

#[tokio::test]
async fn what_may_have_left_and_has_no_answer_may_have_been_sent_and_is_only_asked_again_if_a_question()
 {
    let garbage = answer_of(200, "", "what");
    let cut = Peer::Answers("HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{".to_owned());
    let large = answer_of(200, "", &" ".repeat(1025));
    for (peer, how) in [
        (Peer::IsSilent, "timeout"),
        (Peer::Closes, "connection"),
        (Peer::Resets, "connection"),
        (Peer::Answers("no HTTP at all\r\n\r\n".to_owned()), "connection"),
        (garbage, "response"),
        (cut, "response"),
        (large, "response"),
        (answer(200, "", &json!({ "error": "no_ok" })), "response"),
        (refusal("fatal_error"), "fatal_error"),
        (refusal("internal_error"), "internal_error"),
    ] {
        assert_eq!(posted(peer.clone()).await, Err(SlackError::Unanswered { how }));
        assert_eq!(tested(peer.clone()).await, Err(later(how, None)));
        assert_eq!(error(listed(peer).await), later(how, None));
    }
    let no_users = answer(200, "", &json!({ "ok": true }));
    assert_eq!(error(listed(no_users).await), later("response", None));
}

#[tokio::test]
async fn a_call_is_made_with_one_attempt() {
    for peer in [answer_of(500, "", ""), Peer::Closes] {
        let (listener, endpoint) = listen().await;
        let connections = tokio::spawn(async move {
            let mut connections = 0;
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                connections += 1;
                assert_eq!(connections, 1);
                read_request(&mut stream).await;
                if let Peer::Answers(answer) = &peer {
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            }
        });
        api(&endpoint).post_message(&token(), &message()).await.unwrap_err();
        tokio::task::yield_now().await;
        assert!(!connections.is_finished(), "there was a second one");
        connections.abort();
    }
}

#[tokio::test]
async fn no_error_says_the_token_or_what_was_sent() {
    for peer in [refusal("invalid_auth"), answer_of(404, "", "hush"), Peer::Closes] {
        let error = posted(peer).await.unwrap_err();
        let told = format!("{error} {error:?} {:?} {:?}", error.code(), token());
        assert!(!told.contains("hush") && !told.contains("U012AB3CD"), "{told}");
    }
}

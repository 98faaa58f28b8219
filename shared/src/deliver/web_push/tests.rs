//! What goes to a push service, and what each of its answers means: above all, whether the message may have
//! arrived. The push service is a socket of this process.

mod peer;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pretty_assertions::assert_eq;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;
use web_push_native::p256::SecretKey;

use peer::{Peer, answer, listen, read_request, serve};

use super::*;
use crate::deliver::push::{Authorization, LARGEST_PAYLOAD, Urgency};
use crate::domain::push::{DEFAULT_ALLOWED_HOSTS, PushKeys};

const BROWSER_PRIVATE_KEY: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
const BROWSER_PUBLIC_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const AUTH_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

fn sender_to(listener: &TcpListener) -> WebPush {
    let allowed = DEFAULT_ALLOWED_HOSTS.parse().unwrap();
    let timeout = Duration::from_millis(500);
    WebPush::local(allowed, timeout, listener.local_addr().unwrap()).unwrap()
}

fn message() -> PushMessage {
    PushMessage {
        endpoint: "https://fcm.googleapis.com:443/fcm/send/a:b?c=%20d".parse().unwrap(),
        keys: PushKeys {
            p256dh: BROWSER_PUBLIC_KEY.parse().unwrap(),
            auth: AUTH_SECRET.parse().unwrap(),
        },
        payload: br#"{"title":"Hello"}"#.to_vec(),
        ttl: 86_400,
        urgency: Urgency::High,
        topic: Some("thread-7_x".parse().unwrap()),
        authorization: Authorization::vapid("token", "key"),
    }
}

async fn sent_to(peer: Peer) -> Result<(), PushError> {
    let listener = listen().await;
    let sender = sender_to(&listener);
    let peer = serve(listener, peer);
    let sent = sender.send(message()).await;
    peer.abort();
    sent
}

fn later(code: &str, retry_after: Option<u32>) -> Result<(), PushError> {
    Err(PushError::Later { code: code.to_owned(), retry_after })
}

fn refused(code: &str) -> Result<(), PushError> {
    Err(PushError::Refused { code: code.to_owned() })
}

#[tokio::test]
async fn the_request_is_that_of_the_three_rfcs_and_only_the_browser_reads_it() {
    let listener = listen().await;
    let sender = sender_to(&listener);
    let peer = serve(listener, answer(201, ""));
    assert_eq!(sender.send(message()).await, Ok(()));
    let request = peer.await.unwrap();
    let mut head = request.head.lines();
    assert_eq!(head.next(), Some("POST /fcm/send/a:b?c=%20d HTTP/1.1"));
    let mut headers: Vec<&str> = head.collect();
    headers.sort_unstable();
    let expected = [
        "authorization: vapid t=token, k=key",
        "connection: close",
        "content-encoding: aes128gcm",
        "content-length: 615",
        "content-type: application/octet-stream",
        "host: fcm.googleapis.com",
        "topic: thread-7_x",
        "ttl: 86400",
        "urgency: high",
    ];
    assert_eq!(headers, expected);
    let bytes = |text: &str| URL_SAFE_NO_PAD.decode(text).unwrap();
    let private_key = SecretKey::from_slice(&bytes(BROWSER_PRIVATE_KEY)).unwrap();
    let auth_secret = web_push_native::Auth::clone_from_slice(&bytes(AUTH_SECRET));
    let text = web_push_native::decrypt(request.body, &private_key, &auth_secret).unwrap();
    assert_eq!(text, br#"{"title":"Hello"}"#);
}

#[tokio::test]
async fn without_a_topic_there_is_no_such_header() {
    let listener = listen().await;
    let sender = sender_to(&listener);
    let peer = serve(listener, answer(201, ""));
    let message = PushMessage { topic: None, urgency: Urgency::VeryLow, ttl: 0, ..message() };
    assert_eq!(sender.send(message).await, Ok(()));
    let head = peer.await.unwrap().head;
    assert!(!head.contains("topic"), "{head}");
    assert!(head.contains("\nttl: 0\r") && head.contains("\nurgency: very-low\r"), "{head}");
}

#[tokio::test]
async fn whatever_says_that_it_was_taken_is_that() {
    for status in [200, 201, 202, 204] {
        assert_eq!(sent_to(answer(status, "")).await, Ok(()), "{status}");
    }
}

#[tokio::test]
async fn a_subscription_that_is_not_found_or_gone_is_gone() {
    for status in [404, 410] {
        assert_eq!(sent_to(answer(status, "")).await, Err(PushError::Gone), "{status}");
    }
}

#[tokio::test]
async fn a_busy_push_service_and_one_out_of_order_are_asked_later_and_when_they_say() {
    for (status, headers, retry_after) in [
        (429, "retry-after: 30\r\n", Some(30)),
        (429, "retry-after: Wed, 21 Oct 2026 07:28:00 GMT\r\n", None),
        (429, "retry-after: -1\r\n", None),
        (429, "", None),
        (500, "", None),
        (502, "", None),
        (503, "retry-after: 120\r\n", Some(120)),
        (507, "", None),
    ] {
        let code = format!("HTTP {status}");
        assert_eq!(sent_to(answer(status, headers)).await, later(&code, retry_after), "{code}");
    }
}

#[tokio::test]
async fn any_other_refusal_is_for_good() {
    for status in [400, 401, 403, 405, 406, 408, 422, 451] {
        let code = format!("HTTP {status}");
        assert_eq!(sent_to(answer(status, "")).await, refused(&code), "{code}");
    }
    assert_eq!(sent_to(answer(413, "")).await, Err(PushError::TooLarge));
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    for status in [300, 301, 302, 303, 307, 308] {
        let listener = listen().await;
        let sender = sender_to(&listener);
        // It would lead back here, where another connection would be noticed.
        let address = listener.local_addr().unwrap();
        let location = format!("location: http://{address}/elsewhere\r\n");
        let Peer::Answers(redirect) = answer(status, &location) else { unreachable!() };
        let connections = answering_each(listener, redirect);
        assert_eq!(sender.send(message()).await, refused(&format!("HTTP {status}")));
        tokio::task::yield_now().await;
        assert!(!connections.is_finished(), "there was a second connection");
        connections.abort();
    }
}

/// Answers one request, and panics at a second connection.
fn answering_each(listener: TcpListener, answer: String) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        read_request(&mut stream).await;
        stream.write_all(answer.as_bytes()).await.unwrap();
        listener.accept().await.unwrap();
    })
}

#[tokio::test]
async fn a_message_is_sent_with_one_attempt() {
    for answer in ["HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", ""] {
        let listener = listen().await;
        let sender = sender_to(&listener);
        let connections = answering_each(listener, answer.to_owned());
        sender.send(message()).await.unwrap_err();
        tokio::task::yield_now().await;
        assert!(!connections.is_finished(), "there was a second connection");
        connections.abort();
    }
}

#[tokio::test]
async fn what_never_left_is_sent_later() {
    let listener = listen().await;
    let sender = sender_to(&listener);
    drop(listener);
    assert_eq!(sender.send(message()).await, later("unreachable", None));
}

#[tokio::test]
async fn what_may_have_left_and_has_no_answer_may_have_been_sent() {
    for (peer, expected) in [
        (Peer::IsSilent, "timeout"),
        (Peer::Closes, "connection"),
        (Peer::Resets, "connection"),
        (Peer::Answers("no HTTP at all\r\n\r\n".to_owned()), "connection"),
        (Peer::Answers("HTTP/1.1 2".to_owned()), "connection"),
        (answer(600, ""), "response"),
    ] {
        assert_eq!(sent_to(peer).await, Err(PushError::Unanswered { how: expected }));
    }
}

#[tokio::test]
async fn what_the_answers_body_says_is_not_waited_for() {
    let endless = "HTTP/1.1 201 Created\r\ncontent-length: 1000000\r\n\r\n…";
    assert_eq!(sent_to(Peer::Answers(endless.to_owned())).await, Ok(()));
}

#[tokio::test]
async fn a_host_that_is_not_on_the_list_any_more_is_not_connected_to() {
    let listener = listen().await;
    let sender = sender_to(&listener);
    let connections = serve(listener, answer(201, ""));
    let endpoint = "https://push.evil.example/a".parse().unwrap();
    let sent = sender.send(PushMessage { endpoint, ..message() }).await;
    assert_eq!(sent, Err(PushError::BlockedHost));
    tokio::task::yield_now().await;
    assert!(!connections.is_finished());
    connections.abort();
}

#[tokio::test]
async fn a_text_that_is_too_large_is_not_sent() {
    let listener = listen().await;
    let payload = vec![b'a'; LARGEST_PAYLOAD + 1];
    let sent = sender_to(&listener).send(PushMessage { payload, ..message() }).await;
    assert_eq!(sent, Err(PushError::TooLarge));
}

#[test]
fn what_an_error_says_names_no_endpoint_and_no_key() {
    let debugged = format!("{:?} {:?}", message(), message().authorization);
    assert_eq!(debugged, "PushMessage { .. } Authorization(…)");
}

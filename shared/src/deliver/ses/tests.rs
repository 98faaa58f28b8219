//! What each way to fail means: whether the email may have been sent. SES is a socket of this
//! process; whether our requests are right is for `local/tests/peers`.

use std::time::Duration;

use aws_credential_types::Credentials;
use pretty_assertions::assert_eq;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::deliver::peer::{Peer, listen, read_request, serve};
use crate::domain::id::{OrgUnitId, UserId};

fn sender(endpoint: &str) -> SesSender {
    let aws = AwsConfig {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("test", "test", None, None, "test"),
        ca_bundle: None,
        attempt_timeout: Duration::from_secs(5),
    };
    let email = EmailConfig {
        from: "Acme <mail@acme.example>".parse().unwrap(),
        configuration_set: Some("notifications".to_owned()),
        attempt_timeout: Duration::from_millis(500),
        endpoint: Some(endpoint.to_owned()),
    };
    SesSender::new(&aws, &email, &Connector::new(&aws).unwrap())
}

fn email() -> Email {
    Email {
        org_unit: OrgUnitId::parse("acme").unwrap(),
        user: UserId::parse("auth0|b.c:d@e").unwrap(),
        to: "bob@example.com".parse().unwrap(),
        message: b"Subject: Hello\r\n\r\nHello.\r\n".to_vec(),
    }
}

async fn sent_to(peer: Peer) -> Result<(), EmailError> {
    let (listener, endpoint) = listen().await;
    let peer = serve(listener, peer);
    let sent = sender(&endpoint).send(email()).await;
    peer.abort();
    sent
}

/// An answer of SES: a status, what its headers say besides, and a code.
fn answer(status: u16, headers: &str, code: &str) -> Peer {
    answer_saying("Email address is odd: hush@example.com", status, headers, code)
}

/// The same, with those words.
fn answer_saying(message: &str, status: u16, headers: &str, code: &str) -> Peer {
    let body = format!(r#"{{"message":"{message}"}}"#);
    let code =
        if code.is_empty() { String::new() } else { format!("x-amzn-errortype: {code}\r\n") };
    let length = body.len();
    Peer::Answers(format!(
        "HTTP/1.1 {status} Said\r\n{code}{headers}content-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    ))
}

fn later(code: &str, retry_after: Option<u32>) -> Result<(), EmailError> {
    Err(EmailError::Later { code: code.to_owned(), retry_after })
}

fn refused(code: &str) -> Result<(), EmailError> {
    Err(EmailError::Refused { code: code.to_owned() })
}

#[tokio::test]
async fn the_message_goes_as_it_is_with_whose_it_is() {
    let (listener, endpoint) = listen().await;
    let body = r#"{"MessageId":"1"}"#;
    let taken = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let peer = serve(listener, Peer::Answers(taken));
    assert_eq!(sender(&endpoint).send(email()).await, Ok(()));
    let request = peer.await.unwrap();
    assert!(request.starts_with("POST /v2/email/outbound-emails HTTP/1.1\r\n"), "{request}");
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let expected = serde_json::json!({
        "FromEmailAddress": "mail@acme.example",
        "Destination": { "ToAddresses": ["bob@example.com"] },
        "Content": { "Raw": { "Data": "U3ViamVjdDogSGVsbG8NCg0KSGVsbG8uDQo=" } },
        "ConfigurationSetName": "notifications",
        "EmailTags": [
            { "Name": "org_unit", "Value": "YWNtZQ" },
            { "Name": "user", "Value": "YXV0aDB8Yi5jOmRAZQ" },
        ],
    });
    assert_eq!(serde_json::from_str::<Value>(body).unwrap(), expected);
}

#[tokio::test]
async fn each_email_goes_over_a_connection_of_its_own() {
    let (listener, endpoint) = listen().await;
    let sender = sender(&endpoint);
    let body = r#"{"MessageId":"1"}"#;
    let taken = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    let peer = tokio::spawn(async move {
        let mut kept = Vec::new();
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read_request(&mut stream).await;
            assert!(request.contains("\r\nconnection: close\r\n"), "{request}");
            // What is signed must arrive as it was, and this need not.
            let signed = request.split_once("SignedHeaders=").unwrap().1;
            assert!(!signed.split_once(',').unwrap().0.contains("connection"), "{signed}");
            stream.write_all(taken.as_bytes()).await.unwrap();
            // It would take another one.
            kept.push(stream);
        }
    });
    for _ in 0..2 {
        assert_eq!(sender.send(email()).await, Ok(()));
    }
    peer.await.unwrap();
}

#[tokio::test]
async fn a_busy_peer_and_one_out_of_order_are_asked_later_and_when_they_say() {
    for (status, headers, code, expected) in [
        (429, "retry-after: 30\r\n", "TooManyRequestsException", Some(30)),
        (429, "retry-after: soon\r\n", "TooManyRequestsException", None),
        (429, "", "LimitExceededException", None),
        (400, "", "ThrottlingException", None),
        (400, "", "LimitExceededException", None),
        (500, "", "InternalServiceErrorException", None),
        (503, "retry-after: 5\r\n", "ServiceUnavailable", Some(5)),
    ] {
        assert_eq!(sent_to(answer(status, headers, code)).await, later(code, expected), "{code}");
    }
    assert_eq!(sent_to(answer(502, "", "")).await, later("HTTP 502", None));
}

#[tokio::test]
async fn what_the_next_deployment_may_put_right_is_tried_later() {
    for (status, code) in [
        (400, "AccountSuspendedException"),
        (400, "MailFromDomainNotVerifiedException"),
        (400, "SendingPausedException"),
        (403, "AccessDeniedException"),
        (403, "ExpiredTokenException"),
        (403, "InvalidSignatureException"),
        (404, "NotFoundException"),
    ] {
        assert_eq!(sent_to(answer(status, "", code)).await, later(code, None), "{code}");
    }
}

#[tokio::test]
async fn whom_ses_has_not_verified_a_deployment_may_put_right() {
    let message = "Email address is not verified: hush@example.com";
    let answer = answer_saying(message, 400, "", "MessageRejected");
    assert_eq!(sent_to(answer).await, later("MessageRejected", None));
}

#[tokio::test]
async fn what_is_refused_for_itself_is_refused_for_good() {
    for code in ["MessageRejected", "BadRequestException", "SomethingNew"] {
        let sent = sent_to(answer(400, "", code)).await;
        assert_eq!(sent, refused(code));
        assert!(!sent.unwrap_err().to_string().contains("hush"));
    }
    assert_eq!(sent_to(answer(413, "", "")).await, refused("HTTP 413"));
}

#[tokio::test]
async fn what_never_left_is_sent_later() {
    let (listener, endpoint) = listen().await;
    drop(listener);
    assert_eq!(sender(&endpoint).send(email()).await, later("unreachable", None));
    let nowhere = sender("http://ses.invalid").send(email()).await;
    assert_eq!(nowhere, later("unreachable", None));
    // A peer that speaks no TLS: the handshake fails, and nothing was said before it.
    let (listener, endpoint) = listen().await;
    let peer = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await.unwrap();
    });
    let no_handshake = sender(&endpoint.replace("http:", "https:")).send(email()).await;
    assert_eq!(no_handshake, later("unreachable", None));
    peer.await.unwrap();
}

#[tokio::test]
async fn what_may_have_left_and_has_no_answer_may_have_been_sent() {
    let garbage = Peer::Answers("HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nwhat".to_owned());
    let cut = Peer::Answers("HTTP/1.1 200 OK\r\ncontent-length: 400\r\n\r\n{".to_owned());
    for (peer, expected) in [
        (Peer::IsSilent, "timeout"),
        (Peer::Closes, "connection"),
        (Peer::Resets, "connection"),
        (Peer::Answers("no HTTP at all\r\n\r\n".to_owned()), "connection"),
        (garbage, "response"),
        (cut, "response"),
    ] {
        assert_eq!(sent_to(peer).await, Err(EmailError::Unanswered { how: expected }));
    }
}

#[tokio::test]
async fn an_email_is_sent_with_one_attempt() {
    for peer in [answer(500, "", "InternalServiceErrorException"), Peer::Closes] {
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
        sender(&endpoint).send(email()).await.unwrap_err();
        tokio::task::yield_now().await;
        assert!(!connections.is_finished(), "there was a second one");
        connections.abort();
    }
}

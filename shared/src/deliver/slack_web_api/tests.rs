//! What is asked of Slack. It is a socket of this process.

mod answers;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt as _;

use super::*;
use crate::deliver::peer::{Peer, listen, read_request, serve};
use crate::deliver::slack::SlackUser;

const TOKEN: &str = "xoxb-hush";

fn api(endpoint: &str) -> SlackWebApi {
    let url = SlackApiUrl::parse(&format!("{endpoint}/api/")).unwrap();
    let short = Limits { time: Duration::from_millis(500), bytes: 1024 };
    SlackWebApi { url, https: Https::default(), limits: short, token_limits: short }
}

fn token() -> SlackToken {
    SlackToken::parse(TOKEN).unwrap()
}

fn message() -> SlackMessage {
    let body = json!({ "channel": "U012AB3CD", "text": "Hush & Söhne" }).to_string();
    SlackMessage { to: "U012AB3CD".parse().unwrap(), body }
}

/// An answer of Slack: a status, what its headers say besides, and a body.
fn answer(status: u16, headers: &str, body: &Value) -> Peer {
    answer_of(status, headers, &body.to_string())
}

fn answer_of(status: u16, headers: &str, body: &str) -> Peer {
    let length = body.len();
    Peer::Answers(format!(
        "HTTP/1.1 {status} Said\r\n{headers}content-type: application/json\r\n\
         content-length: {length}\r\n\r\n{body}"
    ))
}

/// What comes of a call, and the request that came.
async fn told<T>(
    peer: Peer,
    call: impl AsyncFn(&SlackWebApi) -> Result<T, SlackError>,
) -> (Result<T, SlackError>, String) {
    let (listener, endpoint) = listen().await;
    let peer = serve(listener, peer);
    let api = api(&endpoint);
    let outcome = call(&api).await;
    // Who is silent says nothing of the request either.
    let request = tokio::time::timeout(Duration::from_millis(100), peer).await;
    (outcome, request.map(Result::unwrap).unwrap_or_default())
}

async fn listed(peer: Peer) -> Result<UsersPage, SlackError> {
    told(peer, async |api| api.list_users(&token(), None).await).await.0
}

#[tokio::test]
async fn a_message_goes_as_it_is_in_json_with_its_token() {
    let ok = answer(200, "", &json!({ "ok": true, "channel": "D1", "ts": "1.2" }));
    let call = async |api: &SlackWebApi| api.post_message(&token(), &message()).await;
    let (outcome, request) = told(ok, call).await;
    assert_eq!(outcome, Ok(()));
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("POST /api/chat.postMessage HTTP/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nauthorization: Bearer xoxb-hush\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/json; charset=utf-8\r\n"), "{head}");
    assert_eq!(body, message().body);
}

#[tokio::test]
async fn a_token_is_tested_without_a_body() {
    let ok = answer(200, "", &json!({ "ok": true, "user_id": "U1" }));
    let (outcome, request) = told(ok, async |api| api.test_token(&token()).await).await;
    assert_eq!(outcome, Ok(()));
    assert!(request.starts_with("POST /api/auth.test HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("\r\nauthorization: Bearer xoxb-hush\r\n"), "{request}");
}

#[tokio::test]
async fn a_page_of_users_is_asked_for_by_its_cursor() {
    for (cursor, path) in [
        (None, "/api/users.list?limit=200"),
        (Some("dXNlcjpVMDY+/=&limit=1"), {
            "/api/users.list?limit=200&cursor=dXNlcjpVMDY%2B%2F%3D%26limit%3D1"
        }),
    ] {
        let page = answer(200, "", &json!({ "ok": true, "members": [] }));
        let call = async |api: &SlackWebApi| api.list_users(&token(), cursor).await;
        let (outcome, request) = told(page, call).await;
        assert!(outcome.is_ok());
        assert!(request.starts_with(&format!("GET {path} HTTP/1.1\r\n")), "{request}");
        assert!(request.contains("\r\nauthorization: Bearer xoxb-hush\r\n"), "{request}");
    }
}

#[tokio::test]
async fn of_users_it_is_read_who_is_a_person_and_active() {
    let member = |id: &str, more: Value| {
        let mut member = json!({ "id": id, "name": "x", "profile": { "email": "a@x.example" } });
        member.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        member
    };
    let page = json!({
        "ok": true,
        "members": [
            member("U1A", json!({ "deleted": false, "is_bot": false })),
            member("W2B", json!({ "profile": { "email": null } })),
            member("U3C", json!({ "deleted": true })),
            member("U4D", json!({ "is_bot": true })),
            member("U5E", json!({ "is_workflow_bot": true })),
            member("U6F", json!({ "is_stranger": true, "profile": null })),
            member("USLACKBOT", json!({ "is_bot": false })),
            member("B7G", json!({})),
            member("u8h", json!({})),
            json!({ "name": "nobody" }),
        ],
        "response_metadata": { "next_cursor": "dXNlcg==" },
    });
    let (listener, endpoint) = listen().await;
    let peer = serve(listener, answer(200, "", &page));
    let mut api = api(&endpoint);
    api.limits = LIMITS;
    let page = api.list_users(&token(), None).await.unwrap_or_else(|error| panic!("{error}"));
    peer.await.unwrap();
    assert_eq!(page.next.as_deref(), Some("dXNlcg=="));
    let seen = page.users.iter().map(|SlackUser { id, email, is_active_person }| {
        (id.as_str(), email.as_deref(), *is_active_person)
    });
    let address = Some("a@x.example");
    let expected = [
        ("U1A", address, true),
        ("W2B", None, true),
        ("U3C", address, false),
        ("U4D", address, false),
        ("U5E", address, false),
        ("U6F", None, false),
        ("USLACKBOT", address, false),
    ];
    assert_eq!(seen.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn the_last_page_leads_nowhere() {
    for metadata in [json!({ "next_cursor": "" }), json!({}), Value::Null] {
        let page = json!({ "ok": true, "members": [], "response_metadata": metadata });
        let page = listed(answer(200, "", &page)).await;
        assert_eq!(page.map(|page| page.next).ok(), Some(None));
    }
}

#[tokio::test]
async fn each_message_goes_over_a_connection_of_its_own() {
    let (listener, endpoint) = listen().await;
    let Peer::Answers(ok) = answer(200, "", &json!({ "ok": true })) else { unreachable!() };
    let peer = tokio::spawn(async move {
        let mut kept = Vec::new();
        for _ in 0..3 {
            let (mut stream, _) = listener.accept().await.unwrap();
            let request = read_request(&mut stream).await;
            assert!(request.contains("\r\nconnection: close\r\n"), "{request}");
            stream.write_all(ok.as_bytes()).await.unwrap();
            // It would take another one.
            kept.push(stream);
        }
    });
    let api = api(&endpoint);
    assert_eq!(api.test_token(&token()).await, Ok(()));
    for _ in 0..2 {
        assert_eq!(api.post_message(&token(), &message()).await, Ok(()));
    }
    peer.await.unwrap();
}

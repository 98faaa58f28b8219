//! Inboxes of `cargo dev`, whatever its processes die of.

use std::collections::BTreeSet;

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Folder, print, send, start};

/// How many events there are, in batches of a hundred.
const EVENTS: usize = 1000;

fn message(number: usize) -> Value {
    json!({
        "specversion": "1.0", "id": format!("e-{number}"), "source": "/chat",
        "type": "message.sent", "time": "2026-03-13T14:00:00Z",
        "data": {
            "category": "chat.message", "recipients": ["7"], "title": format!("Message {number}"),
        },
    })
}

/// Everything that someone is told, page by page.
async fn messages(url: &str, token: &str) -> Vec<String> {
    let mut messages = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("{url}/api/notifications?limit=100{cursor}");
        let answer = super::exchange(Method::GET, &path, token, &Value::Null).await;
        let link = answer.headers().get("link").map(|link| link.to_str().expect("text").to_owned());
        let (status, rows) = super::read(answer).await;
        assert_eq!(status, 200, "{rows}");
        let rows = rows.as_array().cloned().expect("an array");
        messages.extend(rows.iter().map(|row| row["message"].as_str().expect("text").to_owned()));
        let Some(link) = link else { return messages };
        let next = link.split("cursor=").nth(1).and_then(|rest| rest.split(['&', '>']).next());
        cursor = format!("&cursor={}", next.expect("a cursor"));
    }
}

#[tokio::test]
async fn what_was_accepted_is_in_the_inbox_once_whenever_it_is_killed() {
    let folder = &Folder::new("killed-inbox");
    let reader = print(folder, &["token", "--sub", "7", "--org-unit", "acme"]);
    let sender = ["token", "--sub", "1", "--org-unit", "acme", "--permission", "events:write"];
    let sender = print(folder, &sender);
    let (mut process, mut url) = start(folder, &[]);
    for batch in 0..EVENTS / 100 {
        let events = (0..100).map(|number| message(100 * batch + number)).collect();
        let accepted = (202, json!({ "accepted": 100 }));
        let path = format!("{url}/v1/events");
        assert_eq!(send(Method::POST, &path, &sender, &events).await, accepted);
        if [3, 9].contains(&batch) {
            // In the middle of dispatching.
            process.wait_for("work done");
            assert!(!process.stop_with("-KILL").success());
            (process, url) = start(folder, &[]);
        }
    }
    loop {
        let told = messages(&url, &reader).await;
        let distinct: BTreeSet<&String> = told.iter().collect();
        assert_eq!(distinct.len(), told.len(), "each once");
        if told.len() == EVENTS {
            break;
        }
        // What is not there yet is dispatched yet, and that has a line.
        for _ in told.len()..EVENTS {
            process.wait_for("work done");
        }
    }
}

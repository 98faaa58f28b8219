//! Slack of `cargo dev`: a workspace that a developer describes, and a lead alert that gets there.

use std::fs;

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Folder, print, send, start};
use crate::ingest_events::upserted;

const SYNC: &str = "/integrations/slack/sync-identities";

fn describe(folder: &Folder, text: &str) {
    let slack = folder.0.join("slack");
    fs::create_dir_all(&slack).expect("a folder");
    fs::write(slack.join("acme.json"), text).expect("a file");
}

/// The messages in the outbox.
fn messages(folder: &Folder) -> Vec<Value> {
    let files = fs::read_dir(folder.0.join("outbox")).expect("a folder");
    let files = files.map(|file| file.expect("a file").path());
    let messages = files.filter(|file| file.to_string_lossy().ends_with(".slack.json"));
    messages
        .map(|file| serde_json::from_slice(&fs::read(file).expect("a file")).expect("JSON"))
        .collect()
}

#[tokio::test]
async fn who_is_described_in_a_file_is_mapped_and_gets_lead_alerts_in_the_outbox() {
    let folder = &Folder::new("slack");
    let (process, url) = start(folder, &["--in-memory"]);
    let admin_of = |org_unit| {
        print(folder, &["token", "--sub", "1", "--org-unit", org_unit, "--role", "admin"])
    };
    let (admin, path) = (admin_of("acme"), format!("{url}{SYNC}"));
    assert_eq!(send(Method::POST, &path, &admin_of("globex"), &Value::Null).await.0, 400);

    let event = |event: Value| {
        let (admin, events) = (admin.clone(), format!("{url}/v1/events"));
        async move { send(Method::POST, &events, &admin, &event).await.0 }
    };
    assert_eq!(event(upserted("e-1", "m-1", "7", true)).await, 202);
    process.wait_for("work done");
    let sync = async || send(Method::POST, &path, &admin, &Value::Null).await;
    describe(folder, r#"{"users":{}}"#);
    assert_eq!(sync().await.0, 503);
    process.wait_for("acme.json describes no Slack workspace: ");
    describe(folder, r#"{"users":[{"id":"U012AB3CD","email":"7@acme.example"}]}"#);
    let mapped = json!({ "total": 1, "mapped": 1, "newly_mapped": 1, "unmatched": [] });
    assert_eq!(sync().await, (200, mapped));

    let alert = json!({
        "specversion": "1.0", "id": "e-2", "source": "/leads", "type": "surge.fired",
        "time": "2026-03-13T14:00:00Z",
        "data": { "lead": { "id": "l-1", "name": "Ann & Co" }, "owner": 7, "trigger": { "name": "Visits" } },
    });
    assert_eq!(event(alert).await, 202);
    // It is dispatched, and then delivered.
    process.wait_for("work done");
    process.wait_for("work done");
    let messages = messages(folder);
    let [message] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!((&message["workspace"], &message["to"]), (&json!("acme"), &json!("U012AB3CD")));
    let text = message["message"]["text"].as_str().expect("a text");
    assert!(text.contains("Ann &amp; Co"), "{text}");
}

//! Keys and events of `cargo dev`: the way of a machine, from the key to the directory.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use http::Method;
use local::engine;
use local::environment::TABLE;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Folder, local_in, print, send, start};
use crate::ingest_events::upserted;
use crate::support::process::Process;
use crate::support::recorded_event;

const STATUS: &str = "/integrations/slack/identity-status";

/// A key that may change the directory, as the subcommand prints it.
fn api_key(folder: &Folder) -> String {
    let key = print(
        folder,
        &["api-key", "--org-unit", "acme", "--permission", "directory:write", "--name", "HR"],
    );
    assert!(key.starts_with("npk_") && key.len() == 53, "only the key");
    key
}

async fn total(folder: &Folder, url: &str) -> Value {
    let token = print(folder, &["token", "--sub", "1", "--org-unit", "acme"]);
    let (status, body) = send(Method::GET, &format!("{url}{STATUS}"), &token, &Value::Null).await;
    assert_eq!(status, 200);
    body["total"].clone()
}

fn wait_for_dispatches(process: &Process, dispatches: usize) {
    for _ in 0..dispatches {
        process.wait_for("work done");
    }
}

/// The engine of a process that has just started.
pub(super) fn engine_of(process: &Process) -> Client {
    let line = process.wait_for("DynamoDB is on");
    let endpoint = line.split([' ', ',']).find(|word| word.starts_with("http")).expect("a URL");
    engine::client(endpoint)
}

/// How many accepted events are not done.
async fn undone(engine: &Client) -> i32 {
    #[expect(clippy::disallowed_methods, reason = "a test looks at everything there is")]
    let scan = engine.scan().table_name(TABLE);
    let scan = scan.filter_expression("sk=:event AND attribute_not_exists(done_at)");
    let event = AttributeValue::S("EVENT".to_owned());
    scan.expression_attribute_values(":event", event).send().await.expect("items").count
}

#[tokio::test]
async fn a_key_sends_a_batch_and_the_directory_answers() {
    let folder = &Folder::new("batch");
    let (process, url) = start(folder, &["--in-memory"]);
    let key = api_key(folder);
    let batch = json!([upserted("e-1", "m-1", "7", true), upserted("e-2", "m-2", "8", true)]);
    let events = format!("{url}/v1/events");
    let accepted = (202, json!({ "accepted": 2 }));
    assert_eq!(send(Method::POST, &events, &key, &batch).await, accepted);
    wait_for_dispatches(&process, 2);
    assert_eq!(total(folder, &url).await, json!(2));
}

#[tokio::test]
async fn what_was_accepted_when_it_was_killed_is_dispatched_by_the_next_one() {
    let folder = &Folder::new("killed-events");
    let (process, url) = start(folder, &["--hold-queue"]);
    let engine = engine_of(&process);
    let key = api_key(folder);
    let events = format!("{url}/v1/events");
    let event = upserted("e-1", "m-1", "7", true);
    assert_eq!(send(Method::POST, &events, &key, &event).await.0, 202);
    assert_eq!(undone(&engine).await, 1);
    assert!(!process.stop_with("-KILL").success());

    let (process, url) = start(folder, &[]);
    let engine = engine_of(&process);
    wait_for_dispatches(&process, 1);
    assert_eq!(undone(&engine).await, 0);
    assert_eq!(total(folder, &url).await, json!(1));
}

#[tokio::test]
async fn what_was_accepted_is_dispatched_also_if_it_is_killed_in_the_middle_of_it() {
    let folder = &Folder::new("killed-dispatching");
    let (process, url) = start(folder, &[]);
    let key = api_key(folder);
    let batch = (0..100).map(|number| {
        let number = number.to_string();
        upserted(&format!("e-{number}"), &format!("m-{number}"), &number, true)
    });
    let accepted = (202, json!({ "accepted": 100 }));
    let events = format!("{url}/v1/events");
    assert_eq!(send(Method::POST, &events, &key, &batch.collect()).await, accepted);
    wait_for_dispatches(&process, 1);
    assert!(!process.stop_with("-KILL").success());

    let (process, url) = start(folder, &[]);
    let engine = engine_of(&process);
    // What is not done yet is dispatched yet, and that has a line.
    while undone(&engine).await > 0 {
        wait_for_dispatches(&process, 1);
    }
    assert_eq!(total(folder, &url).await, json!(100));
}

#[tokio::test]
async fn a_file_of_events_is_put_on_the_bus_and_what_is_wrong_with_one_is_said() {
    let folder = &Folder::new("send");
    let (process, url) = start(folder, &["--in-memory"]);
    let file = folder.0.join("events.json");
    let put = |events: &Value| {
        std::fs::write(&file, events.to_string()).expect("a file");
        let file = file.to_str().expect("text");
        local_in(folder, &["send", file, "--org-unit", "acme"]).output().expect("a process")
    };
    let done = put(&json!([upserted("e-1", "m-1", "7", true), upserted("e-2", "m-2", "8", true)]));
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stdout), "2 accepted\n");
    // Two were accepted from the bus, and two dispatched.
    wait_for_dispatches(&process, 4);
    assert_eq!(total(folder, &url).await, json!(2));

    let mut bad = upserted("e-3", "m-3", "9", true);
    bad["data"]["email"] = json!("nobody");
    let refused = put(&bad);
    assert!(!refused.status.success());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("data.email must be an email address"), "{said}");
}

#[test]
fn a_bounce_can_be_tried_without_an_email() {
    let folder = &Folder::new("bounce");
    let (process, _) = start(folder, &["--in-memory"]);
    let file = folder.0.join("bounce.json");
    let bounce = recorded_event("record-email-feedback")["Records"][0]["body"].clone();
    std::fs::write(&file, bounce.as_str().expect("text")).expect("a file");
    assert_eq!(print(folder, &["send", file.to_str().expect("text")]), "1 accepted");
    wait_for_dispatches(&process, 1);
}

#[test]
fn the_recorded_event_of_the_bus_can_be_sent() {
    let folder = &Folder::new("recorded");
    let (process, _) = start(folder, &["--in-memory"]);
    let file = format!("{}/../events/accept-bus-events.json", env!("CARGO_MANIFEST_DIR"));
    assert_eq!(print(folder, &["send", &file]), "1 accepted");
    wait_for_dispatches(&process, 2);
}

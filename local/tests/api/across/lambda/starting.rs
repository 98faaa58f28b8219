//! How a function starts, and how it does not.

use std::process::Command;

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{RuntimeApi, configured, configured_with_queue};
use crate::support::process::Process;
use crate::support::{Api, ScriptedSqs, recorded};

/// The one line that a function writes which does not start without the variable.
fn fail_without(mut command: Command, variable: &str) {
    let output = command.env_remove(variable).output().expect("a process");
    assert!(!output.status.success());
    let line: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    let expected = json!({
        "level": "error",
        "event.name": "boot.failed",
        "event.detail": format!("the environment variable {variable} is not set"),
    });
    assert_eq!(line, expected);
}

#[test]
fn a_function_that_is_not_configured_says_which_variable_is_missing() {
    fail_without(configured("get-notification-prefs", "127.0.0.1:9", ""), "AUTH_ISSUER");
}

#[test]
fn a_function_of_links_does_not_start_without_the_id_of_its_secret() {
    fail_without(configured("unsubscribe", "127.0.0.1:9", ""), "UNSUBSCRIBE_KEYS_SECRET");
}

#[tokio::test]
async fn a_function_at_the_queue_does_not_start_without_its_urls_and_others_do() {
    let sqs = ScriptedSqs::start().await;
    for function in ["accept-bus-events", "dispatch-events", "ingest-events"] {
        for variable in ["DISPATCH_QUEUE_URL", "DISPATCH_DEAD_LETTER_QUEUE_URL"] {
            fail_without(configured_with_queue(function, "127.0.0.1:9", "", &sqs), variable);
        }
    }
    for (function, variables) in [
        ("deliver-notifications", ["DELIVERY_QUEUE_URL", "DELIVERY_DEAD_LETTER_QUEUE_URL"]),
        ("send-digests", ["DIGEST_QUEUE_URL", "DIGEST_DEAD_LETTER_QUEUE_URL"]),
        ("record-email-feedback", ["FEEDBACK_QUEUE_URL", "FEEDBACK_DEAD_LETTER_QUEUE_URL"]),
    ] {
        for variable in variables {
            fail_without(configured_with_queue(function, "127.0.0.1:9", "", &sqs), variable);
        }
    }
    let api = Api::start().await;
    let mut runtime = RuntimeApi::start().await;
    let endpoint = api.faults.endpoint();
    let mut command = configured("get-notification-prefs", &runtime.address, &endpoint);
    let process = Process::start(&mut command);
    let answer = runtime.answer(&process, recorded("get-notification-prefs")).await;
    assert_eq!(answer["statusCode"], 200);
}

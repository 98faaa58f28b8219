//! The system as the tests hold it: people as values, verbs on them, the clock held still.

mod api;
mod caller;
mod doubles;
pub(crate) mod emf;
pub(crate) mod identities;
pub(crate) mod inbox;
pub(crate) mod keys;
pub(crate) mod leaks;
mod machine;
pub(crate) mod mail;
mod openapi;
pub(crate) mod operator;
pub(crate) mod process;
pub(crate) mod push;
mod queue;
pub(crate) mod rights;
mod secrets;
pub(crate) mod slack;
mod sqs;
pub(crate) mod watching;

pub(crate) use api::{Api, PUBLIC_URL, Setup, identity};
pub(crate) use caller::{Answer, Caller};
pub(crate) use doubles::{ManualClock, ScriptedJwks};
pub(crate) use queue::{job, letter_reasons, message, queue_events, send_unrecorded};
pub(crate) use secrets::ScriptedSecretsManager;
pub(crate) use sqs::ScriptedSqs;

/// A file of `events/`.
pub(crate) fn recorded(name: &str) -> String {
    let file = format!("{}/../events/{name}.json", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&file).unwrap_or_else(|error| panic!("events/{name}.json: {error}"))
}

/// What a function answers its recorded event, where nothing is stored.
pub(crate) fn recorded_status(function: &str) -> u16 {
    match function {
        "add-push-subscription" | "create-api-key" => 201,
        "ingest-events" => 202,
        // Nobody has the notifications that they name.
        "delete-notifications" | "mark-notifications-read" | "mark-notifications-unread" => 422,
        // Nobody has the key that its link is signed with.
        "unsubscribe" => 400,
        // Nobody has made the key that it names, nor the subscription.
        "remove-push-subscription" | "revoke-api-key" => 404,
        // Nobody has told of the member, nor has the org unit a Slack.
        "put-member-slack" => 404,
        "sync-slack-identities" => 400,
        // Nor is anything known of the project.
        "get-issue-watch" | "toggle-issue-watch" | "toggle-report-watch" => 404,
        _ => 200,
    }
}

/// The recorded event of a function.
pub(crate) fn recorded_event(function: &str) -> serde_json::Value {
    serde_json::from_str(&recorded(function)).expect("JSON")
}

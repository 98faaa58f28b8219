//! Whatever anyone sends as a body, a query or a message: it is taken as documented, or refused in the
//! words of its surface with nothing stored, in an answer of bounded size, at a bounded number of calls.

mod encodings;
mod malformed;
mod messages;
mod mutate;
mod mutations;
mod places;
mod queries;
mod repeated;
mod target;
mod values;

use std::collections::BTreeSet;

use serde_json::Value;

/// What a function makes of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// It has to be JSON.
    Json,
    /// It has to be JSON, if there is any.
    JsonIfAny,
    /// Nobody looks at it.
    Nothing,
}

/// Every function that takes a body, and what it makes of it.
const BODIES: [(&str, Reads); 16] = [
    ("add-push-subscription", Reads::Json),
    ("create-api-key", Reads::Json),
    ("decide-delivery", Reads::Json),
    ("delete-notifications", Reads::Json),
    ("ingest-events", Reads::Json),
    ("mark-notifications-read", Reads::Json),
    ("mark-notifications-unread", Reads::Json),
    ("patch-account-email", Reads::JsonIfAny),
    ("put-channel-preference", Reads::Json),
    ("put-member-slack", Reads::Json),
    ("put-notification-prefs", Reads::Json),
    ("sync-slack-identities", Reads::Nothing),
    ("toggle-issue-watch", Reads::Nothing),
    ("toggle-report-watch", Reads::Nothing),
    ("unsubscribe", Reads::Nothing),
    ("update-activity-preferences", Reads::Json),
];

/// Those that look at it.
fn readers() -> impl Iterator<Item = &'static str> {
    let readers = BODIES.iter().filter(|(_, reads)| *reads != Reads::Nothing);
    readers.map(|(function, _)| *function)
}

#[test]
fn every_operation_that_takes_a_body_is_in_the_table() {
    let document = local::yaml::parse(include_str!("../../../../openapi.yaml")).expect("YAML");
    let paths = document["paths"].as_object().expect("paths").values();
    let operations = paths.flat_map(|path| path.as_object().expect("operations").values());
    let with_a_body = operations.filter(|operation| operation.get("requestBody").is_some());
    let described = with_a_body.map(|operation| operation["operationId"].as_str().expect("an id"));
    let table = BODIES.map(|(function, _)| function);
    assert_eq!(described.collect::<BTreeSet<_>>(), BTreeSet::from(table));
}

#[tokio::test]
async fn every_good_body_is_taken() {
    let api = target::prepared().await;
    let target = target::Target::of(&api).await;
    for (function, _) in BODIES {
        let good = target.good(function).await;
        let answer = target.send(function, good).await;
        // Nobody has connected a Slack.
        let expected = if function == "sync-slack-identities" { 400 } else { 200 };
        assert_eq!(answer.status / 100, expected / 100, "{function}: {}", answer.body);
    }
    let lines = target.lines();
    assert!(lines.iter().all(|line: &Value| line["level"] == "info"), "{lines:?}");
}

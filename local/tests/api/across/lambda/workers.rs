//! Functions that a queue or the bus invokes.

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{Answered, RuntimeApi, configured_with_queue};
use crate::ingest_events::upserted;
use crate::support::process::Process;
use crate::support::{Api, ScriptedSqs, recorded_event};

/// A function that is invoked, and what it reaches.
struct Running {
    runtime: RuntimeApi,
    process: Process,
}

impl Running {
    async fn start(function: &str, api: &Api, sqs: &ScriptedSqs) -> Self {
        let runtime = RuntimeApi::start().await;
        let endpoint = api.faults.endpoint();
        let mut command = configured_with_queue(function, &runtime.address, &endpoint, sqs);
        Self { process: Process::start(&mut command), runtime }
    }

    async fn invoke(&mut self, event: &Value) -> Answered {
        self.runtime.invoke(&self.process, event.to_string()).await
    }
}

/// What a bus hands over.
fn from_bus(detail: &Value) -> Value {
    let mut event = recorded_event("accept-bus-events");
    event["detail"] = detail.clone();
    event
}

/// An event that is good by the machine's own clock.
fn member(id: &str) -> Value {
    let mut event = upserted(id, "m-1", "7", true);
    event["time"] = json!("2020-01-01T00:00:00Z");
    event["orgunit"] = json!("acme");
    event
}

fn done() -> Answered {
    Answered::Done(Value::Null)
}

fn failed(why: &str) -> Answered {
    Answered::Failed(why.to_owned())
}

/// How many events are stored.
async fn events(api: &Api) -> usize {
    api.items().await.iter().filter(|item| item["sk"] == "EVENT").count()
}

#[tokio::test]
async fn an_event_of_the_bus_is_taken_or_buried_or_its_invocation_fails() {
    let (api, sqs) = (Api::start().await, ScriptedSqs::start().await);
    let mut function = Running::start("accept-bus-events", &api, &sqs).await;
    assert_eq!(function.invoke(&from_bus(&member("e-1"))).await, done());
    assert_eq!((events(&api).await, sqs.taken().len(), sqs.letters()), (1, 1, vec![]));

    let mut bad = member("e-2");
    bad["data"]["confirmed"] = json!("hush");
    assert_eq!(function.invoke(&from_bus(&bad)).await, done());
    let reason = "invalid_body: data.confirmed must be a boolean (true or false)".to_owned();
    assert_eq!(sqs.letters(), [(bad.to_string(), reason)]);

    assert_eq!(function.invoke(&json!({ "detail-type": "hush" })).await, failed("no_event"));
    api.faults.set(Plan::always(Fault::LoseRequest));
    assert_eq!(function.invoke(&from_bus(&member("e-3"))).await, failed("store.unreachable"));
    api.faults.set(Plan::default());
    assert_eq!(function.invoke(&from_bus(&member("e-3"))).await, done());
    assert_eq!((events(&api).await, sqs.taken().len(), sqs.letters().len()), (2, 2, 1));
    let said = function.process.said().join("\n");
    assert!(!said.contains("hush"), "{said}");
}

#[tokio::test]
async fn a_worker_names_the_messages_that_failed_and_no_others() {
    // The first message is of the bus; the second is to be left to a function of a later version.
    let refused = [(1, "InvalidMessageContents")];
    let (api, sqs) = (Api::start().await, ScriptedSqs::start_with(&refused).await);
    let mut bus = Running::start("accept-bus-events", &api, &sqs).await;
    assert_eq!(bus.invoke(&from_bus(&member("e-1"))).await, done());
    let [good] = &sqs.taken()[..] else { panic!("one message: {:?}", sqs.taken()) };

    let mut worker = Running::start("dispatch-events", &api, &sqs).await;
    assert_eq!(worker.invoke(&json!({ "Records": "hush" })).await, failed("no_event"));
    let newer = json!({ "version": 3 }).to_string();
    let recorded = recorded_event("dispatch-events");
    let batch_of = |messages: &[(&str, &str)]| {
        let mut batch = recorded.clone();
        let records = messages.iter().map(|(id, body)| {
            let mut record = recorded["Records"][0].clone();
            record["messageId"] = json!(id);
            record["body"] = json!(body);
            record
        });
        batch["Records"] = records.collect();
        batch
    };
    let failures = json!({ "batchItemFailures": [{ "itemIdentifier": "newer" }] });
    let answer = worker.invoke(&batch_of(&[("newer", &newer), ("good", good)])).await;
    assert_eq!(answer, Answered::Done(failures));
    let none = json!({ "batchItemFailures": [] });
    let answer = worker.invoke(&batch_of(&[("unreadable", "hush"), ("newer", &newer)])).await;
    assert_eq!(answer, Answered::Done(none));
    assert_eq!(sqs.letters(), [("hush".to_owned(), "unreadable_message".to_owned())]);
    let items = api.items().await;
    let event = items.iter().find(|item| item["sk"] == "EVENT").expect("an event");
    assert!(event["done_at"].is_number(), "{event}");
    let said = worker.process.said().join("\n");
    assert!(!said.contains("hush"), "{said}");
}

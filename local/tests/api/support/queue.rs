//! Messages for the queue that accepted events wait in, and what became of them.

use std::time::Duration;

use local::faults::{Fault, Plan};
use serde_json::{Value, json};
use shared::boot::Job as _;
use shared::deliver::queue::{Message, Queue as _};
use shared::events::DispatchJob;
use shared::store::EventDigest;

use super::api::Api;

/// The first attempt to dispatch the event of that id. Nothing need be stored of it.
pub(crate) fn job(org_unit: &str, id: &str) -> DispatchJob {
    let event = EventDigest::of("/tests", id);
    let body = json!({
        "version": 1, "org_unit": org_unit, "event": event.as_str(), "attempts": 0,
    });
    DispatchJob::read(&body.to_string()).expect("a job")
}

/// The messages of these events, as if an attempt to accept them had come so far.
pub(crate) async fn queue_events(api: &Api, org_unit: &str, events: &Value) {
    let events = events.as_array().cloned().unwrap_or_else(|| vec![events.clone()]);
    let text = |event: &Value, name: &str| event[name].as_str().expect("text").to_owned();
    let messages = events.iter().map(|event| {
        let digest = EventDigest::of(&text(event, "source"), &text(event, "id"));
        let body = json!({
            "version": 1, "org_unit": org_unit, "event": digest.as_str(), "attempts": 0,
        });
        message(org_unit, &body.to_string())
    });
    api.queue.send(messages.collect()).await.expect("sent");
}

/// Sends events while the directory cannot be written, and queues them all the same, so that all is
/// left to the worker: an attempt before may have come so far.
pub(crate) async fn send_unrecorded(api: &Api, org_unit: &str, events: &Value) {
    for event in events.as_array().cloned().unwrap_or_else(|| vec![events.clone()]) {
        // It is stored, and then nothing is.
        api.faults.set(Plan::after(1, Fault::Refuse));
        let answer = api.admin(org_unit).post("/v1/events", &event).await;
        api.faults.set(Plan::default());
        if answer.status != 202 {
            queue_events(api, org_unit, &event).await;
        }
    }
}

/// A message that says whatever it is told to, and that nobody keeps back.
pub(crate) fn message(org_unit: &str, body: &str) -> Message {
    Message { group: org_unit.to_owned(), body: body.to_owned(), delay: Duration::ZERO }
}

/// Why each dead letter is dead, in the order in which they died.
pub(crate) async fn letter_reasons(api: &Api) -> Vec<String> {
    let letters = api.queue.dead_letters(None).await.expect("dead letters");
    letters.into_iter().map(|letter| letter.reason).collect()
}

//! What the function does that takes what comes back of emails.

use local::faults::{Fault, Plan};
use shared::deliver::queue::Queue as _;

use super::ATTEMPTS;
use crate::ingest_events::upserted;
use crate::support::{Api, message, recorded_event};

/// A bounce of someone's, first at a moment when the store is away, and a message that is none.
pub(super) async fn record_feedback(api: &Api) {
    let answer = api.admin("acme").post("/v1/events", &upserted("e-1", "m-7", "7", true)).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    api.queue_faults.set(Plan::default());
    api.faults.set(Plan::fail_calls(1..1 + ATTEMPTS, Fault::Throttle));
    let bounce = recorded_event("record-email-feedback")["Records"][0]["body"].clone();
    let bodies = [bounce.as_str().expect("text"), "none"];
    let messages = bodies.map(|body| message("ses", body)).to_vec();
    api.feedback_queue.send(messages).await.expect("sent");
    api.record_feedback().await;
    api.clock.advance(600);
    api.record_feedback().await;
}

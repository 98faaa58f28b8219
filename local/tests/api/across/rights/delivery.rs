//! What it takes to deliver something over every channel.

use local::faults::{Fault, Plan};
use serde_json::json;
use shared::deliver::queue::Queue as _;

use super::ATTEMPTS;
use crate::deliver_notifications::push::set_push;
use crate::deliver_notifications::slack::surge;
use crate::ingest_events::{assigned, upserted};
use crate::support::mail::message_to;
use crate::support::push::{endpoint, store_at};
use crate::support::slack::{connect_slack, slack_id};
use crate::support::{Api, message};

/// An email about an assignment, a lead alert to who is gone from Slack, and a push message, first at a moment when the
/// store is away, and a message that is none.
pub(super) async fn deliver(api: &Api) {
    let mut joined = assigned("joined");
    joined["type"] = json!("project.member_added");
    joined["data"]["member"] = json!(7);
    joined["time"] = json!("2026-03-13T13:00:00Z");
    connect_slack(api, "acme", []);
    api.map_to_slack("acme", "7", &slack_id("7")).await;
    // Straight into the table: nothing but delivering reads the keys.
    store_at(api, "acme", "7", &endpoint("phone")).await;
    set_push(api, &json!("chat.message"), true).await;
    let known = upserted("e-1", "m-7", "7", true);
    let events = [known, joined, assigned("e-2"), surge("e-3"), message_to("e-4", &["7"])];
    let events = json!(events);
    let answer = api.admin("acme").post("/v1/events", &events).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    api.dispatch().await;
    super::persons::remember_an_erasure(api).await;
    api.queue_faults.set(Plan::default());
    api.delivery_faults.set(Plan::default());
    api.faults.set(Plan::fail_calls(1..1 + 4 * ATTEMPTS, Fault::Throttle));
    api.deliver().await;
    api.clock.advance(600);
    api.delivery_queue.send(vec![message("acme", "none")]).await.expect("sent");
    api.deliver().await;
}

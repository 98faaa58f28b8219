//! What the function does that sends digests.

use local::faults::{Fault, Plan};
use serde_json::Value;
use shared::deliver::queue::Queue as _;

use super::ATTEMPTS;
use crate::support::mail::{know_addresses, message_to, set_row, tell};
use crate::support::{Api, message};

/// A digest of a message that someone sent, first at a moment when the store is away, and a message that
/// is none.
pub(super) async fn send_digests(api: &Api) {
    know_addresses(api, &["7"]).await;
    set_row(api, "7", Value::Null, true, "hourly").await;
    let mut by_someone = message_to("e-1", &["7"]);
    by_someone["data"]["actor"] = "4".into();
    tell(api, &by_someone).await;
    api.queue_faults.set(Plan::default());
    api.delivery_faults.set(Plan::default());
    // After 16 shards and the one digest, every attempt to close it.
    let first = 16 + 1 + 1;
    api.faults.set(Plan::fail_calls(first..first + ATTEMPTS, Fault::Throttle));
    api.tick("2026-03-13T15:00:00Z").await;
    api.send_digests().await;
    api.clock.advance(600);
    api.digest_queue.send(vec![message("acme", "none")]).await.expect("sent");
    api.send_digests().await;
}

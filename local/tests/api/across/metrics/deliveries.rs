//! Deliveries as they are counted, and digests.

use local::faults::Plan;
use local::outbox::EmailFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::PATH;
use crate::deliver_notifications::push::{message, with_browsers};
use crate::deliver_notifications::slack::surge;
use crate::support::Api;
use crate::support::emf::{metrics, sum, with_metrics};
use crate::support::mail::{alert_to, know_addresses, message_to, set_row, tell, written_to};
use crate::support::slack::{connect_slack, slack_id, slack_user};

/// How many deliveries ended like that.
fn deliveries(api: &Api, channel: &str, result: &str) -> f64 {
    sum(&metrics(api), "Deliveries", &[("Channel", channel), ("Result", result)])
}

#[tokio::test]
async fn a_delivery_is_counted_once_by_channel_and_how_it_ended() {
    let api = with_metrics().await;
    know_addresses(&api, &["7"]).await;
    connect_slack(&api, "acme", [slack_user("7")]);
    api.map_to_slack("acme", "7", &slack_id("7")).await;
    // Two browsers are one delivery.
    let _browsers = with_browsers(&api, ["one", "two"]).await;
    for event in [alert_to("e-1", &["7"]), message("e-2"), surge("e-3")] {
        tell(&api, &event).await;
        api.deliver().await;
    }
    for channel in ["email", "push", "slack"] {
        assert_eq!(deliveries(&api, channel, "sent"), 1.0, "{channel}");
    }
    // It waits for another attempt, which is no end; then it is refused for good.
    api.email_faults.set(Plan::first([EmailFault::Fail, EmailFault::Refuse]));
    tell(&api, &alert_to("e-4", &["7"])).await;
    api.deliver().await;
    assert_eq!(deliveries(&api, "email", "failed"), 0.0);
    api.clock.advance(60);
    api.deliver().await;
    assert_eq!(deliveries(&api, "email", "failed"), 1.0);
    // What is switched off meanwhile is decided against in the last moment.
    tell(&api, &surge("e-5")).await;
    let off = json!({ "notifications_enabled": false });
    assert_eq!(api.person("acme", "7").put(PATH, &off).await.status, 200);
    api.deliver().await;
    assert_eq!(deliveries(&api, "slack", "denied"), 1.0);
    assert_eq!(deliveries(&api, "slack", "sent"), 1.0);
}

#[tokio::test]
async fn a_digest_is_a_delivery_of_its_own_channel_and_says_how_late_it_is() {
    let api = with_metrics().await;
    know_addresses(&api, &["7", "8"]).await;
    set_row(&api, "7", Value::Null, true, "hourly").await;
    tell(&api, &message_to("e-1", &["7"])).await;
    // What waits for a digest is delivered with it.
    assert_eq!(api.deliver().await.messages, 0);
    api.clock.advance(60 * 60 + 90);
    api.tick("2026-03-13T15:00:00Z").await;
    api.send_digests().await;
    assert_eq!(written_to(&api), ["7@acme.example"]);
    let all = metrics(&api);
    assert_eq!(deliveries(&api, "digest", "sent"), 1.0);
    assert_eq!(sum(&all, "DigestLag", &[]), 90.0);
    let lag = all.iter().find(|metric| metric.name == "DigestLag").expect("a lag");
    assert_eq!((lag.unit.as_str(), lag.dimensions.len()), ("Seconds", 0));
    // The tick that found it, and the digest.
    let work = [("Function", "send-digests"), ("Outcome", "done")];
    assert_eq!(sum(&all, "Work", &work), 2.0);

    // One that nobody wants any more is not late.
    tell(&api, &message_to("e-2", &["7"])).await;
    set_row(&api, "7", Value::Null, false, "hourly").await;
    api.clock.advance(60 * 60);
    api.tick("2026-03-13T16:00:00Z").await;
    api.send_digests().await;
    let all = metrics(&api);
    assert_eq!(deliveries(&api, "digest", "denied"), 1.0);
    assert_eq!(all.iter().filter(|metric| metric.name == "DigestLag").count(), 1);
}

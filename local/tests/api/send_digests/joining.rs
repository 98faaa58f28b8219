//! What waits joins one digest, once, and one that is open.

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use super::{dead_digests, sent, tick_and_send, waiting, with_messages};
use crate::support::mail::{deliveries, header, message_to, set_row, tell, the_email, written_to};
use crate::support::message;

const EVENT: &str = "/chat:e-1";

#[tokio::test]
async fn what_is_to_wait_by_the_time_that_it_would_be_sent_joins_the_digest() {
    let api = with_messages("instant", 1).await;
    set_row(&api, "7", Value::Null, true, "hourly").await;
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api), [""; 0]);
    let joined = (json!("7"), json!("waiting"), json!(1), json!("digest"));
    assert_eq!(deliveries(&api, EVENT).await, [joined]);
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    assert_eq!(deliveries(&api, EVENT).await, [sent("7")]);
    assert_eq!(written_to(&api).len(), 1);
}

#[tokio::test]
async fn what_waits_is_not_sent_besides_whatever_its_row_says_when_it_is_dispatched_again() {
    let api = with_messages("hourly", 1).await;
    let body = r#"{"version":1,"org_unit":"acme","event":"EVENT","user":"7","channel":"email","attempts":0}"#;
    let event = shared::store::EventDigest::of("/chat", "e-1");
    let body = body.replace("EVENT", event.as_str());
    set_row(&api, "7", Value::Null, true, "instant").await;
    api.delivery_queue.send(vec![message("acme", &body)]).await.expect("sent");
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api), [""; 0]);
    assert_eq!(deliveries(&api, EVENT).await, [waiting("7")]);
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    assert_eq!(deliveries(&api, EVENT).await, [sent("7")]);
    api.delivery_queue.send(vec![message("acme", &body)]).await.expect("sent");
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1);
}

#[tokio::test]
async fn what_comes_after_its_digest_was_closed_waits_for_the_next_one() {
    let api = with_messages("hourly", 1).await;
    // By a clock that is ahead of ours.
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    drop(api.outbox.take());
    tell(&api, &message_to("e-2", &["7"])).await;
    assert_eq!(deliveries(&api, "/chat:e-2").await, [waiting("7")]);
    assert_eq!(tick_and_send(&api, "2026-03-13T15:55:00Z").await.messages, 0);
    assert_eq!(tick_and_send(&api, "2026-03-13T16:00:00Z").await.messages, 1);
    let subject = header(&the_email(&api), "Subject");
    assert_eq!(subject.as_deref(), Some("1 new notification"));
    assert_eq!(deliveries(&api, "/chat:e-2").await, [sent("7")]);
}

#[tokio::test]
async fn a_dispatch_cut_off_at_any_call_of_the_store_has_each_message_wait_once() {
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    // The event, whom it names and who they are; two join; it is done.
    let cases = (1..=7).flat_map(|call| faults.map(|fault| (call, fault)));
    let cut_off = async |(call, fault)| {
        let api = with_messages("hourly", 0).await;
        let answer = api.admin("acme").post("/v1/events", &message_to("e-1", &["7"])).await;
        assert_eq!(answer.status, 202);
        // So often that no retry of a client helps.
        api.faults.set(Plan::fail_calls(call..call + 6, fault));
        api.dispatch().await;
        api.faults.set(Plan::default());
        for _ in 0..3 {
            api.clock.advance(600);
            api.dispatch().await;
        }
        assert_eq!(deliveries(&api, EVENT).await, [waiting("7")], "{call} {fault:?}");
        for at in ["2026-03-13T15:00:00Z", "2026-03-13T16:00:00Z"] {
            tick_and_send(&api, at).await;
        }
        assert_eq!(written_to(&api).len(), 1, "{call} {fault:?}");
        assert_eq!(deliveries(&api, EVENT).await, [sent("7")], "{call} {fault:?}");
        assert_eq!(dead_digests(&api).await, [""; 0]);
    };
    stream::iter(cases).map(cut_off).buffer_unordered(8).collect::<()>().await;
}

#[tokio::test]
async fn a_delivery_cut_off_at_any_call_as_it_joins_a_digest_waits_once() {
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    let cases = (1..=5).flat_map(|call| faults.map(|fault| (call, fault)));
    let cases =
        cases.flat_map(|(call, fault)| ["hourly", "instant"].map(|then| (call, fault, then)));
    let cut_off = async |(call, fault, then)| {
        let api = with_messages("instant", 1).await;
        set_row(&api, "7", Value::Null, true, "hourly").await;
        api.faults.set(Plan::fail_calls(call..call + 6, fault));
        api.deliver().await;
        api.faults.set(Plan::default());
        // What joined stays where it is, whatever the row says by then.
        set_row(&api, "7", Value::Null, true, then).await;
        for _ in 0..3 {
            api.clock.advance(600);
            api.deliver().await;
        }
        for at in ["2026-03-13T15:00:00Z", "2026-03-13T16:00:00Z"] {
            tick_and_send(&api, at).await;
        }
        assert_eq!(written_to(&api).len(), 1, "{call} {fault:?} {then}");
        let lines = deliveries(&api, EVENT).await;
        let status = lines.iter().map(|(_, status, _, _)| status).collect::<Vec<_>>();
        assert_eq!(status, ["sent"], "{call} {fault:?} {then}");
        assert_eq!(api.delivery_queue.messages().await, Ok(vec![]));
    };
    stream::iter(cases).map(cut_off).buffer_unordered(8).collect::<()>().await;
}

//! Sending digests while the peer, the store, the queue or the process fails.

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use local::outbox::EmailFault;
use local::queue::QueueFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use super::{Line, dead_digests, denied, message_in, sent, tick_and_send, with_messages};
use crate::support::mail::{deliveries, set_row, tell, written_to};
use crate::support::message;

const EVENT: &str = "/chat:e-1";
const THREE: &str = "2026-03-13T15:00:00Z";

fn line(status: &str, attempts: u32, reason: Value) -> [Line; 1] {
    [(json!("7"), json!(status), json!(attempts), reason)]
}

#[tokio::test]
async fn a_busy_peer_is_left_alone_for_as_long_as_it_asks_and_what_left_is_decided_anew() {
    let api = with_messages("hourly", 2).await;
    tell(&api, &message_in("order.updated", "o-1", "7")).await;
    api.email_faults.set(Plan::fail_call(1, EmailFault::TooMany));
    tick_and_send(&api, THREE).await;
    assert_eq!(deliveries(&api, EVENT).await, line("waiting", 1, json!("email.later Injected")));
    set_row(&api, "7", json!("order.updated"), true, "off").await;
    api.clock.advance(29);
    assert_eq!(tick_and_send(&api, "2026-03-13T15:05:00Z").await.messages, 0, "it asked for 30 s");
    api.clock.advance(1);
    assert_eq!(api.send_digests().await.messages, 1);
    assert_eq!(deliveries(&api, EVENT).await, line("sent", 2, Value::Null));
    let (user, status, _, why) = denied("7", "digest_off");
    assert_eq!(deliveries(&api, "/chat:o-1").await, [(user, status, json!(2), why)]);
    assert_eq!(written_to(&api).len(), 1);
}

#[tokio::test]
async fn a_digest_that_is_given_up_after_eight_hours_may_be_sent_by_whoever_puts_it_back() {
    let api = with_messages("hourly", 1).await;
    tell(&api, &message_in("order.updated", "o-1", "7")).await;
    set_row(&api, "7", json!("order.updated"), true, "off").await;
    api.email_faults.set(Plan::always(EmailFault::Fail));
    api.tick(THREE).await;
    for _ in 0..60 {
        api.send_digests().await;
        api.clock.advance(900);
    }
    assert_eq!(api.email_faults.calls().len(), 50, "about eight hours");
    assert_eq!(dead_digests(&api).await, ["email.later Injected"]);
    assert_eq!(deliveries(&api, EVENT).await, line("failed", 50, json!("email.later Injected")));
    assert_eq!(deliveries(&api, "/chat:o-1").await, line("denied", 50, json!("digest_off")));
    let letter = api.digest_queue.dead_letters(None).await.expect("letters").remove(0);
    set_row(&api, "7", json!("order.updated"), true, "instant").await;
    api.digest_queue.send(vec![message("acme", &letter.body)]).await.expect("sent");
    api.email_faults.set(Plan::default());
    api.send_digests().await;
    for event in [EVENT, "/chat:o-1"] {
        assert_eq!(deliveries(&api, event).await, line("sent", 51, Value::Null));
    }
}

#[tokio::test]
async fn what_was_decided_against_is_said_once_nobody_tries_again() {
    for (then, end) in [("off", denied("7", "digest_off")), ("hourly", sent("7"))] {
        let api = with_messages("hourly", 1).await;
        tell(&api, &message_in("order.updated", "o-1", "7")).await;
        set_row(&api, "7", json!("order.updated"), true, "off").await;
        api.email_faults.set(Plan::fail_call(1, EmailFault::TooMany));
        tick_and_send(&api, THREE).await;
        for event in [EVENT, "/chat:o-1"] {
            let waits = line("waiting", 1, json!("email.later Injected"));
            assert_eq!(deliveries(&api, event).await, waits, "{event}");
        }
        set_row(&api, "7", json!("order.updated"), true, then).await;
        api.clock.advance(30);
        api.send_digests().await;
        let (user, status, _, why) = end;
        assert_eq!(deliveries(&api, "/chat:o-1").await, [(user, status, json!(2), why)], "{then}");
        assert_eq!(deliveries(&api, EVENT).await, line("sent", 2, Value::Null));
    }
}

#[tokio::test]
async fn a_digest_that_the_peer_refuses_or_may_have_is_dead_and_not_sent_again() {
    for (fault, reason, copies) in [
        (EmailFault::Refuse, "email.refused Injected", 0),
        (EmailFault::TimeoutBeforeSending, "email.unanswered injected", 0),
        (EmailFault::TimeoutAfterSending, "email.unanswered injected", 1),
    ] {
        let api = with_messages("hourly", 1).await;
        api.email_faults.set(Plan::fail_call(1, fault));
        tick_and_send(&api, THREE).await;
        api.clock.advance(3600);
        tick_and_send(&api, "2026-03-13T17:00:00Z").await;
        assert_eq!(written_to(&api).len(), copies, "{fault:?}");
        assert_eq!(dead_digests(&api).await, [reason], "{fault:?}");
        assert_eq!(deliveries(&api, EVENT).await, line("failed", 1, json!(reason)), "{fault:?}");
    }
}

#[tokio::test]
async fn only_who_dies_between_the_peers_answer_and_its_record_sends_a_digest_twice() {
    let api = with_messages("hourly", 1).await;
    api.email_faults.set(Plan::fail_call(1, EmailFault::Die));
    api.tick(THREE).await;
    tokio::select! {
        _ = api.send_digests() => panic!("it goes on"),
        () = api.email_faults.death() => {}
    }
    assert_eq!(deliveries(&api, EVENT).await, line("sending", 1, Value::Null));
    assert_eq!(tick_and_send(&api, "2026-03-13T20:00:00Z").await.messages, 0);
    // The queue hands it out again after six minutes, when the claim has been over for four.
    api.clock.advance(361);
    assert_eq!(api.send_digests().await.messages, 1);
    assert_eq!(written_to(&api).len(), 2);
    assert_eq!(deliveries(&api, EVENT).await, line("sent", 2, Value::Null));
}

#[tokio::test]
async fn a_sender_that_cannot_write_down_that_a_digest_was_sent_does_not_send_it_again() {
    let api = with_messages("hourly", 1).await;
    api.tick(THREE).await;
    // The claim, the person, what waits and its event; what the peer said is refused.
    api.faults.set(Plan::after(4, Fault::Refuse));
    api.send_digests().await;
    api.faults.set(Plan::default());
    api.clock.advance(7200);
    tick_and_send(&api, "2026-03-13T18:00:00Z").await;
    assert_eq!(written_to(&api).len(), 1);
    assert_eq!(dead_digests(&api).await, ["delivery.unrecorded"]);
}

#[tokio::test]
async fn a_sender_killed_at_any_call_of_the_store_leaves_what_the_next_one_completes() {
    let api = with_messages("hourly", 2).await;
    api.faults.set(Plan::default());
    tick_and_send(&api, THREE).await;
    let calls = api.faults.calls().len();
    assert_eq!(calls, 16 + 1 + 5);
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    // Each of the shards is asked the same.
    let cases = [1, 9].into_iter().chain(16..=calls);
    let cases = cases.flat_map(|call| faults.map(|fault| (call, fault)));
    let cut_off = async |(call, fault)| {
        let api = with_messages("hourly", 2).await;
        // So often that no retry of a client helps.
        api.faults.set(Plan::fail_calls(call..call + 6, fault));
        // Whether it was done, its schedule sees; what it left, the next one.
        api.schedules.tick(THREE.parse().expect("an instant")).await;
        api.send_digests().await;
        api.faults.set(Plan::default());
        for at in ["2026-03-13T15:05:00Z", "2026-03-13T16:05:00Z", "2026-03-13T17:10:00Z"] {
            api.clock.advance(600);
            tick_and_send(&api, at).await;
        }
        assert_eq!(written_to(&api).len(), 1, "{call} {fault:?}");
        let lines = deliveries(&api, EVENT).await;
        assert_eq!(lines[0].1, "sent", "{call} {fault:?}");
        assert_eq!(dead_digests(&api).await, [""; 0], "{call} {fault:?}");
        assert_eq!(api.digest_queue.messages().await, Ok(vec![]), "{call} {fault:?}");
    };
    stream::iter(cases).map(cut_off).buffer_unordered(8).collect::<()>().await;
}

#[tokio::test]
async fn what_cannot_be_queued_as_it_falls_due_is_found_by_the_next_tick() {
    for fault in [QueueFault::LoseRequest, QueueFault::LoseAnswer, QueueFault::Throttle] {
        let api = with_messages("hourly", 1).await;
        api.digest_faults.set(Plan::fail_call(1, fault));
        let ticked = api.schedules.tick(THREE.parse().expect("an instant")).await;
        assert!(ticked.values().all(Result::is_err), "{fault:?}");
        tick_and_send(&api, "2026-03-13T15:05:00Z").await;
        assert_eq!(written_to(&api).len(), 1, "{fault:?}");
        assert_eq!(deliveries(&api, EVENT).await, [sent("7")], "{fault:?}");
    }
}

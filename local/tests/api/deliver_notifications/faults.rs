//! Delivering while the peer, the store or the process fails.

use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use local::outbox::EmailFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::sent;
use crate::support::Api;
use crate::support::mail::{
    alert_to, dead_deliveries, deliveries, know_addresses, tell, written_to,
};

const EVENT: &str = "/accounts:e-1";

/// How many systems run side by side.
const AT_A_TIME: usize = 8;

/// A system in which an alert to person 7 waits to be delivered.
async fn with_alert() -> Api {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    tell(&api, &alert_to("e-1", &["7"])).await;
    api
}

fn line(status: &str, attempts: u32, reason: Value) -> [(Value, Value, Value, Value); 1] {
    [(json!("7"), json!(status), json!(attempts), reason)]
}

#[tokio::test]
async fn a_busy_peer_is_left_alone_for_as_long_as_it_asks() {
    let api = with_alert().await;
    api.email_faults.set(Plan::fail_call(1, EmailFault::TooMany));
    api.deliver().await;
    let why = json!("email.later Injected");
    assert_eq!(deliveries(&api, EVENT).await, line("waiting", 1, why));
    api.clock.advance(29);
    assert_eq!(api.deliver().await.messages, 0, "it asked for 30 s");
    api.clock.advance(1);
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(deliveries(&api, EVENT).await, line("sent", 2, Value::Null));
    assert_eq!(written_to(&api).len(), 1);
}

#[tokio::test]
async fn a_peer_that_is_out_of_order_is_tried_again_until_it_is_given_up_and_may_be_sent_then() {
    let api = with_alert().await;
    api.email_faults.set(Plan::always(EmailFault::Fail));
    for _ in 0..60 {
        api.deliver().await;
        api.clock.advance(900);
    }
    assert_eq!(api.email_faults.calls().len(), 50, "about eight hours");
    assert_eq!(dead_deliveries(&api).await, ["email.later Injected"]);
    let why = json!("email.later Injected");
    assert_eq!(deliveries(&api, EVENT).await, line("failed", 50, why));

    // Whoever looks after the dead letters puts it back.
    let letter = api.delivery_queue.dead_letters(None).await.expect("letters").remove(0);
    let back = crate::support::message("acme", &letter.body);
    shared::deliver::queue::Queue::send(&api.delivery_queue, vec![back]).await.expect("sent");
    api.email_faults.set(Plan::default());
    api.deliver().await;
    assert_eq!(deliveries(&api, EVENT).await, line("sent", 51, Value::Null));
}

#[tokio::test]
async fn what_the_peer_refuses_is_dead_with_its_reason_and_not_tried_again() {
    let api = with_alert().await;
    let job = api.delivery_queue.messages().await.expect("messages").remove(0).body;
    api.email_faults.set(Plan::fail_call(1, EmailFault::Refuse));
    api.deliver().await;
    assert_eq!(dead_deliveries(&api).await, ["email.refused Injected"]);
    let failed = line("failed", 1, json!("email.refused Injected"));
    assert_eq!(deliveries(&api, EVENT).await, failed);
    let again = crate::support::message("acme", &job);
    shared::deliver::queue::Queue::send(&api.delivery_queue, vec![again]).await.expect("sent");
    api.deliver().await;
    let why = "delivery.failed_before email.refused Injected";
    assert_eq!(dead_deliveries(&api).await, ["email.refused Injected", why]);
    assert_eq!(api.email_faults.calls().len(), 1);
    assert_eq!(deliveries(&api, EVENT).await, failed);
}

#[tokio::test]
async fn what_nobody_knows_to_be_sent_is_not_sent_again() {
    for (fault, copies) in
        [(EmailFault::TimeoutBeforeSending, 0), (EmailFault::TimeoutAfterSending, 1)]
    {
        let api = with_alert().await;
        api.email_faults.set(Plan::fail_call(1, fault));
        api.deliver().await;
        api.clock.advance(3600);
        api.deliver().await;
        assert_eq!(written_to(&api).len(), copies, "{fault:?}");
        assert_eq!(dead_deliveries(&api).await, ["email.unanswered injected"], "{fault:?}");
        let why = json!("email.unanswered injected");
        assert_eq!(deliveries(&api, EVENT).await, line("failed", 1, why), "{fault:?}");
    }
}

#[tokio::test]
async fn only_who_dies_between_the_peers_answer_and_its_record_sends_it_twice() {
    let api = with_alert().await;
    api.email_faults.set(Plan::fail_call(1, EmailFault::Die));
    tokio::select! {
        _ = api.deliver() => panic!("it goes on"),
        () = api.email_faults.death() => {}
    }
    assert_eq!(deliveries(&api, EVENT).await, line("sending", 1, Value::Null));
    // The queue hands it out again after six minutes, when the claim has been over for four.
    api.clock.advance(361);
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api).len(), 2);
    assert_eq!(deliveries(&api, EVENT).await, line("sent", 2, Value::Null));
}

#[tokio::test]
async fn what_comes_too_late_to_know_its_answer_is_not_handed_over() {
    let api = with_alert().await;
    api.faults.set(Plan::fail_call(3, Fault::Delay(Duration::from_millis(500))));
    let meanwhile = async {
        // It is claimed, and whom it is for is being read.
        while api.faults.calls().len() < 3 {
            tokio::task::yield_now().await;
        }
        api.clock.advance(31);
    };
    tokio::join!(api.deliver(), meanwhile);
    assert_eq!(written_to(&api), [""; 0]);
    let why = json!("deadline_exceeded");
    assert_eq!(deliveries(&api, EVENT).await, line("waiting", 1, why));
    api.clock.advance(600);
    api.deliver().await;
    assert_eq!(deliveries(&api, EVENT).await, line("sent", 2, Value::Null));
}

#[tokio::test]
async fn a_sender_that_cannot_write_down_what_it_sent_does_not_send_it_again() {
    let api = with_alert().await;
    // The event, the claim and the person; what the peer said is refused.
    api.faults.set(Plan::after(3, Fault::Refuse));
    api.deliver().await;
    api.faults.set(Plan::default());
    api.clock.advance(3600);
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1);
    assert_eq!(dead_deliveries(&api).await, ["delivery.unrecorded"]);
}

#[tokio::test]
async fn what_someone_else_is_at_waits_until_their_claim_is_over() {
    let api = with_alert().await;
    let job = api.delivery_queue.messages().await.expect("messages").remove(0).body;
    api.email_faults.set(Plan::fail_call(1, EmailFault::Die));
    tokio::select! {
        _ = api.deliver() => panic!("it goes on"),
        () = api.email_faults.death() => {}
    }
    let copy = crate::support::message("acme", &job);
    shared::deliver::queue::Queue::send(&api.delivery_queue, vec![copy]).await.expect("sent");
    api.clock.advance(60);
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api).len(), 1, "held");
    api.clock.advance(59);
    assert_eq!(api.deliver().await.messages, 0, "for two minutes");
    api.clock.advance(1);
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api).len(), 2);
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_worker_cut_off_at_any_call_of_the_store_leaves_what_the_next_one_completes() {
    let api = with_alert().await;
    api.faults.set(Plan::default());
    api.deliver().await;
    let calls = api.faults.calls().len();
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    let cases = (1..=calls).flat_map(|call| faults.map(|fault| (call, fault)));
    let cut_off = async |(call, fault)| {
        let api = with_alert().await;
        // So often that no retry of a client helps.
        api.faults.set(Plan::fail_calls(call..call + 6, fault));
        api.deliver().await;
        api.faults.set(Plan::default());
        for _ in 0..3 {
            api.clock.advance(600);
            api.deliver().await;
        }
        assert_eq!(written_to(&api).len(), 1, "{call} {fault:?}");
        let lines = deliveries(&api, EVENT).await;
        assert_eq!(lines[0].1, "sent", "{call} {fault:?}");
        assert_eq!(dead_deliveries(&api).await, [""; 0], "{call} {fault:?}");
        assert_eq!(api.delivery_queue.messages().await, Ok(vec![]), "{call} {fault:?}");
    };
    stream::iter(cases).map(cut_off).buffer_unordered(AT_A_TIME).collect::<()>().await;
}

#[tokio::test]
async fn jobs_that_cannot_be_queued_are_queued_when_the_event_is_dispatched_again() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    api.delivery_faults.set(Plan::always(local::queue::QueueFault::LoseRequest));
    tell(&api, &alert_to("e-1", &["7"])).await;
    api.delivery_faults.set(Plan::default());
    api.clock.advance(600);
    api.dispatch().await;
    api.deliver().await;
    assert_eq!(deliveries(&api, EVENT).await, [sent("7")]);
}

//! Sending messages while Slack or the process fails.

use std::time::Duration;

use local::faults::{Fault, Plan};
use local::slack::SlackFault;
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::deliver::queue::Queue as _;

use super::{deliveries, line, sent, surge, with_slack, written_to};
use crate::support::mail::{dead_deliveries, tell};
use crate::support::{Api, message};

/// A system in which a surge waits to be told to person 7.
async fn with_surge() -> Api {
    let api = with_slack(&["7"]).await;
    tell(&api, &surge("e-1")).await;
    api
}

#[tokio::test]
async fn a_busy_slack_is_left_alone_for_as_long_as_it_asks() {
    let api = with_surge().await;
    api.slack.set(Plan::fail_call(1, SlackFault::TooMany { retry_after: 47 }));
    api.deliver().await;
    let why = json!("slack.later ratelimited");
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, why)]);
    api.clock.advance(46);
    assert_eq!(api.deliver().await.messages, 0);
    api.clock.advance(1);
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
    assert_eq!(written_to(&api).len(), 1);
}

#[tokio::test]
async fn more_messages_than_slack_takes_at_once_all_arrive() {
    let api = with_slack(&["7"]).await;
    for number in 0..25 {
        tell(&api, &surge(&format!("e-{number}"))).await;
    }
    for _ in 0..20 {
        api.deliver().await;
        api.clock.advance(15);
    }
    assert_eq!(written_to(&api).len(), 25);
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_slack_that_is_out_of_order_is_tried_again() {
    let api = with_surge().await;
    api.slack.set(Plan::fail_call(1, SlackFault::Fail));
    api.deliver().await;
    let why = json!("slack.later internal_error");
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, why)]);
    api.clock.advance(60);
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
}

#[tokio::test]
async fn what_slack_refuses_is_dead_with_its_reason_and_not_tried_again() {
    let api = with_surge().await;
    let job = api.delivery_queue.messages().await.expect("messages").remove(0).body;
    api.slack.set(Plan::fail_call(1, SlackFault::Answer("invalid_blocks")));
    api.deliver().await;
    let why = "slack.refused invalid_blocks";
    assert_eq!(dead_deliveries(&api).await, [why]);
    api.delivery_queue.send(vec![message("acme", &job)]).await.expect("sent");
    api.deliver().await;
    let again = "delivery.failed_before slack.refused invalid_blocks";
    assert_eq!(dead_deliveries(&api).await, [why, again]);
    assert_eq!(api.slack.calls().len(), 1);
    assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, json!(why))]);
}

#[tokio::test]
async fn what_nobody_knows_to_be_sent_is_not_sent_again() {
    for (fault, how, copies) in [
        (SlackFault::LoseRequest, "connection", 0),
        (SlackFault::LoseAnswer, "connection", 1),
        (SlackFault::Answer("fatal_error"), "fatal_error", 0),
        (SlackFault::Answer("internal_error"), "internal_error", 0),
    ] {
        let api = with_surge().await;
        api.slack.set(Plan::fail_call(1, fault));
        api.deliver().await;
        api.clock.advance(3600);
        api.deliver().await;
        assert_eq!(written_to(&api).len(), copies, "{fault:?}");
        let why = format!("slack.unanswered {how}");
        assert_eq!(dead_deliveries(&api).await, [why.as_str()], "{fault:?}");
        assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, json!(why))], "{fault:?}");
    }
}

#[tokio::test]
async fn only_who_dies_between_slacks_answer_and_its_record_sends_it_twice() {
    let api = with_surge().await;
    api.slack.set(Plan::fail_call(1, SlackFault::Die));
    tokio::select! {
        _ = api.deliver() => panic!("it goes on"),
        () = api.slack.death() => {}
    }
    assert_eq!(deliveries(&api, "e-1").await, [line("sending", 1, json!(null))]);
    assert_eq!(written_to(&api).len(), 1);
    api.clock.advance(361);
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api).len(), 1, "the second copy");
    assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
    api.clock.advance(3600);
    assert_eq!(api.deliver().await.messages, 0);
}

#[tokio::test]
async fn what_comes_too_late_to_know_its_answer_is_not_handed_over() {
    let api = with_surge().await;
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
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, json!("deadline_exceeded"))]);
    api.clock.advance(600);
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [sent(2)]);
}

#[tokio::test]
async fn an_alert_is_one_message_however_often_it_is_asked_for() {
    let api = with_surge().await;
    let jobs = api.delivery_queue.messages().await.expect("messages");
    let again = || jobs.iter().map(|waiting| message("acme", &waiting.body)).collect();
    api.delivery_queue.send(again()).await.expect("sent");
    api.deliver().await;
    api.clock.advance(3600);
    api.deliver().await;
    api.delivery_queue.send(again()).await.expect("sent");
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1);
    assert_eq!(deliveries(&api, "e-1").await, [sent(1)]);
}

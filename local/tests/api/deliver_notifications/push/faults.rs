//! Telling browsers while push services or the process fail.

use std::time::Duration;

use local::faults::{Fault, Plan};
use local::push_peer::PushFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use super::{Line, deliveries, line, message, sent, set_push, subscribed, told, with_browsers};
use crate::support::mail::{dead_deliveries, tell};
use crate::support::push::{endpoint, id_of};
use crate::support::{Api, message as in_queue};

/// A system in which a message waits to be told to the browsers of person 7.
async fn with_message<const N: usize>(names: [&str; N]) -> Api {
    let api = Api::start().await;
    with_browsers(&api, names).await;
    tell(&api, &message("e-1")).await;
    api
}

fn endpoints(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| endpoint(name)).collect()
}

/// Lets so much time pass, and delivers what is due then.
async fn deliver_after(api: &Api, seconds: i64) -> Vec<Line> {
    api.clock.advance(seconds);
    api.deliver().await;
    deliveries(api, "e-1").await
}

#[tokio::test]
async fn a_browser_that_is_gone_is_dropped_and_the_others_are_told() {
    for status in [404, 410] {
        let api = with_message(["gone", "phone"]).await;
        api.push_service.fail_at(&endpoint("gone"), [PushFault::Answer(status)]);
        api.deliver().await;
        assert_eq!(told(&api), endpoints(&["phone"]));
        assert_eq!(subscribed(&api).await, [id_of("phone")]);
        assert_eq!(deliveries(&api, "e-1").await, [sent(1)]);
        assert_eq!(dead_deliveries(&api).await, [""; 0]);
    }
}

#[tokio::test]
async fn of_a_browser_that_is_not_told_where_others_are_there_is_a_line_in_the_log() {
    let api = with_message(["refused", "phone"]).await;
    api.push_service.fail_at(&endpoint("refused"), [PushFault::Answer(403)]);
    api.deliver().await;
    assert_eq!(told(&api), endpoints(&["phone"]));
    let line =
        r#"{"level":"warn","event.name":"push.not_told","event.detail":"push.refused HTTP 403"}"#;
    assert_eq!(api.log.lines().iter().filter(|logged| *logged == line).count(), 1);
}

#[tokio::test]
async fn where_all_are_gone_that_is_the_reason_and_nobody_is_told_any_more() {
    let api = with_message(["one", "two"]).await;
    api.push_service.set(Plan::always(PushFault::Answer(410)));
    api.deliver().await;
    assert_eq!(subscribed(&api).await, [""; 0]);
    assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, json!("push.gone"))]);
    assert_eq!(dead_deliveries(&api).await, ["push.no_browser push.gone"]);
    tell(&api, &message("e-2")).await;
    assert_eq!(api.deliver().await.messages, 0);
}

#[tokio::test]
async fn one_that_is_gone_and_cannot_be_dropped_is_asked_again_and_the_others_are_not() {
    let api = with_message(["gone", "phone"]).await;
    api.push_service.fail_at(&endpoint("gone"), [PushFault::Answer(410), PushFault::Answer(410)]);
    // The event, the claim, whom it is for; then each attempt to drop it.
    api.faults.set(Plan::fail_calls(4..8, Fault::Throttle));
    api.deliver().await;
    assert_eq!(subscribed(&api).await, [id_of("gone"), id_of("phone")]);
    assert_eq!(deliver_after(&api, 600).await, [sent(2)]);
    assert_eq!(told(&api), endpoints(&["phone"]));
    assert_eq!(subscribed(&api).await, [id_of("phone")]);
}

#[tokio::test]
async fn a_busy_push_service_is_left_alone_for_as_long_as_it_asks_and_others_are_told_once() {
    let api = with_message(["busy", "phone"]).await;
    api.push_service.fail_at(&endpoint("busy"), [PushFault::TooMany { retry_after: 47 }]);
    api.deliver().await;
    let waiting = [line("waiting", 1, json!("push.later HTTP 429"))];
    assert_eq!(deliveries(&api, "e-1").await, waiting);
    assert_eq!(told(&api), endpoints(&["phone"]));
    assert_eq!(deliver_after(&api, 46).await, waiting);
    assert_eq!(deliver_after(&api, 1).await, [sent(2)]);
    assert_eq!(told(&api), endpoints(&["busy"]));
}

#[tokio::test]
async fn of_several_that_are_busy_the_longest_is_waited_for() {
    let api = with_message(["one", "two", "three"]).await;
    for (name, retry_after) in [("one", 40), ("two", 90), ("three", 70)] {
        api.push_service.fail_at(&endpoint(name), [PushFault::TooMany { retry_after }]);
    }
    api.deliver().await;
    api.clock.advance(89);
    assert_eq!(api.deliver().await.messages, 0);
    assert_eq!(deliver_after(&api, 1).await, [sent(2)]);
    assert_eq!(told(&api), endpoints(&["one", "three", "two"]));
}

#[tokio::test]
async fn a_push_service_that_is_out_of_order_is_tried_again() {
    let api = with_message(["phone"]).await;
    api.push_service.set(Plan::fail_call(1, PushFault::Answer(500)));
    api.deliver().await;
    let waiting = line("waiting", 1, json!("push.later HTTP 500"));
    assert_eq!(deliveries(&api, "e-1").await, [waiting]);
    assert_eq!(deliver_after(&api, 60).await, [sent(2)]);
}

#[tokio::test]
async fn what_is_refused_is_dead_with_its_reason_and_not_tried_again() {
    for (status, why) in [
        (413, "push.too_large"),
        (400, "push.refused HTTP 400"),
        (403, "push.refused HTTP 403"),
        (302, "push.refused HTTP 302"),
    ] {
        let api = with_message(["phone"]).await;
        let job = api.delivery_queue.messages().await.expect("messages").remove(0).body;
        api.push_service.set(Plan::fail_call(1, PushFault::Answer(status)));
        api.deliver().await;
        let dead = format!("push.no_browser {why}");
        assert_eq!(dead_deliveries(&api).await, [dead.as_str()]);
        api.delivery_queue.send(vec![in_queue("acme", &job)]).await.expect("sent");
        api.deliver().await;
        let again = format!("delivery.failed_before {why}");
        assert_eq!(dead_deliveries(&api).await, [dead, again]);
        assert_eq!(api.push_service.calls().len(), 1);
        assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, json!(why))]);
        assert_eq!(subscribed(&api).await, [id_of("phone")], "it is still theirs");
    }
}

#[tokio::test]
async fn what_nobody_knows_to_be_sent_is_not_sent_again() {
    for (fault, copies) in [(PushFault::LoseRequest, 0), (PushFault::LoseAnswer, 1)] {
        let api = with_message(["phone", "busy"]).await;
        api.push_service.fail_at(&endpoint("phone"), [fault]);
        api.push_service
            .fail_at(&endpoint("busy"), [PushFault::Answer(503), PushFault::Answer(410)]);
        api.deliver().await;
        assert_eq!(told(&api).len(), copies);
        // The other one came to nothing either, and so what is said is what may be mended.
        let why = json!("push.unanswered connection");
        assert_eq!(deliver_after(&api, 60).await, [line("failed", 2, why)]);
        assert_eq!(told(&api), [""; 0]);
    }
}

#[tokio::test]
async fn only_who_dies_between_the_answer_and_its_record_sends_it_twice() {
    let api = with_message(["phone"]).await;
    api.push_service.set(Plan::fail_call(1, PushFault::Die));
    tokio::select! {
        _ = api.deliver() => panic!("it goes on"),
        () = api.push_service.death() => {}
    }
    assert_eq!(deliveries(&api, "e-1").await, [line("sending", 1, Value::Null)]);
    let first = api.push_service.take_messages();
    assert_eq!(deliver_after(&api, 361).await, [sent(2)]);
    let second = api.push_service.take_messages();
    assert_eq!((first.len(), second.len()), (1, 1));
    assert_eq!(first[0].topic, second[0].topic, "it takes the place of the first");
    api.clock.advance(3600);
    assert_eq!(api.deliver().await.messages, 0);
}

#[tokio::test]
async fn what_cannot_be_written_down_is_dead_rather_than_told_twice() {
    let api = with_message(["busy", "phone"]).await;
    api.push_service.fail_at(&endpoint("busy"), [PushFault::Answer(503)]);
    // The event, the claim, whom it is for; then nothing is written any more.
    api.faults.set(Plan::after(3, Fault::Refuse));
    api.deliver().await;
    api.faults.set(Plan::default());
    assert_eq!(told(&api), endpoints(&["phone"]));
    assert_eq!(dead_deliveries(&api).await, ["delivery.unrecorded"]);
    api.clock.advance(3600);
    assert_eq!(api.deliver().await.messages, 0);
}

#[tokio::test]
async fn who_was_told_and_turns_it_off_before_the_other_browser_was_told_has_been_told() {
    let api = with_message(["busy", "phone"]).await;
    api.push_service.fail_at(&endpoint("busy"), [PushFault::Answer(503)]);
    api.deliver().await;
    set_push(&api, &json!("chat.message"), false).await;
    assert_eq!(deliver_after(&api, 60).await, [sent(2)]);
    assert_eq!(told(&api), endpoints(&["phone"]));
}

#[tokio::test]
async fn what_comes_too_late_to_know_its_answer_is_not_handed_over() {
    let api = with_message(["phone"]).await;
    api.faults.set(Plan::fail_call(3, Fault::Delay(Duration::from_millis(500))));
    let meanwhile = async {
        // It is claimed, and whom it is for is being read.
        while api.faults.calls().len() < 3 {
            tokio::task::yield_now().await;
        }
        api.clock.advance(31);
    };
    tokio::join!(api.deliver(), meanwhile);
    assert_eq!(told(&api), [""; 0]);
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, json!("deadline_exceeded"))]);
    assert_eq!(deliver_after(&api, 600).await, [sent(2)]);
}

//! Workers that fail, and queues that take nothing.

use std::future::pending;
use std::rc::Rc;
use std::time::Duration;

use local::faults::Plan;
use local::functions::{Worker, worker};
use local::pump::Pumped;
use local::queue::{QueueCall, QueueFault, WaitingMessage};
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::app::App;
use shared::boot::{BatchAnswer, Job as _};
use shared::deliver::queue::Queue as _;
use shared::events::DispatchJob;
use shared::failure::Failure;

use super::{waiting, with_worker};
use crate::support::{Api, Setup, job, letter_reasons, message};

/// A worker that for now cannot do anything.
fn busy() -> Worker {
    worker(async |_: &App, _: DispatchJob| Err(Failure::KeysUnavailable))
}

#[tokio::test]
async fn what_fails_for_now_comes_back_later_and_later_and_the_original_is_gone() {
    let api = with_worker(busy()).await;
    let first = job("acme", "1").into_message(Duration::ZERO);
    api.queue.send(vec![first]).await.expect("sent");
    let mut pauses = Vec::new();
    for attempts in 1..=4 {
        assert_eq!(api.dispatch().await.messages, 1);
        let [WaitingMessage { body, receives: 0, hidden_until: Some(until), .. }] =
            &waiting(&api).await[..]
        else {
            panic!("one message, for later: {:?}", waiting(&api).await);
        };
        assert!(body.contains(&format!(r#""attempts":{attempts}"#)), "{body}");
        assert_eq!(
            DispatchJob::read(body).map(|job| job.event().clone()),
            Ok(job("acme", "1").event().clone())
        );
        let pause = until.as_second() - api.clock.seconds();
        pauses.push(pause);
        api.clock.advance(pause + 1);
    }
    assert_eq!(pauses, [2, 5, 10, 20]);
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

#[tokio::test]
async fn what_failed_too_often_is_dead_with_the_last_reason() {
    let api = with_worker(busy()).await;
    api.queue.send(vec![job("acme", "1").into_message(Duration::ZERO)]).await.expect("sent");
    for _ in 0..50 {
        assert_eq!(api.dispatch().await.messages, 1);
        api.clock.advance(15 * 60);
    }
    assert_eq!(letter_reasons(&api).await, ["keys_unavailable"]);
    assert_eq!(waiting(&api).await, []);
}

#[tokio::test]
async fn a_handler_that_panics_leaves_a_dead_letter_and_its_neighbours_in_peace() {
    let odd = job("acme", "1");
    let panicking = odd.event().clone();
    let api = with_worker(worker(async move |_: &App, job: DispatchJob| {
        assert!(*job.event() != panicking, "a surprise");
        Ok(())
    }));
    let api = api.await;
    let messages = [odd, job("acme", "2")].map(|job| job.into_message(Duration::ZERO));
    api.queue.send(messages.to_vec()).await.expect("sent");
    assert_eq!(api.dispatch().await, Pumped { batches: 1, messages: 2 });
    assert_eq!(letter_reasons(&api).await, ["panicked"]);
    assert_eq!(waiting(&api).await, []);
}

#[tokio::test]
async fn a_message_whose_worker_dies_comes_again_after_the_timeout_and_five_times_in_all() {
    let dying: Worker = Rc::new(|_, _, _| Box::pin(pending()));
    let worker_timeout = Some(Duration::from_millis(1));
    let setup = Setup { worker: Some(dying), worker_timeout, ..Setup::default() };
    let api = Api::start_with(setup).await;
    let sent = job("acme", "1").into_message(Duration::ZERO);
    api.queue.send(vec![sent.clone()]).await.expect("sent");
    for receives in 1..=5 {
        assert_eq!(api.dispatch().await, Pumped { batches: 1, messages: 1 });
        assert_eq!(waiting(&api).await[0].receives, receives);
        api.clock.advance(359);
        assert_eq!(api.dispatch().await, Pumped::default(), "nobody sees it yet");
        api.clock.advance(1);
    }
    assert_eq!(api.dispatch().await, Pumped::default());
    let letters = api.queue.dead_letters(None).await.expect("dead letters");
    assert_eq!(letters.len(), 1);
    assert_eq!(letters[0].body, sent.body);
    assert_eq!(letters[0].reason, "received 5 times without being done");
    assert_eq!(letters[0].at.as_second(), api.clock.seconds());
    assert_eq!(waiting(&api).await, []);
}

#[tokio::test]
async fn work_that_takes_too_long_is_put_back_before_its_worker_is_killed() {
    // Six seconds of a worker's time are for putting back what it could not do.
    let worker_timeout = Some(Duration::from_millis(6001));
    let endless = worker(async |_: &App, _: DispatchJob| pending().await);
    let setup = Setup { worker: Some(endless), worker_timeout, ..Setup::default() };
    let api = Api::start_with(setup).await;
    let messages = ["1", "2"].map(|id| job("acme", id).into_message(Duration::ZERO));
    api.queue.send(messages.to_vec()).await.expect("sent");
    assert_eq!(api.dispatch().await, Pumped { batches: 1, messages: 2 });
    let waiting = waiting(&api).await;
    assert_eq!(waiting.len(), 2);
    for WaitingMessage { body, receives, .. } in waiting {
        assert!(body.contains(r#""attempts":1"#), "{body}");
        assert_eq!(receives, 0, "a copy: the original is gone");
    }
    let lines = api.log.lines();
    let later = lines.iter().filter(|line| {
        line.contains(r#""work.outcome":"later""#) && line.contains("deadline_exceeded")
    });
    assert_eq!(later.count(), 2, "{lines:?}");
}

#[tokio::test]
async fn a_worker_that_panics_or_names_a_message_it_was_not_given_is_done_with_nothing() {
    let strange: BatchAnswer =
        serde_json::from_value(json!({ "batchItemFailures": [{ "itemIdentifier": "?" }] }))
            .expect("an answer");
    let panicking: Worker = Rc::new(|_, _, _| Box::pin(async { panic!("a surprise") }));
    let answering: Worker = Rc::new(move |_, _, _| Box::pin(std::future::ready(strange.clone())));
    for worker in [panicking, answering] {
        let api = with_worker(worker).await;
        api.queue.send(vec![job("acme", "1").into_message(Duration::ZERO)]).await.expect("sent");
        assert_eq!(api.dispatch().await.messages, 1);
        assert_eq!(waiting(&api).await.len(), 1);
    }
}

#[tokio::test]
async fn a_message_that_cannot_be_put_back_is_handed_out_again() {
    let api = with_worker(busy()).await;
    api.queue.send(vec![job("acme", "1").into_message(Duration::ZERO)]).await.expect("sent");
    api.queue_faults.set(Plan::always(QueueFault::LoseRequest));
    assert_eq!(api.dispatch().await.messages, 1);
    assert_eq!(api.queue_faults.calls(), [QueueCall::Send(1)]);
    let [WaitingMessage { receives: 1, .. }] = waiting(&api).await[..] else {
        panic!("the original: {:?}", waiting(&api).await);
    };
    // An answer that got lost: the queue has the copy and keeps the original.
    api.clock.advance(360);
    api.queue_faults.set(Plan::always(QueueFault::LoseAnswer));
    assert_eq!(api.dispatch().await.messages, 1);
    assert_eq!(waiting(&api).await.len(), 2);
}

#[tokio::test]
async fn a_letter_that_cannot_be_buried_is_handed_out_again() {
    let api = Api::start().await;
    api.queue.send(vec![message("acme", "nonsense")]).await.expect("sent");
    api.queue_faults.set(Plan::fail_call(1, QueueFault::Throttle));
    assert_eq!(api.dispatch().await.messages, 1);
    assert_eq!((waiting(&api).await.len(), letter_reasons(&api).await.len()), (1, 0));
    api.clock.advance(360);
    assert_eq!(api.dispatch().await.messages, 1);
    assert_eq!(
        (waiting(&api).await, letter_reasons(&api).await),
        (vec![], vec!["unreadable_message".into()])
    );
}

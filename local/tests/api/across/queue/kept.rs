//! What outlives the process, and what two processes on one engine do to each other.

use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use futures_util::FutureExt as _;
use local::engine;
use local::queue::LocalQueue;
use local::queues::DISPATCH;
use local::template::Template;
use pretty_assertions::assert_eq;
use shared::deliver::queue::Queue as _;

use crate::support::{Api, job, message};

/// The same queue, as another process sees it.
async fn open(api: &Api, engine: Client) -> LocalQueue {
    let mut template = Template::load().expect("the template");
    let rules = template.queues.remove(DISPATCH).expect("a queue");
    let (clock, log) = (api.clock.clone(), Arc::clone(&api.log));
    LocalQueue::open(engine, "dispatch", rules, clock, log).await.expect("a queue")
}

async fn bodies(queue: &LocalQueue, most: usize) -> Vec<String> {
    queue.receive(most).await.into_iter().map(|message| message.body).collect()
}

#[tokio::test]
async fn what_was_sent_or_in_flight_when_a_process_died_is_visible_to_the_next_one() {
    let api = Api::start().await;
    let later = job("acme", "3").into_message(Duration::from_secs(60));
    let messages = vec![message("acme", "1"), message("acme", "2"), later.clone()];
    api.queue.send(messages).await.expect("sent");
    assert_eq!(bodies(&api.queue, 1).await, ["1"]);

    let next = open(&api, api.engine.clone()).await;
    let received = next.receive(10).await;
    let seen: Vec<_> = received.iter().map(|message| (&*message.body, message.receives)).collect();
    assert_eq!(seen, [("1", 2), ("2", 1)], "how often one was handed out is kept");
    api.clock.advance(60);
    assert_eq!(bodies(&next, 10).await, [later.body]);
}

#[tokio::test]
async fn a_message_that_a_process_dies_of_is_dead_after_as_many_processes() {
    let api = Api::start().await;
    api.queue.send(vec![message("acme", "poison")]).await.expect("sent");
    for _ in 0..5 {
        assert_eq!(bodies(&open(&api, api.engine.clone()).await, 10).await, ["poison"]);
    }
    let next = open(&api, api.engine.clone()).await;
    assert_eq!(bodies(&next, 10).await, [""; 0]);
    let letters = next.dead_letters(None).await.expect("dead letters");
    assert_eq!((letters.len(), &*letters[0].body), (1, "poison"));
}

#[tokio::test]
async fn two_processes_on_one_engine_lose_nothing_and_bring_nothing_back() {
    let api = Api::start().await;
    api.queue.send(vec![message("acme", "1"), message("acme", "2")]).await.expect("sent");
    let other = open(&api, api.engine.clone()).await;
    let done = api.queue.receive(1).await;
    api.queue.delete(&[done[0].id.clone()]).await;
    assert_eq!(bodies(&other, 10).await, ["2"], "the first one is gone for both");
    assert_eq!(bodies(&api.queue, 10).await, ["2"], "nobody is done with the second");
    assert_eq!(api.queue.messages().await.expect("messages").len(), 1);
    // What the other one gets while this one runs, the next one sees.
    other.send(vec![message("acme", "3")]).await.expect("sent");
    let mut all = bodies(&open(&api, api.engine.clone()).await, 10).await;
    all.sort();
    assert_eq!(all, ["2", "3"]);
}

#[tokio::test]
async fn a_message_arrives_also_if_its_sender_does_not_wait() {
    let api = Api::start().await;
    assert!(api.queue.send(vec![message("acme", "1")]).now_or_never().is_none());
    api.queue.ready().await;
    assert_eq!(bodies(&api.queue, 10).await, ["1"]);
}

#[tokio::test]
async fn a_receive_touches_what_it_hands_out_and_nothing_else() {
    let api = Api::start().await;
    let queue = open(&api, engine::client(&api.faults.endpoint())).await;
    let messages = (0..250).map(|body| message("acme", &body.to_string()));
    api.faults.set(local::faults::Plan::default());
    queue.send(messages.collect()).await.expect("sent");
    assert_eq!(api.faults.calls(), ["TransactWriteItems"; 3]);
    api.faults.set(local::faults::Plan::default());
    assert_eq!(bodies(&queue, 10).await.len(), 10);
    assert_eq!(api.faults.calls(), ["UpdateItem"; 10]);
}

#[tokio::test]
async fn a_message_whose_receipt_cannot_be_written_down_comes_soon() {
    let api = Api::start().await;
    let queue = open(&api, engine::client(&api.faults.endpoint())).await;
    queue.send(vec![message("acme", "1")]).await.expect("sent");
    api.faults.set(local::faults::Plan::always(local::faults::Fault::LoseRequest));
    assert_eq!(bodies(&queue, 10).await, [""; 0]);
    api.faults.set(local::faults::Plan::default());
    assert!(!queue.is_ready(), "not at once");
    api.clock.advance(1);
    assert_eq!(bodies(&queue, 10).await, ["1"]);
}

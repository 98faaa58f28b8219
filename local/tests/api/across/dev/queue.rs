//! The queue of `cargo dev`, over the death of the process.

use std::sync::Arc;

use local::engine;
use local::log::{LogFormat, StandardError};
use local::queue::LocalQueue;
use local::queues::DISPATCH;
use local::template::Template;
use pretty_assertions::assert_eq;
use shared::app::SystemClock;
use shared::deliver::queue::Queue as _;

use super::{Folder, start};
use crate::support::message;
use crate::support::process::Process;

/// The queue of a running process, from outside: through its engine.
async fn open(process: &Process) -> LocalQueue {
    let line = process.wait_for("DynamoDB is on");
    let endpoint = line.split([' ', ',']).find(|word| word.starts_with("http")).expect("a URL");
    let mut template = Template::load().expect("the template");
    let rules = template.queues.remove(DISPATCH).expect("a queue");
    let log = Arc::new(StandardError(LogFormat::Text));
    let client = engine::client(endpoint);
    LocalQueue::open(client, "dispatch", rules, Arc::new(SystemClock), log).await.expect("a queue")
}

#[tokio::test]
async fn what_was_in_the_queue_when_it_was_killed_is_dispatched_by_the_next_one() {
    let folder = &Folder::new("killed");
    let (process, _) = start(folder, &["--hold-queue"]);
    let queue = open(&process).await;
    let messages = vec![message("acme", "in flight"), message("acme", "waiting")];
    queue.send(messages).await.expect("sent");
    assert_eq!(queue.receive(1).await.len(), 1);
    assert!(!process.stop_with("-KILL").success());

    // Nobody held it back but the flag: nobody can read either, so both are dead now.
    let (process, _) = start(folder, &[]);
    for _ in 0..2 {
        process.wait_for("queue.buried: unreadable_message");
    }
    assert!(process.stop_with("-INT").success());

    let (process, _) = start(folder, &["--hold-queue"]);
    let queue = open(&process).await;
    assert_eq!(queue.messages().await.expect("messages"), []);
    let letters = queue.dead_letters(None).await.expect("dead letters");
    let mut bodies: Vec<_> = letters.into_iter().map(|letter| letter.body).collect();
    bodies.sort();
    assert_eq!(bodies, ["in flight", "waiting"]);
}

//! What the queue's client does when the queue takes some messages and gives others back. (Whether
//! its requests are right is for `tests/peers`, where someone else's server judges them.)

use std::time::Duration;

use aws_credential_types::Credentials;
use pretty_assertions::assert_eq;
use shared::aws::Connector;
use shared::config::AwsConfig;
use shared::deliver::SqsQueue;
use shared::deliver::queue::{Message, Queue as _, QueueError};

use crate::support::ScriptedSqs;

/// Our client, and what it talks to.
struct Scripted {
    ours: SqsQueue,
    sqs: ScriptedSqs,
}

impl Scripted {
    async fn start(faults: &[(usize, &'static str)]) -> Self {
        let sqs = ScriptedSqs::start_with(faults).await;
        let aws = AwsConfig {
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("test", "test", None, None, "test"),
            ca_bundle: None,
            attempt_timeout: Duration::from_secs(10),
        };
        let connector = Connector::new(&aws).expect("a connector");
        Self { ours: SqsQueue::new(&aws, &sqs.config(), &connector), sqs }
    }

    async fn send(&self, messages: usize) -> Result<(), QueueError> {
        let message = |number| Message {
            group: "acme".to_owned(),
            body: format!("message {number}"),
            delay: Duration::ZERO,
        };
        self.ours.send((0..messages).map(message).collect()).await
    }
}

#[tokio::test]
async fn only_what_the_queue_gave_back_is_sent_again() {
    let queue = Scripted::start(&[(1, "InternalError"), (3, "InternalError")]).await;
    assert_eq!(queue.send(4).await, Ok(()));
    assert_eq!(queue.sqs.taken(), ["message 0", "message 1", "message 2", "message 3"]);
    assert_eq!(queue.sqs.calls(), 2);
}

#[tokio::test]
async fn what_the_queue_gives_back_again_and_again_is_a_busy_queue() {
    let always: Vec<(usize, &str)> = (0..100).map(|number| (number, "InternalError")).collect();
    let queue = Scripted::start(&always).await;
    let error = queue.send(1).await.expect_err("it never took it");
    assert!(error.is_transient(), "{error}");
    assert_eq!(queue.sqs.calls(), 4);
}

#[tokio::test]
async fn what_is_our_own_fault_is_not_sent_again() {
    let queue = Scripted::start(&[(0, "InvalidMessageContents")]).await;
    let rejected = QueueError::Rejected { code: "InvalidMessageContents".to_owned() };
    assert_eq!(queue.send(2).await, Err(rejected));
    assert_eq!(queue.sqs.calls(), 1);
}

#[tokio::test]
async fn a_call_takes_ten_messages() {
    let queue = Scripted::start(&[]).await;
    assert_eq!(queue.send(25).await, Ok(()));
    assert_eq!(queue.sqs.taken().len(), 25);
    assert_eq!(queue.sqs.calls(), 3);
}

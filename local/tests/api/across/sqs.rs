//! What the queue's client does when the queue takes some messages and gives others back. (Whether
//! its requests are right is for `tests/peers`, where someone else's server judges them.)

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_credential_types::Credentials;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::aws::Connector;
use shared::config::{AwsConfig, QueueConfig};
use shared::deliver::SqsQueue;
use shared::deliver::queue::{Message, Queue as _, QueueError};
use tokio::net::TcpListener;

/// A queue that answers each batch as it is told, and keeps what it took.
struct ScriptedQueue {
    ours: SqsQueue,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Which entry of a batch, counted over all batches, fails with that code.
    faults: Vec<(usize, &'static str)>,
    seen: usize,
    taken: Vec<String>,
    calls: usize,
}

impl ScriptedQueue {
    async fn start(faults: &[(usize, &'static str)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let state = State { faults: faults.to_vec(), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        let of_server = Arc::clone(&state);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&of_server);
                tokio::spawn(async move {
                    let service = service_fn(async |request: Request<Incoming>| {
                        let body = request.into_body().collect().await.expect("a body").to_bytes();
                        let answer = state.lock().expect("no panic").answer(&body);
                        Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(answer))))
                    });
                    http1::Builder::new()
                        .serve_connection(TokioIo::new(stream), service)
                        .await
                        .ok();
                });
            }
        });
        let aws = AwsConfig {
            region: "us-east-1".to_owned(),
            credentials: Credentials::new("test", "test", None, None, "test"),
            ca_bundle: None,
            attempt_timeout: Duration::from_secs(10),
        };
        let queue = QueueConfig {
            url: format!("{endpoint}/1/queue"),
            dead_letter_url: format!("{endpoint}/1/dead"),
            endpoint: Some(endpoint),
        };
        let ours = SqsQueue::new(&aws, &queue, &Connector::new(&aws).expect("a connector"));
        Self { ours, state }
    }

    async fn send(&self, messages: usize) -> Result<(), QueueError> {
        let message = |number| Message {
            group: "acme".to_owned(),
            body: format!("message {number}"),
            delay: Duration::ZERO,
        };
        self.ours.send((0..messages).map(message).collect()).await
    }

    fn taken(&self) -> Vec<String> {
        let mut taken = self.state.lock().expect("no panic").taken.clone();
        taken.sort();
        taken
    }
}

impl State {
    fn answer(&mut self, body: &[u8]) -> String {
        let batch: Value = serde_json::from_slice(body).expect("JSON");
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        self.calls += 1;
        for entry in batch["Entries"].as_array().expect("entries") {
            let fault = self.faults.iter().find(|(number, _)| *number == self.seen);
            self.seen += 1;
            if let Some((_, code)) = fault {
                let is_ours = *code == "InvalidMessageContents";
                bad.push(json!({ "Id": entry["Id"], "Code": code, "SenderFault": is_ours }));
            } else {
                let text = entry["MessageBody"].as_str().expect("text");
                self.taken.push(text.to_owned());
                good.push(json!({ "Id": entry["Id"], "MessageId": "x", "MD5OfMessageBody": "not compared" }));
            }
        }
        json!({ "Successful": good, "Failed": bad }).to_string()
    }
}

#[tokio::test]
async fn only_what_the_queue_gave_back_is_sent_again() {
    let queue = ScriptedQueue::start(&[(1, "InternalError"), (3, "InternalError")]).await;
    assert_eq!(queue.send(4).await, Ok(()));
    assert_eq!(queue.taken(), ["message 0", "message 1", "message 2", "message 3"]);
    assert_eq!(queue.state.lock().expect("no panic").calls, 2);
}

#[tokio::test]
async fn what_the_queue_gives_back_again_and_again_is_a_busy_queue() {
    let always: Vec<(usize, &str)> = (0..100).map(|number| (number, "InternalError")).collect();
    let queue = ScriptedQueue::start(&always).await;
    let error = queue.send(1).await.expect_err("it never took it");
    assert!(error.is_transient(), "{error}");
    assert_eq!(queue.state.lock().expect("no panic").calls, 4);
}

#[tokio::test]
async fn what_is_our_own_fault_is_not_sent_again() {
    let queue = ScriptedQueue::start(&[(0, "InvalidMessageContents")]).await;
    let rejected = QueueError::Rejected { code: "InvalidMessageContents".to_owned() };
    assert_eq!(queue.send(2).await, Err(rejected));
    assert_eq!(queue.state.lock().expect("no panic").calls, 1);
}

#[tokio::test]
async fn a_call_takes_ten_messages() {
    let queue = ScriptedQueue::start(&[]).await;
    assert_eq!(queue.send(25).await, Ok(()));
    assert_eq!(queue.taken().len(), 25);
    assert_eq!(queue.state.lock().expect("no panic").calls, 3);
}

//! What stands in for SQS: it answers each batch as it is told, and keeps what it took.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use shared::config::QueueConfig;
use tokio::net::TcpListener;

/// A queue and its dead letters, behind HTTP.
pub(crate) struct ScriptedSqs {
    endpoint: String,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    /// Which entry of a batch, counted over all batches, fails with that code.
    faults: Vec<(usize, &'static str)>,
    seen: usize,
    taken: Vec<String>,
    letters: Vec<(String, String)>,
    calls: usize,
}

impl ScriptedSqs {
    /// One that takes everything.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// One that gives back the entries of those numbers, from 0 and over all batches, each with its
    /// code.
    pub(crate) async fn start_with(faults: &[(usize, &'static str)]) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let state = State { faults: faults.to_vec(), ..State::default() };
        let state = Arc::new(Mutex::new(state));
        tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { endpoint, state }
    }

    /// Where it is, and where its queues are.
    pub(crate) fn config(&self) -> QueueConfig {
        let endpoint = &self.endpoint;
        QueueConfig {
            url: format!("{endpoint}/1/queue"),
            dead_letter_url: format!("{endpoint}/1/dead"),
            endpoint: Some(endpoint.clone()),
        }
    }

    /// The bodies of the messages that it took, sorted.
    pub(crate) fn taken(&self) -> Vec<String> {
        let mut taken = lock(&self.state).taken.clone();
        taken.sort();
        taken
    }

    /// The dead letters that it took, each with its reason.
    pub(crate) fn letters(&self) -> Vec<(String, String)> {
        lock(&self.state).letters.clone()
    }

    /// How many calls came.
    pub(crate) fn calls(&self) -> usize {
        lock(&self.state).calls
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().expect("no panic")
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(async |request: Request<Incoming>| {
                let target = request.headers()["x-amz-target"].to_str().expect("text").to_owned();
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                let body: Value = serde_json::from_slice(&body).expect("JSON");
                let answer = lock(&state).answer(&target, &body).to_string();
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from(answer))))
            });
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}

impl State {
    fn answer(&mut self, target: &str, body: &Value) -> Value {
        self.calls += 1;
        let url = body["QueueUrl"].as_str().expect("a URL");
        match target {
            "AmazonSQS.SendMessageBatch" => {
                assert!(url.ends_with("/queue"), "{url}");
                self.take(body)
            }
            "AmazonSQS.SendMessage" => {
                assert!(url.ends_with("/dead"), "{url}");
                let reason = &body["MessageAttributes"]["reason"]["StringValue"];
                self.letters.push((text(&body["MessageBody"]), text(reason)));
                json!({ "MessageId": "x", "MD5OfMessageBody": "not compared" })
            }
            other => panic!("nobody asks for {other}"),
        }
    }

    fn take(&mut self, batch: &Value) -> Value {
        let (mut good, mut bad) = (Vec::new(), Vec::new());
        for entry in batch["Entries"].as_array().expect("entries") {
            let fault = self.faults.iter().find(|(number, _)| *number == self.seen);
            self.seen += 1;
            if let Some((_, code)) = fault {
                // Whatever else is said is of the message.
                let is_ours = *code != "InternalError";
                bad.push(json!({ "Id": entry["Id"], "Code": code, "SenderFault": is_ours }));
            } else {
                self.taken.push(text(&entry["MessageBody"]));
                let id = &entry["Id"];
                good.push(
                    json!({ "Id": id, "MessageId": "x", "MD5OfMessageBody": "not compared" }),
                );
            }
        }
        json!({ "Successful": good, "Failed": bad })
    }
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

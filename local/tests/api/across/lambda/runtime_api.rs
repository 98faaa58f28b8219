//! What stands in for the Runtime API of Lambda.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use crate::support::process::Process;

/// Longer than any of this takes; a function that died answers never.
const PATIENCE: Duration = Duration::from_secs(60);

/// A Runtime API that hands out events, and gives back what a function answers.
pub(super) struct RuntimeApi {
    pub(super) address: String,
    events: mpsc::UnboundedSender<String>,
    answers: mpsc::UnboundedReceiver<Answered>,
}

/// How an invocation ended.
#[derive(Debug, PartialEq)]
pub(super) enum Answered {
    /// With this answer.
    Done(Value),
    /// It failed; Lambda tells this text to whoever asks.
    Failed(String),
}

impl RuntimeApi {
    pub(super) async fn start() -> Self {
        Self::start_with(None).await
    }

    /// Each invocation may take that long from when it is handed out; without a limit, for years.
    pub(super) async fn start_with(limit: Option<Duration>) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (sender, answers) = mpsc::unbounded_channel();
        let (events, waiting) = mpsc::unbounded_channel();
        let waiting = Arc::new(Mutex::new(waiting));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (waiting, sender) = (Arc::clone(&waiting), sender.clone());
                tokio::spawn(async move {
                    let service = service_fn(async |request| {
                        Ok::<_, Infallible>(respond(request, &waiting, &sender, limit).await)
                    });
                    let connection = http1::Builder::new();
                    connection.serve_connection(TokioIo::new(stream), service).await.ok();
                });
            }
        });
        Self { address, events, answers }
    }

    /// Invokes the function with that event, and waits for what comes of it.
    pub(super) async fn invoke(&mut self, process: &Process, event: impl Into<String>) -> Answered {
        let event = event.into();
        process.leaks.secrets.invocation(&event);
        self.events.send(event).expect("a listener");
        match tokio::time::timeout(PATIENCE, self.answers.recv()).await {
            Ok(Some(answered)) => {
                match &answered {
                    Answered::Failed(why) => process.leaks.told(why),
                    Answered::Done(answer) if answer["statusCode"].as_u64() >= Some(400) => {
                        process.leaks.told(&answer.to_string());
                    }
                    Answered::Done(_) => {}
                }
                answered
            }
            Ok(None) | Err(_) => panic!("no answer; it said {:?}", process.said()),
        }
    }

    /// As [`RuntimeApi::invoke`], for an invocation that does not fail.
    pub(super) async fn answer(&mut self, process: &Process, event: impl Into<String>) -> Value {
        match self.invoke(process, event).await {
            Answered::Done(answer) => answer,
            Answered::Failed(why) => panic!("it failed: {why}"),
        }
    }
}

async fn respond(
    request: Request<Incoming>,
    events: &Mutex<mpsc::UnboundedReceiver<String>>,
    answers: &mpsc::UnboundedSender<Answered>,
    limit: Option<Duration>,
) -> Response<Full<Bytes>> {
    if request.method() == Method::POST {
        let is_error = request.uri().path().ends_with("/error");
        let body = request.into_body().collect().await.expect("a body").to_bytes();
        let body: Value = serde_json::from_slice(&body).expect("JSON");
        let answered = if is_error {
            Answered::Failed(body["errorMessage"].as_str().expect("text").to_owned())
        } else {
            Answered::Done(body)
        };
        answers.send(answered).expect("a listener");
        return Response::builder().status(202).body(Full::default()).expect("a response");
    }
    let Some(event) = events.lock().await.recv().await else {
        // As on Lambda, nothing comes until there is something.
        return std::future::pending().await;
    };
    #[expect(clippy::disallowed_methods, reason = "Lambda's deadline is by the machine's clock")]
    let deadline = SystemTime::now() + limit.unwrap_or(Duration::from_secs(1 << 30));
    let deadline = deadline.duration_since(SystemTime::UNIX_EPOCH).expect("after 1970");
    Response::builder()
        .header("lambda-runtime-aws-request-id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
        .header("lambda-runtime-deadline-ms", deadline.as_millis().to_string())
        .header("lambda-runtime-invoked-function-arn", "arn:aws:lambda:us-east-1:1:function:x")
        .body(event.into())
        .expect("a response")
}

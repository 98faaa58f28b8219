//! The functions' own binaries, under a Lambda Runtime API.

use std::convert::Infallible;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::{Method, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use local::environment::{AUDIENCE, ISSUER, TABLE};
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::sync::{Mutex, mpsc};

use crate::support::process::{Process, function};
use crate::support::{Api, recorded};

/// A Runtime API that hands out these events, and gives back what a function answers.
struct RuntimeApi {
    address: String,
    answers: mpsc::UnboundedReceiver<Value>,
}

/// Longer than any of this takes; a function that died answers never.
const PATIENCE: Duration = Duration::from_secs(60);

impl RuntimeApi {
    /// What the function answers next.
    async fn answer(&mut self, process: &Process) -> Value {
        match tokio::time::timeout(PATIENCE, self.answers.recv()).await {
            Ok(Some(answer)) => answer,
            Ok(None) | Err(_) => panic!("no answer; it said {:?}", process.said()),
        }
    }

    async fn start(events: Vec<String>) -> Self {
        Self::start_with(events, None).await
    }

    /// Each invocation may take that long from when it is handed out; without a limit, for years.
    async fn start_with(mut events: Vec<String>, limit: Option<Duration>) -> Self {
        events.reverse();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let (sender, answers) = mpsc::unbounded_channel();
        let events = Arc::new(Mutex::new(events));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (events, sender) = (Arc::clone(&events), sender.clone());
                tokio::spawn(async move {
                    let service = service_fn(async |request| {
                        Ok::<_, Infallible>(respond(request, &events, &sender, limit).await)
                    });
                    let connection = http1::Builder::new();
                    connection.serve_connection(TokioIo::new(stream), service).await.ok();
                });
            }
        });
        Self { address, answers }
    }
}

async fn respond(
    request: Request<Incoming>,
    events: &Mutex<Vec<String>>,
    answers: &mpsc::UnboundedSender<Value>,
    limit: Option<Duration>,
) -> Response<Full<Bytes>> {
    if request.method() == Method::POST {
        let body = request.into_body().collect().await.expect("a body").to_bytes();
        answers.send(serde_json::from_slice(&body).expect("JSON")).expect("a listener");
        return Response::builder().status(202).body(Full::default()).expect("a response");
    }
    let Some(event) = events.lock().await.pop() else {
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

fn configured(mut command: Command, runtime_api: &str, dynamodb: &str) -> Command {
    command.env_clear().envs([
        ("AWS_LAMBDA_RUNTIME_API", runtime_api),
        ("AWS_LAMBDA_FUNCTION_NAME", "function"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "local"),
        ("AWS_SECRET_ACCESS_KEY", "local"),
        ("AWS_ENDPOINT_URL_DYNAMODB", dynamodb),
        ("TABLE_NAME", TABLE),
        ("AUTH_ISSUER", ISSUER),
        ("AUTH_AUDIENCE", AUDIENCE),
        ("AUTH_JWKS", &recorded("jwks")),
    ]);
    command
}

#[tokio::test]
async fn a_function_answers_invocations_one_after_the_other() {
    let api = Api::start().await;
    let endpoint = api.faults.endpoint();
    let put = recorded("put-notification-prefs");
    let mut runtime =
        RuntimeApi::start(vec![put.clone(), r#"{"headers":"hush"}"#.to_owned(), put]).await;
    let command = configured(function("put-notification-prefs"), &runtime.address, &endpoint);
    let process = Process::start(&mut { command });
    let done = runtime.answer(&process).await;
    assert_eq!((&done["statusCode"], &done["body"]), (&json!(200), &json!(r#"{"status":"ok"}"#)));
    let no_event = runtime.answer(&process).await;
    assert_eq!(no_event["statusCode"], 500);
    assert!(!no_event.to_string().contains("hush"), "nothing of it is quoted: {no_event}");
    let again = runtime.answer(&process).await;
    assert_eq!(again["statusCode"], 200, "one bad event does not end the function");

    let mut runtime = RuntimeApi::start(vec![recorded("get-notification-prefs")]).await;
    let command = configured(function("get-notification-prefs"), &runtime.address, &endpoint);
    let process = Process::start(&mut { command });
    let shown = runtime.answer(&process).await;
    let body: Value = serde_json::from_str(shown["body"].as_str().expect("a body")).expect("JSON");
    assert_eq!(body["prefs"][1], json!({ "event_type": "milestone.exited", "muted": true }));
}

#[tokio::test]
async fn the_connection_that_is_opened_at_boot_serves_the_first_request() {
    let api = Api::start().await;
    let mut runtime = RuntimeApi::start(vec![recorded("get-notification-prefs")]).await;
    let endpoint = api.faults.endpoint();
    let command = configured(function("get-notification-prefs"), &runtime.address, &endpoint);
    let process = Process::start(&mut { command });
    assert_eq!(runtime.answer(&process).await["statusCode"], 200);
    assert_eq!(api.faults.warm_ups(), 1);
    assert_eq!((api.faults.connections(), api.faults.calls()), (1, vec!["GetItem".to_owned()]));
}

#[tokio::test]
async fn a_function_answers_before_lambda_would_kill_it() {
    let api = Api::start().await;
    api.faults.set(Plan::always(Fault::Delay(Duration::from_secs(60))));
    let mut runtime = RuntimeApi::start_with(
        vec![recorded("get-notification-prefs")],
        Some(Duration::from_millis(800)),
    )
    .await;
    let endpoint = api.faults.endpoint();
    let command = configured(function("get-notification-prefs"), &runtime.address, &endpoint);
    let process = Process::start(&mut { command });
    let busy = runtime.answer(&process).await;
    assert_eq!(busy["statusCode"], 503);
    process.wait_for("deadline_exceeded");
}

#[tokio::test]
async fn a_function_that_is_not_configured_says_which_variable_is_missing() {
    let mut command = configured(function("get-notification-prefs"), "127.0.0.1:9", "");
    let output = command.env_remove("AUTH_ISSUER").output().expect("a process");
    assert!(!output.status.success());
    let line: Value = serde_json::from_slice(&output.stdout).expect("one line of JSON");
    let expected = json!({
        "level": "error",
        "event.name": "boot.failed",
        "event.detail": "the environment variable AUTH_ISSUER is not set",
    });
    assert_eq!(line, expected);
}

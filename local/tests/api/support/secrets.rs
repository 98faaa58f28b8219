//! What stands in for Secrets Manager: it answers each call as it is told, and counts them.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Secrets behind HTTP.
pub(crate) struct ScriptedSecretsManager {
    pub(crate) endpoint: String,
    state: Arc<Mutex<State>>,
}

struct State {
    /// What comes first.
    faults: VecDeque<(u16, &'static str)>,
    /// What comes after that.
    answer: Value,
    /// Which secrets were asked for.
    asked: Vec<String>,
}

impl ScriptedSecretsManager {
    /// One that answers these statuses and error codes first, and then so.
    pub(crate) async fn start(faults: &[(u16, &'static str)], answer: Value) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        let faults = faults.iter().copied().collect();
        let state = Arc::new(Mutex::new(State { faults, answer, asked: Vec::new() }));
        tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { endpoint, state }
    }

    /// Which secrets were asked for, call by call.
    pub(crate) fn asked(&self) -> Vec<String> {
        self.state.lock().expect("no panic").asked.clone()
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(async |request: Request<Incoming>| {
                assert_eq!(request.headers()["x-amz-target"], "secretsmanager.GetSecretValue");
                let body = request.into_body().collect().await.expect("a body").to_bytes();
                let body: Value = serde_json::from_slice(&body).expect("JSON");
                Ok::<_, Infallible>(state.lock().expect("no panic").answer(&body))
            });
            http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
        });
    }
}

impl State {
    fn answer(&mut self, body: &Value) -> Response<Full<Bytes>> {
        self.asked.push(body["SecretId"].as_str().expect("an id").to_owned());
        let (status, body) = match self.faults.pop_front() {
            Some((status, code)) => (status, json!({ "__type": code, "Message": "hush" })),
            None => (200, self.answer.clone()),
        };
        let response = Response::builder().status(status);
        response.body(Full::new(Bytes::from(body.to_string()))).expect("a response")
    }
}

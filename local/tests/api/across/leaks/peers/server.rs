//! A peer that says the same to whoever asks.

use std::convert::Infallible;

use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use tokio::net::TcpListener;

/// What it says.
#[derive(Clone)]
pub(super) struct Said {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

impl Said {
    pub(super) fn new(status: u16, headers: &[(&'static str, &str)], body: &str) -> Self {
        let headers = headers.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        Self { status, headers, body: body.to_owned() }
    }

    /// An error of AWS's, with its code where each of its protocols has one.
    pub(super) fn error(status: u16, code: &str, message: &str) -> Self {
        let reason = json!({ "Code": code, "Message": message });
        let body = json!({
            "__type": code, "code": code, "message": message, "Message": message,
            "CancellationReasons": [reason],
        });
        Self::new(status, &[("x-amzn-errortype", code)], &body.to_string())
    }
}

/// Starts one, and gives its URL. It ends with the runtime.
pub(super) async fn start(said: Said) -> String {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let said = said.clone();
            tokio::spawn(async move {
                let service = service_fn(async |request: Request<Incoming>| {
                    request.into_body().collect().await.expect("a body");
                    let mut response = Response::builder().status(said.status);
                    for (name, value) in &said.headers {
                        response = response.header(*name, value);
                    }
                    let body = Full::new(Bytes::from(said.body.clone()));
                    Ok::<_, Infallible>(response.body(body).expect("a response"))
                });
                http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
            });
        }
    });
    url
}

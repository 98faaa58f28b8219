//! A proxy between the SDK and the engine, with everything that a network and a busy DynamoDB can
//! do: it loses requests and answers, delays them, throttles, reports conflicts, and leaves part of
//! a batch unprocessed. It also counts what passes, which is how tests hold round trips to budget.

mod plan;
mod unprocessed;

use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use serde_json::json;
use tokio::net::{TcpListener, TcpStream};

pub use plan::{Plan, Rates};

use crate::problem::Problem;

/// What may happen to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before the engine sees the request.
    LoseRequest,
    /// The engine carries the request out; the connection breaks before the answer.
    LoseAnswer,
    /// The engine sees the request only after that time.
    Delay(Duration),
    /// `ThrottlingException`
    Throttle,
    /// `ProvisionedThroughputExceededException`
    ExceedThroughput,
    /// `TransactionConflictException`, or a transaction cancelled for it.
    Conflict,
    /// The second half of a batch comes back unprocessed. Calls that are no batch pass.
    Unprocessed,
}

/// A call that came through, as the API names it: `GetItem`.
pub type Operation = String;

/// A running proxy.
pub struct FaultProxy {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    plan: Plan,
    calls: Vec<Operation>,
    bodies: Vec<Bytes>,
    warm_ups: usize,
    connections: usize,
}

type HttpClient = Client<HttpConnector, Full<Bytes>>;

impl FaultProxy {
    /// Starts a proxy in front of the engine at that address. It ends with the runtime.
    ///
    /// # Errors
    ///
    /// [`Problem`], if there is no port to listen on.
    pub async fn start(engine: SocketAddr) -> Result<Self, Problem> {
        let failed = |error| Problem::new("the fault proxy cannot listen", error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let state = Arc::new(Mutex::new(State::default()));
        tokio::spawn(accept(listener, engine, Arc::clone(&state)));
        Ok(Self { address, state })
    }

    /// Where the SDK is to send its calls.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// From now on, calls meet this; the count starts anew.
    pub fn set(&self, plan: Plan) {
        *lock(&self.state) = State { plan, ..State::default() };
    }

    /// How many connections were opened since [`FaultProxy::set`].
    #[must_use]
    pub fn connections(&self) -> usize {
        lock(&self.state).connections
    }

    /// How many requests came since [`FaultProxy::set`] that are no calls, such as a look at the
    /// health page.
    #[must_use]
    pub fn warm_ups(&self) -> usize {
        lock(&self.state).warm_ups
    }

    /// The bodies of the calls, in the order in which they were complete.
    #[must_use]
    pub fn bodies(&self) -> Vec<serde_json::Value> {
        let state = lock(&self.state);
        state.bodies.iter().filter_map(|body| serde_json::from_slice(body).ok()).collect()
    }

    /// The calls that came since [`FaultProxy::set`], in their order, failed ones too.
    #[must_use]
    pub fn calls(&self) -> Vec<Operation> {
        lock(&self.state).calls.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn accept(listener: TcpListener, engine: SocketAddr, state: Arc<Mutex<State>>) {
    let client: HttpClient = Client::builder(TokioExecutor::new()).build_http();
    while let Ok((stream, _)) = listener.accept().await {
        lock(&state).connections += 1;
        tokio::spawn(serve(stream, engine, client.clone(), Arc::clone(&state)));
    }
}

async fn serve(
    stream: TcpStream,
    engine: SocketAddr,
    client: HttpClient,
    state: Arc<Mutex<State>>,
) {
    let service = service_fn(async |request| {
        let operation = operation(&request);
        let fault = note(operation.as_ref(), &state);
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_cause| Broken)?.to_bytes();
        if operation.is_some() {
            lock(&state).bodies.push(body.clone());
        }
        let request = Request::from_parts(head, body);
        pass(request, &operation.unwrap_or_default(), fault, engine, &client).await
    });
    // An error here is a connection that was broken: by the client, or by a fault.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

fn note(operation: Option<&Operation>, state: &Mutex<State>) -> Option<Fault> {
    let mut state = lock(state);
    let Some(operation) = operation else {
        state.warm_ups += 1;
        return None;
    };
    state.calls.push(operation.clone());
    state.plan.next_fault()
}

/// An error makes the server break the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection breaks here")]
struct Broken;

async fn pass(
    request: Request<Bytes>,
    operation: &str,
    fault: Option<Fault>,
    engine: SocketAddr,
    client: &HttpClient,
) -> Result<Response<Full<Bytes>>, Broken> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path().to_owned();
    head.uri = format!("http://{engine}{path}").parse().map_err(|_cause| Broken)?;
    let client = client.clone();
    let forward = move |body: Bytes| forward(client, head, body);
    match fault {
        None => forward(body).await,
        Some(Fault::LoseRequest) => Err(Broken),
        Some(Fault::LoseAnswer) => {
            forward(body).await?;
            Err(Broken)
        }
        Some(Fault::Delay(time)) => {
            // A task of its own: the request arrives late even if nobody waits for it any more.
            let late = tokio::spawn(async move {
                tokio::time::sleep(time).await;
                forward(body).await
            });
            late.await.map_err(|_panic| Broken)?
        }
        Some(Fault::Throttle) => Ok(refuse("ThrottlingException", json!({}))),
        Some(Fault::ExceedThroughput) => {
            Ok(refuse("ProvisionedThroughputExceededException", json!({})))
        }
        Some(Fault::Conflict) if operation.starts_with("Transact") => {
            let reasons = json!({ "CancellationReasons": [{ "Code": "TransactionConflict" }] });
            Ok(refuse("TransactionCanceledException", reasons))
        }
        Some(Fault::Conflict) => Ok(refuse("TransactionConflictException", json!({}))),
        Some(Fault::Unprocessed) => match unprocessed::split(operation, &body) {
            None => forward(body).await,
            Some((processed, rest)) => {
                let (head, body) = forward(processed).await?.into_parts();
                let Ok(body) = body.collect().await.map_err(|error: Infallible| match error {});
                let body = unprocessed::join(operation, &body.to_bytes(), rest).ok_or(Broken)?;
                let mut answer = Response::from_parts(head, Full::new(body));
                answer.headers_mut().remove(http::header::CONTENT_LENGTH);
                // The engine's checksum is of the answer as it was.
                answer.headers_mut().remove("x-amz-crc32");
                Ok(answer)
            }
        },
    }
}

async fn forward(
    client: HttpClient,
    head: http::request::Parts,
    body: Bytes,
) -> Result<Response<Full<Bytes>>, Broken> {
    let mut request = Request::from_parts(head, Full::new(body));
    request.headers_mut().remove(http::header::CONTENT_LENGTH);
    let answer = client.request(request).await.map_err(|_cause| Broken)?;
    let (head, body) = answer.into_parts();
    let body = body.collect().await.map_err(|_cause| Broken)?.to_bytes();
    Ok(Response::from_parts(head, Full::new(body)))
}

/// What the request asks for: the API names it in a header, after its version.
fn operation(request: &Request<Incoming>) -> Option<Operation> {
    let target = request.headers().get("x-amz-target")?.to_str().ok()?;
    target.split_once('.').map(|(_, operation)| operation.to_owned())
}

fn refuse(code: &str, mut body: serde_json::Value) -> Response<Full<Bytes>> {
    if let Some(fields) = body.as_object_mut() {
        let kind = format!("com.amazonaws.dynamodb.v20120810#{code}");
        fields.insert("__type".to_owned(), json!(kind));
        fields.insert("message".to_owned(), json!("injected"));
    }
    let mut response = Response::new(Full::new(body.to_string().into()));
    *response.status_mut() = StatusCode::BAD_REQUEST;
    let json = http::HeaderValue::from_static("application/x-amz-json-1.0");
    response.headers_mut().insert(http::header::CONTENT_TYPE, json);
    response
}

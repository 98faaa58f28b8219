//! A proxy between the SDK and the engine, with everything that a network and a busy DynamoDB can
//! do: it loses requests and answers, delays them, throttles, reports conflicts, refuses, and leaves
//! part of a batch unprocessed. It also counts what passes, which is how tests hold round trips to
//! budget.

mod plan;
mod relay;
mod unprocessed;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Request;
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioIo};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

pub use plan::{Plan, Rates};
use relay::{Broken, operation, pass};

use crate::problem::Problem;

/// What may happen to one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The connection breaks before the engine sees the request.
    LoseRequest,
    /// The engine carries the request out; the connection breaks before the answer.
    LoseAnswer,
    /// The engine carries the request out; the answer says nothing but that all is well.
    EmptyAnswer,
    /// The engine sees the request only after that time.
    Delay(Duration),
    /// `ThrottlingException`
    Throttle,
    /// `ProvisionedThroughputExceededException`
    ExceedThroughput,
    /// `TransactionConflictException`, or a transaction cancelled for it in all of its parts.
    Conflict,
    /// `AccessDeniedException`: a right is missing, and trying again is of no use.
    Refuse,
    /// The second half of a batch comes back unprocessed. Calls that are no batch pass.
    Unprocessed,
    /// All of a batch comes back unprocessed. Calls that are no batch pass.
    NothingProcessed,
    /// The engine carries the request out, and whoever sent it dies before they know: no answer comes. A test
    /// waits for [`FaultProxy::death`] and then drops whatever it ran, as when a process ends.
    Die,
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
    complete: Vec<(Operation, Bytes)>,
    under_way: watch::Sender<usize>,
    died: Arc<Notify>,
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
        let mut state = lock(&self.state);
        *state = State { plan, under_way: state.under_way.clone(), ..State::default() };
    }

    /// Waits until every delayed request has arrived.
    pub async fn settled(&self) {
        let mut under_way = lock(&self.state).under_way.subscribe();
        // The sender goes with the proxy, and so does this wait.
        under_way.wait_for(|under_way| *under_way == 0).await.ok();
    }

    /// Waits until somebody has died of [`Fault::Die`] since [`FaultProxy::set`].
    pub async fn death(&self) {
        let died = Arc::clone(&lock(&self.state).died);
        died.notified().await;
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
        self.complete_since(0).into_iter().map(|(_, body)| body).collect()
    }

    /// The calls with their bodies, in the order in which they were complete, from that number on.
    #[must_use]
    pub fn complete_since(&self, number: usize) -> Vec<(Operation, serde_json::Value)> {
        let state = lock(&self.state);
        let calls = state.complete.iter().skip(number);
        let read = |body| serde_json::from_slice(body).ok();
        calls.filter_map(|(name, body)| Some((name.clone(), read(body)?))).collect()
    }

    /// How many calls were complete since [`FaultProxy::set`].
    #[must_use]
    pub fn complete(&self) -> usize {
        lock(&self.state).complete.len()
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
        if let Some(operation) = &operation {
            lock(&state).complete.push((operation.clone(), body.clone()));
        }
        let request = Request::from_parts(head, body);
        pass(request, &operation.unwrap_or_default(), fault, engine, &client, &state).await
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

//! HTTP in front of the messages.

use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::header::{HOST, LOCATION, RETRY_AFTER};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use shared::app::Clock;
use tokio::net::{TcpListener, TcpStream};

use super::fault::PushFault;
use super::request::Message;
use crate::problem::Problem;

/// Where messages go, and what becomes of them.
pub trait Messages: Send + Sync {
    /// A message for that endpoint came; what happens to it, if it is not simply taken.
    fn note(&self, endpoint: &str) -> Option<PushFault>;

    /// Keeps a message that was taken.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be kept: then it was not taken.
    fn keep(&self, message: Message) -> Result<(), Problem>;

    /// Somebody died of [`PushFault::Die`].
    fn note_death(&self) {}
}

struct Server {
    messages: Arc<dyn Messages>,
    clock: Arc<dyn Clock>,
    taken: AtomicU64,
}

/// An error makes the server break the connection.
#[derive(Debug, thiserror::Error)]
#[error("the connection breaks here")]
struct Broken;

/// Starts a push service that hands what comes to those messages, and says where it listens. It ends with
/// the runtime.
///
/// # Errors
///
/// [`Problem`], if there is no port to listen on.
pub async fn start(
    messages: Arc<dyn Messages>,
    clock: Arc<dyn Clock>,
) -> Result<SocketAddr, Problem> {
    let failed = |error| Problem::new("the local push service cannot listen", error);
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let server = Server { messages, clock, taken: AtomicU64::new(0) };
    tokio::spawn(accept(listener, Arc::new(server)));
    Ok(address)
}

async fn accept(listener: TcpListener, server: Arc<Server>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, Arc::clone(&server)));
    }
}

async fn serve(stream: TcpStream, server: Arc<Server>) {
    let service = service_fn(async |request: Request<hyper::body::Incoming>| {
        let (head, body) = request.into_parts();
        let body = body.collect().await.map_err(|_cause| Broken)?.to_bytes();
        server.respond(&Request::from_parts(head, body)).await
    });
    // An error here is a connection that was broken: by the client, or by a fault.
    http1::Builder::new().serve_connection(TokioIo::new(stream), service).await.ok();
}

impl Server {
    async fn respond(&self, request: &Request<Bytes>) -> Result<Response<Full<Bytes>>, Broken> {
        let endpoint = endpoint_of(request);
        let take = || self.take(&endpoint, request);
        Ok(match self.messages.note(&endpoint) {
            None => take(),
            Some(PushFault::Answer(status)) => {
                answer(StatusCode::from_u16(status).map_err(|_no_status| Broken)?)
            }
            Some(PushFault::TooMany { retry_after }) => {
                let mut busy = answer(StatusCode::TOO_MANY_REQUESTS);
                busy.headers_mut().insert(RETRY_AFTER, retry_after.into());
                busy
            }
            Some(PushFault::LoseRequest) => return Err(Broken),
            Some(PushFault::LoseAnswer) => {
                take();
                return Err(Broken);
            }
            Some(PushFault::Die) => {
                take();
                self.messages.note_death();
                std::future::pending().await
            }
        })
    }

    fn take(&self, endpoint: &str, request: &Request<Bytes>) -> Response<Full<Bytes>> {
        let message = match Message::read(endpoint, request, self.clock.now()) {
            Ok(message) => message,
            Err((status, why)) => {
                let mut refused = answer(status);
                *refused.body_mut() = Full::from(format!("{why}\n"));
                return refused;
            }
        };
        if let Err(problem) = self.messages.keep(message) {
            // Nobody reads it if it cannot be written.
            writeln!(std::io::stderr().lock(), "the local push service is out of order: {problem}")
                .ok();
            return answer(StatusCode::INTERNAL_SERVER_ERROR);
        }
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let mut created = answer(StatusCode::CREATED);
        let place = format!("https://push.example/messages/{number}");
        created.headers_mut().extend(place.parse().ok().map(|place| (LOCATION, place)));
        created
    }
}

/// The endpoint that a request is for: the host is that of a push service, wherever the connection led.
fn endpoint_of(request: &Request<Bytes>) -> String {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    format!("https://{host}{path}")
}

fn answer(status: StatusCode) -> Response<Full<Bytes>> {
    let mut answer = Response::new(Full::default());
    *answer.status_mut() = status;
    answer
}

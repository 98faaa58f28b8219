//! HTTP on a port, in front of the gateway or of the control.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};

use crate::problem::Problem;

/// How long requests under way may take to end: a little longer than a function may.
const LONGEST_DRAIN: Duration = Duration::from_secs(12);

/// The largest request that API Gateway takes, in bytes.
const MAX_REQUEST_BYTES: usize = 10 * 1024 * 1024;

/// Answers whole requests.
pub type Respond = Rc<dyn Fn(Request<Bytes>) -> LocalBoxFuture<'static, Response<Bytes>>>;

/// Takes the port.
///
/// # Errors
///
/// [`Problem`], if it is taken, with what to do about it.
pub async fn bind(address: SocketAddr) -> Result<TcpListener, Problem> {
    TcpListener::bind(address).await.map_err(|error| {
        let port = address.port();
        if error.kind() == std::io::ErrorKind::AddrInUse {
            return Problem(format!("port {port} is taken; choose another one with --port"));
        }
        Problem::new(format!("port {port} cannot be used"), error)
    })
}

/// Serves until `stop` resolves, then lets the requests under way end. Call it in a
/// `tokio::task::LocalSet`: handlers stay on one thread, as on Lambda.
pub async fn serve(listener: TcpListener, respond: Respond, stop: impl Future<Output = ()>) {
    let (stopping, stopped) = tokio::sync::watch::channel(false);
    let mut connections = tokio::task::JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    let respond = Rc::clone(&respond);
                    connections.spawn_local(serve_connection(stream, respond, stopped.clone()));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    drop(listener);
    stopping.send_replace(true);
    // A client that stalls in the middle of a request would be waited for without end.
    let drained = async { while connections.join_next().await.is_some() {} };
    tokio::time::timeout(LONGEST_DRAIN, drained).await.ok();
}

async fn serve_connection(
    stream: TcpStream,
    respond: Respond,
    mut stopped: tokio::sync::watch::Receiver<bool>,
) {
    let service = service_fn(async |request: Request<Incoming>| {
        let (head, body) = request.into_parts();
        let response = match Limited::new(body, MAX_REQUEST_BYTES).collect().await {
            Ok(body) => {
                let request = Request::from_parts(head, body.to_bytes());
                // A task of its own: as on Lambda, a client that hangs up stops nothing.
                let call = tokio::task::spawn_local(respond(request));
                call.await.unwrap_or_else(|_panic| broken())
            }
            Err(_) => too_long(),
        };
        Ok::<_, Infallible>(response.map(Full::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    // What goes wrong on a connection is the client's to notice.
    tokio::select! {
        ended = connection.as_mut() => drop(ended),
        _ = stopped.wait_for(|stopped| *stopped) => {
            connection.as_mut().graceful_shutdown();
            connection.await.ok();
        }
    }
}

fn broken() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(br#"{"message":"Internal Server Error"}"#));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response
}

fn too_long() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(br#"{"message":"Request Too Long"}"#));
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

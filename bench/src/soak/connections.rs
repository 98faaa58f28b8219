//! Connections to the gateway that are kept, as many as are of use at once.

use std::cell::RefCell;
use std::time::Duration;

use http::header::HOST;
use http::{HeaderValue, Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

use super::fault::Fault;

/// How many there may be: both ends are descriptors of this process, which has a thousand. Who comes
/// while all are in use waits, and that is part of how long it took.
const MOST: usize = 256;

/// How long a request may take, with waiting for a connection.
const PATIENCE: Duration = Duration::from_secs(10);

/// The connections to one gateway.
pub(super) struct Connections {
    address: String,
    idle: RefCell<Vec<SendRequest<Full<Bytes>>>>,
    free: Semaphore,
}

impl Connections {
    /// To the gateway at that URL. None is opened yet.
    pub(super) fn to(url: &str) -> Self {
        let address = url.trim_start_matches("http://").to_owned();
        Self { address, idle: RefCell::default(), free: Semaphore::new(MOST) }
    }

    /// Sends a request, and takes the whole answer. Call it in a `tokio::task::LocalSet`.
    pub(super) async fn ask(&self, request: Request<Bytes>) -> Result<Response<Bytes>, Fault> {
        let answer = tokio::time::timeout(PATIENCE, self.exchange(request)).await;
        answer.unwrap_or_else(|late| Err(Fault::Socket(late.to_string())))
    }

    async fn exchange(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, Fault> {
        let broken = |error: &dyn std::fmt::Display| Fault::Socket(error.to_string());
        let _place = self.free.acquire().await.map_err(|error| broken(&error))?;
        if let Ok(host) = HeaderValue::from_str(&self.address) {
            request.headers_mut().insert(HOST, host);
        }
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => self.open().await?,
        };
        let answer = connection.send_request(request.map(Full::new)).await;
        let (head, body) = answer.map_err(|error| broken(&error))?.into_parts();
        let body = body.collect().await.map_err(|error| broken(&error))?.to_bytes();
        self.idle.borrow_mut().push(connection);
        Ok(Response::from_parts(head, body))
    }

    /// One that is open still: the gateway ends those that nobody used for half a minute.
    async fn kept(&self) -> Option<SendRequest<Full<Bytes>>> {
        loop {
            let mut kept = self.idle.borrow_mut().pop()?;
            if kept.ready().await.is_ok() {
                return Some(kept);
            }
        }
    }

    async fn open(&self) -> Result<SendRequest<Full<Bytes>>, Fault> {
        let broken = |error: &dyn std::fmt::Display| Fault::Socket(error.to_string());
        let stream = TcpStream::connect(&self.address).await.map_err(|error| broken(&error))?;
        stream.set_nodelay(true).map_err(|error| broken(&error))?;
        let opened = http1::handshake(TokioIo::new(stream)).await;
        let (sender, connection) = opened.map_err(|error| broken(&error))?;
        // What goes wrong on it, whoever asks over it is told.
        tokio::task::spawn_local(connection);
        Ok(sender)
    }
}

//! The push services of the browsers: each message is one request, made once, over a connection of its own.
//! One that was kept while Lambda froze the process may be gone without our knowing, and of what is written
//! to such a one nobody can tell whether it arrived.

mod addresses;
mod answer;
mod connector;
mod encryption;

use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use http::{Request, Uri, header};
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use tokio::time::{Instant, timeout_at};

use super::push::{PushError, PushMessage, PushSender, Pushing};
use crate::domain::push::AllowedHosts;
use connector::{Connector, Stream};

/// A sender of push messages over the Internet.
pub struct WebPush {
    allowed: AllowedHosts,
    attempt_timeout: Duration,
    connector: Connector,
}

impl WebPush {
    /// A sender to those hosts; connects when first used, and to public addresses alone.
    ///
    /// A message has so long from the host's name to the answer.
    #[must_use]
    pub fn new(allowed: AllowedHosts, attempt_timeout: Duration) -> Self {
        Self { allowed, attempt_timeout, connector: Connector::to_the_internet() }
    }

    /// For development and tests: whatever the host, messages go to that address of this very machine, in
    /// plain HTTP. `None` for an address of any other one.
    #[must_use]
    pub fn local(
        allowed: AllowedHosts,
        attempt_timeout: Duration,
        address: SocketAddr,
    ) -> Option<Self> {
        let connector = Connector::to_this_machine(address)?;
        Some(Self { allowed, attempt_timeout, connector })
    }

    async fn send_one(&self, message: PushMessage) -> Result<(), PushError> {
        // A subscription may be older than the list.
        if !self.allowed.admit(&message.endpoint) {
            return Err(PushError::BlockedHost);
        }
        let host = message.endpoint.host().to_owned();
        let request = request_of(message)?;
        let deadline = Instant::now() + self.attempt_timeout;
        let connected = timeout_at(deadline, self.connector.connect(&host)).await;
        let stream = connected.unwrap_or_else(|_elapsed| Err(answer::out_of_reach()))?;
        let answered = timeout_at(deadline, exchange(stream, request)).await;
        answered.unwrap_or(Err(PushError::Unanswered { how: "timeout" }))
    }
}

/// Asks, and says what the answer means. Nothing of it is read but its head.
async fn exchange(stream: Stream, request: Request<Full<Bytes>>) -> Result<(), PushError> {
    let (mut sender, connection) =
        http1::handshake(stream).await.map_err(|_nothing_was_said| answer::out_of_reach())?;
    let (asking, connection) = (pin!(sender.send_request(request)), pin!(connection));
    // The connection is what does the work; when it ends first, it has settled what was asked.
    let answered = match select(asking, connection).await {
        Either::Left((answered, _)) => answered,
        Either::Right((_, asking)) => asking.await,
    };
    match answered {
        Ok(answer) => answer::meaning(answer.status(), answer.headers()),
        Err(_broken) => Err(PushError::Unanswered { how: "connection" }),
    }
}

/// The request (RFC 8030, section 5), encrypted and in its origin form.
fn request_of(message: PushMessage) -> Result<Request<Full<Bytes>>, PushError> {
    let PushMessage { endpoint, keys, payload, ttl, urgency, topic, authorization } = message;
    let body = encryption::encrypt(&keys, &payload)?;
    let target: Result<Uri, _> = endpoint.path_and_query().parse();
    let mut request = Request::post(target.map_err(|_it_may_quote| unbuildable())?)
        .header(header::HOST, endpoint.host())
        .header(header::AUTHORIZATION, authorization.as_str())
        .header(header::CONTENT_ENCODING, "aes128gcm")
        .header(header::CONTENT_TYPE, "application/octet-stream")
        .header(header::CONNECTION, "close")
        .header("ttl", ttl)
        .header("urgency", urgency.name());
    if let Some(topic) = topic {
        request = request.header("topic", topic.as_str());
    }
    request.body(Full::from(body)).map_err(|_it_may_quote| unbuildable())
}

/// The request could not even be put together, and will not be the next time.
fn unbuildable() -> PushError {
    PushError::Refused { code: "ConstructionFailure".to_owned() }
}

impl PushSender for WebPush {
    fn send(&self, message: PushMessage) -> Pushing<'_> {
        Box::pin(self.send_one(message))
    }
}

#[cfg(test)]
mod tests;

//! HTTPS to hosts that are not AWS: where an identity provider serves its JWKS, and Slack.
//!
//! The store's connector trusts Amazon's roots alone. These hosts are anyone's, so they get a
//! client of their own, with Mozilla's roots, built when it is first used.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use http::header::{ACCEPT, CONNECTION};
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::{HttpConnector, capture_connection};
use hyper_util::rt::TokioExecutor;
use tokio::time::{Instant, timeout_at};

use crate::auth::{FetchError, JwksSource};
use crate::config::JwksUrl;
use crate::telemetry::in_full;

/// How much of a JWKS is waited for and read: a thousand keys fit.
const JWKS_LIMITS: Limits = Limits { time: Duration::from_secs(3), bytes: 1024 * 1024 };

type HttpsClient = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// A client of such hosts. Redirects are not followed, and nothing is attempted twice.
///
/// Each request goes over a connection of its own. One that was kept while Lambda froze the process
/// may be gone without our knowing, and of what is written to such a one nobody can tell whether it
/// arrived.
#[derive(Default)]
pub(crate) struct Https(OnceLock<HttpsClient>);

/// How much of an answer is waited for and read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// From the name's resolution to the last byte.
    pub(crate) time: Duration,
    /// The largest body.
    pub(crate) bytes: usize,
}

/// What a host answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    /// Its body; or why that could not be read to its end within the limits.
    pub(crate) body: Result<Bytes, String>,
}

/// Why there is no answer, and so whether the request may have arrived. The texts hold what the host
/// and the network say, and nothing of the request but its host.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// There was no connection to send the request over: no address, nobody who listens, no handshake,
    /// or not in time.
    #[error("{0}")]
    Unreachable(String),
    /// The host took the request, or a part of it, and the connection broke.
    #[error("{0}")]
    Broken(String),
    /// The host took the request, or a part of it, and said nothing in time.
    #[error("{TOO_LONG}")]
    Late,
}

const TOO_LONG: &str = "the host took too long";

impl Https {
    /// Sends the request, once.
    pub(crate) async fn exchange(
        &self,
        mut request: Request<Full<Bytes>>,
        limits: Limits,
    ) -> Result<Answer, NoAnswer> {
        let deadline = Instant::now() + limits.time;
        let client = self.0.get_or_init(connect);
        request.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        let connection = capture_connection(&mut request);
        let response = match timeout_at(deadline, client.request(request)).await {
            Ok(Ok(response)) => response,
            Ok(Err(error)) if error.is_connect() => {
                return Err(NoAnswer::Unreachable(in_full(&error)));
            }
            Ok(Err(error)) => return Err(NoAnswer::Broken(in_full(&error))),
            Err(_elapsed) if connection.connection_metadata().is_none() => {
                return Err(NoAnswer::Unreachable(TOO_LONG.to_owned()));
            }
            Err(_elapsed) => return Err(NoAnswer::Late),
        };
        let (head, body) = response.into_parts();
        let body = Limited::new(body, limits.bytes).collect();
        let body = match timeout_at(deadline, body).await {
            Ok(Ok(body)) => Ok(body.to_bytes()),
            Ok(Err(error)) => Err(format!("the answer: {error}")),
            Err(_elapsed) => Err(TOO_LONG.to_owned()),
        };
        Ok(Answer { status: head.status, headers: head.headers, body })
    }
}

fn connect() -> HttpsClient {
    // Whether plain HTTP is right was decided with the URL.
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1();
    let mut client = Client::builder(TokioExecutor::new());
    client.pool_max_idle_per_host(0).retry_canceled_requests(false);
    client.build(connector.build())
}

/// A JWKS behind a URL. Redirects are not followed.
pub struct JwksEndpoint {
    uri: Uri,
    https: Https,
}

impl JwksEndpoint {
    /// The JWKS at that URL; nothing is fetched yet.
    #[must_use]
    pub fn new(url: &JwksUrl) -> Self {
        Self { uri: url.as_uri().clone(), https: Https::default() }
    }

    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let request = Request::get(&self.uri)
            .header(ACCEPT, "application/json")
            .body(Full::default())
            .map_err(|error| FetchError(format!("the request could not be made: {error}")))?;
        let answer = self.https.exchange(request, JWKS_LIMITS).await;
        let Answer { status, headers: _, body } =
            answer.map_err(|error| FetchError(error.to_string()))?;
        if status != StatusCode::OK {
            return Err(FetchError(format!("the answer was {status}")));
        }
        body.map(Into::into).map_err(FetchError)
    }
}

impl JwksSource for JwksEndpoint {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + '_>> {
        Box::pin(self.get())
    }
}

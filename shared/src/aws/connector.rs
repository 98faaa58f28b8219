//! Connections to AWS, put together by hand for a fast start.
//!
//! Measured: `aws-config` costs half as much again as the rest of the start, the operating system's
//! root store eight times as much, a second connector the price of a TLS configuration. So: the
//! role's credentials from the environment, Amazon's own five roots, one connector. It speaks
//! HTTP/1.1, as DynamoDB does; what the SDK would bring speaks HTTP/2 as well, and through proxies,
//! which is a seventh of a function.

mod roots;
mod timely;

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http_body_util::BodyExt as _;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::{
    CaptureConnection, HttpConnector as TcpConnector, capture_connection,
};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::ClientConfig;
use rustls::crypto::ring;

pub use self::roots::TrustError;
use self::roots::trusted;
use self::timely::{TakesTooLong, Timely};
use crate::config::AwsConfig;

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1000);

/// How long opening a connection ahead of time may take.
const WARM_UP_TIMEOUT: Duration = Duration::from_millis(1500);

/// Why there is no way to AWS.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Whom to trust is not known.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The certificates cannot be trusted.
    #[error("the trusted certificates cannot be used")]
    Tls(#[source] BoxError),
}

/// The one connector that the clients of all services share.
#[derive(Clone)]
pub struct Connector(SharedHttpConnector);

impl Connector {
    /// A connector that trusts the configured certificates; it connects when first used.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] if the certificates cannot be read, or cannot be used.
    pub fn new(config: &AwsConfig) -> Result<Self, ConnectError> {
        let roots = trusted(config.ca_bundle.as_deref().map(Path::new))?;
        let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| ConnectError::Tls(error.into()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut tcp = TcpConnector::new();
        // An endpoint for development may be one of plain HTTP.
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
        let https = https.enable_http1().wrap_connector(tcp);
        let at_most = CONNECT_TIMEOUT.min(config.attempt_timeout);
        let mut client = Client::builder(TokioExecutor::new());
        client.pool_timer(TokioTimer::new());
        let client = client.build(Timely::new(https, at_most));
        Ok(Self(SharedHttpConnector::new(Http { client })))
    }

    /// The connector as a client of a service takes it.
    pub(crate) fn client(&self) -> SharedHttpClient {
        let connector = self.0.clone();
        http_client_fn(move |_, _| connector.clone())
    }

    /// Opens a connection before it is needed: asks the endpoint for its health page, which every
    /// endpoint of AWS has and which takes no signature. The connection stays in the pool.
    pub(crate) async fn warm_up(&self, url: &str) {
        let Ok(request) = HttpRequest::get(url) else { return };
        let exchange = async {
            if let Ok(response) = self.0.call(request).await {
                // Read to its end, or the connection cannot be used again.
                response.into_body().collect().await.ok();
            }
        };
        tokio::time::timeout(WARM_UP_TIMEOUT, exchange).await.ok();
    }
}

/// The SDK's side of the connector.
#[derive(Debug)]
struct Http {
    client: Client<Timely<HttpsConnector<TcpConnector>>, SdkBody>,
}

impl HttpConnector for Http {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let mut request = match request.try_into_http1x() {
            Ok(request) => request,
            Err(error) => {
                return HttpConnectorFuture::ready(Err(ConnectorError::user(error.into())));
            }
        };
        let captured = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&captured));
        }
        let response = self.client.request(request);
        HttpConnectorFuture::new(async move {
            let response = response.await.map_err(classified)?;
            HttpResponse::try_from(response.map(SdkBody::from_body_1_x))
                .map_err(|error| ConnectorError::other(error.into(), None))
        })
    }
}

/// What the SDK closes a connection by after it was of no use.
fn metadata(captured: &CaptureConnection) -> Option<ConnectionMetadata> {
    let proxied = captured.connection_metadata().as_ref()?.is_proxied();
    let captured = captured.clone();
    let poison = move || {
        if let Some(connection) = captured.connection_metadata().as_ref() {
            connection.poison();
        }
    };
    Some(ConnectionMetadata::builder().proxied(proxied).poison_fn(poison).build())
}

/// What the SDK decides by whether another attempt makes sense.
fn classified(error: ClientError) -> ConnectorError {
    if source_of::<TakesTooLong>(&error).is_some() {
        return ConnectorError::timeout(error.into());
    }
    if error.is_connect() {
        return ConnectorError::io(error.into());
    }
    match source_of::<hyper::Error>(&error) {
        Some(of_http) if of_http.is_timeout() => ConnectorError::timeout(error.into()),
        Some(of_http) if of_http.is_user() => ConnectorError::user(error.into()),
        Some(of_http) if of_http.is_incomplete_message() => {
            ConnectorError::other(error.into(), Some(ErrorKind::TransientError))
        }
        Some(of_http) if of_http.is_closed() || of_http.is_canceled() => {
            ConnectorError::io(error.into())
        }
        Some(_) | None if source_of::<std::io::Error>(&error).is_some() => {
            ConnectorError::io(error.into())
        }
        Some(_) | None => ConnectorError::other(error.into(), None),
    }
}

fn source_of<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests;

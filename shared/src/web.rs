//! HTTPS to hosts that are not AWS: today, where an identity provider serves its JWKS.
//!
//! The store's connector trusts Amazon's roots alone. These hosts are anyone's, so they get a
//! client of their own, with Mozilla's roots, built when it is first used.

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::time::Duration;

use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Empty, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;

use crate::auth::{FetchError, JwksSource};
use crate::config::JwksUrl;
use crate::telemetry::in_full;

/// How long a fetch may take, from the name's resolution to the last byte.
const TIMEOUT: Duration = Duration::from_secs(3);

/// The largest document that is read, in bytes: a thousand keys fit.
const MAX_DOCUMENT_BYTES: usize = 1024 * 1024;

type HttpsClient = Client<HttpsConnector<HttpConnector>, Empty<Bytes>>;

/// A JWKS behind a URL. Redirects are not followed.
pub struct JwksEndpoint {
    uri: Uri,
    client: OnceLock<HttpsClient>,
}

impl JwksEndpoint {
    /// The JWKS at that URL; nothing is fetched yet.
    #[must_use]
    pub fn new(url: &JwksUrl) -> Self {
        Self { uri: url.as_uri().clone(), client: OnceLock::new() }
    }

    async fn get(&self) -> Result<Vec<u8>, FetchError> {
        let client = self.client.get_or_init(connect);
        let request = Request::get(&self.uri)
            .header(http::header::ACCEPT, "application/json")
            .body(Empty::new())
            .map_err(|error| FetchError(format!("the request could not be made: {error}")))?;
        let response = client.request(request).await;
        let response = response.map_err(|error| FetchError(in_full(&error)))?;
        if response.status() != StatusCode::OK {
            return Err(FetchError(format!("the answer was {}", response.status())));
        }
        let body = Limited::new(response.into_body(), MAX_DOCUMENT_BYTES).collect().await;
        let body = body.map_err(|error| FetchError(format!("the answer: {error}")))?;
        Ok(body.to_bytes().to_vec())
    }
}

impl JwksSource for JwksEndpoint {
    fn fetch(&self) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + '_>> {
        Box::pin(async {
            let fetched = tokio::time::timeout(TIMEOUT, self.get()).await;
            fetched.unwrap_or_else(|_elapsed| Err(FetchError("the host took too long".to_owned())))
        })
    }
}

fn connect() -> HttpsClient {
    // Whether plain HTTP is right was decided with the URL.
    let connector = HttpsConnectorBuilder::new().with_webpki_roots().https_or_http().enable_http1();
    Client::builder(TokioExecutor::new()).build(connector.build())
}

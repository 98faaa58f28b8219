//! A limit to how long a connection may take to open: from the name's resolution to the end of the
//! TLS handshake.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use aws_sdk_dynamodb::error::BoxError;
use http::Uri;
use tokio::time::timeout;
use tower_service::Service;

/// A connector whose connections are open in time, or not at all.
#[derive(Debug, Clone)]
pub(super) struct Timely<C> {
    connector: C,
    at_most: Duration,
}

/// The connection was not open in time.
#[derive(Debug, thiserror::Error)]
#[error("the connection was not open in time")]
pub(super) struct TakesTooLong;

impl<C> Timely<C> {
    /// Connections of that connector, each open in that time.
    pub(super) fn new(connector: C, at_most: Duration) -> Self {
        Self { connector, at_most }
    }
}

impl<C> Service<Uri> for Timely<C>
where
    C: Service<Uri, Error = BoxError>,
    C::Future: Send + 'static,
{
    type Response = C::Response;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<C::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.connector.poll_ready(context)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let connection = timeout(self.at_most, self.connector.call(uri));
        Box::pin(async { connection.await.unwrap_or_else(|_elapsed| Err(TakesTooLong.into())) })
    }
}

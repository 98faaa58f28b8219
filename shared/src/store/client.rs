//! The DynamoDB client, put together by hand for a fast start.
//!
//! Measured: `aws-config` costs half as much again as the rest of the start, the operating system's
//! root store eight times as much, a second connector the price of a TLS configuration. So: the
//! role's credentials from the environment, Amazon's own five roots, one connector.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition, TokenBucket};
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};
use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_http_client::Connector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorSettings, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::BodyExt as _;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use super::retry::{CountAttempts, RetryConflicts};
use crate::config::StoreConfig;

/// The trust anchors of AWS's service endpoints: Amazon Root CA 1 to 4 and Starfield Services Root
/// Certificate Authority G2 (https://www.amazontrust.com/repository/).
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1000);

/// The longest first pause between attempts: the SDK draws from nothing to this, and from twice as
/// much for each further one.
pub(super) const FIRST_BACKOFF: Duration = Duration::from_millis(50);

/// The longest of all pauses between attempts.
pub(super) const LONGEST_BACKOFF: Duration = Duration::from_millis(800);

/// How often a call is attempted in all.
const MAX_ATTEMPTS: u32 = 4;

/// How long opening a connection ahead of time may take.
const WARM_UP_TIMEOUT: Duration = Duration::from_millis(1500);

/// Why there is no way to the table.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// The file that `AWS_CA_BUNDLE` names cannot be read.
    #[error("the file of AWS_CA_BUNDLE cannot be read")]
    CaBundle(#[source] std::io::Error),
    /// The file holds something that is no certificate, or none at all.
    #[error("the file of AWS_CA_BUNDLE must hold certificates in PEM, and nothing that is broken")]
    Certificates,
    /// The certificates cannot be trusted.
    #[error("the trusted certificates cannot be used")]
    Tls(#[source] BoxError),
}

pub(super) fn build(config: StoreConfig) -> Result<(Client, WarmUp), ConnectError> {
    let StoreConfig { table: _, region, endpoint, ca_bundle, credentials, attempt_timeout } =
        config;
    let connector = connector(ca_bundle.as_deref(), attempt_timeout)?;
    let warm_up = WarmUp {
        connector: connector.clone(),
        url: endpoint.clone().unwrap_or_else(|| regional_endpoint(&region)),
    };
    let retries = RetryConfig::standard()
        .with_max_attempts(MAX_ATTEMPTS)
        .with_initial_backoff(FIRST_BACKOFF)
        .with_max_backoff(LONGEST_BACKOFF);
    // How long a connection may take to open is the connector's to know.
    let timeouts = TimeoutConfig::builder().operation_attempt_timeout(attempt_timeout).build();
    let mut builder = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region))
        .credentials_provider(credentials)
        .http_client(http_client_fn(move |_, _| connector.clone()))
        .retry_config(retries)
        // Its own, where the SDK would have all clients of the process draw on one.
        .retry_partition(
            RetryPartition::custom("dynamodb").token_bucket(TokenBucket::default()).build(),
        )
        .retry_classifier(RetryConflicts)
        .timeout_config(timeouts)
        .interceptor(CountAttempts);
    builder.set_endpoint_url(endpoint);
    Ok((Client::from_conf(builder.build()), warm_up))
}

fn connector(
    ca_bundle: Option<&str>,
    attempt_timeout: Duration,
) -> Result<SharedHttpConnector, ConnectError> {
    let roots = match ca_bundle {
        Some(path) => check(std::fs::read(path).map_err(ConnectError::CaBundle)?)?,
        None => AMAZON_ROOTS.to_vec(),
    };
    let trust_store = TrustStore::empty().with_pem_certificate(roots);
    let tls = TlsContext::builder().with_trust_store(trust_store).build();
    let settings = HttpConnectorSettings::builder()
        .connect_timeout(CONNECT_TIMEOUT.min(attempt_timeout))
        .build();
    let connector = Connector::builder()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(tls.map_err(|error| ConnectError::Tls(error.into()))?)
        .connector_settings(settings)
        .build();
    Ok(SharedHttpConnector::new(connector))
}

/// Makes sure that a file of certificates is one: the connector panics on any other.
fn check(pem: Vec<u8>) -> Result<Vec<u8>, ConnectError> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let added = certificate.map(|certificate| roots.add(certificate));
        if !matches!(added, Ok(Ok(()))) {
            return Err(ConnectError::Certificates);
        }
    }
    if roots.is_empty() { Err(ConnectError::Certificates) } else { Ok(pem) }
}

/// Where DynamoDB is in a region, as the SDK will resolve it.
fn regional_endpoint(region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://dynamodb.{region}.{domain}")
}

/// Opens a connection before it is needed.
pub(super) struct WarmUp {
    connector: SharedHttpConnector,
    url: String,
}

impl WarmUp {
    /// Asks the endpoint for its health page, which every DynamoDB endpoint has and which takes no
    /// signature: the connection stays in the pool.
    pub(super) async fn run(&self) {
        let Ok(request) = HttpRequest::get(self.url.as_str()) else { return };
        let exchange = async {
            if let Ok(response) = self.connector.call(request).await {
                // Read to its end, or the connection cannot be used again.
                response.into_body().collect().await.ok();
            }
        };
        tokio::time::timeout(WARM_UP_TIMEOUT, exchange).await.ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pinned_roots_are_five_certificates() {
        let certificates = CertificateDer::pem_slice_iter(AMAZON_ROOTS).count();
        assert_eq!(certificates, 5);
        assert!(check(AMAZON_ROOTS.to_vec()).is_ok());
    }

    #[test]
    fn a_bundle_without_certificates_or_with_a_broken_one_is_refused() {
        let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        for bundle in [b"".as_slice(), b"no certificate", broken] {
            assert!(matches!(check(bundle.to_vec()), Err(ConnectError::Certificates)));
        }
        let mixed = [AMAZON_ROOTS, broken].concat();
        assert!(matches!(check(mixed), Err(ConnectError::Certificates)));
    }

    #[test]
    fn the_endpoint_of_a_region_is_in_its_partition() {
        let host = "https://dynamodb.eu-west-1.amazonaws.com";
        assert_eq!(regional_endpoint("eu-west-1"), host);
        let host = "https://dynamodb.cn-north-1.amazonaws.com.cn";
        assert_eq!(regional_endpoint("cn-north-1"), host);
    }
}

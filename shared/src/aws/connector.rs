//! Connections to AWS, put together by hand for a fast start.
//!
//! Measured: `aws-config` costs half as much again as the rest of the start, the operating system's
//! root store eight times as much, a second connector the price of a TLS configuration. So: the
//! role's credentials from the environment, Amazon's own five roots, one connector.

use std::time::Duration;

use aws_sdk_dynamodb::error::BoxError;
use aws_smithy_http_client::Connector as HttpsConnector;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore};
use aws_smithy_runtime_api::client::http::{
    HttpConnector as _, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
    http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use http_body_util::BodyExt as _;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;

use crate::config::AwsConfig;

/// The trust anchors of AWS's service endpoints: Amazon Root CA 1 to 4 and Starfield Services Root
/// Certificate Authority G2 (https://www.amazontrust.com/repository/).
const AMAZON_ROOTS: &[u8] = include_bytes!("amazon-roots.pem");

/// How long a connection may take to open.
const CONNECT_TIMEOUT: Duration = Duration::from_millis(1000);

/// How long opening a connection ahead of time may take.
const WARM_UP_TIMEOUT: Duration = Duration::from_millis(1500);

/// Why there is no way to AWS.
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

/// The one connector that the clients of all services share.
#[derive(Clone)]
pub struct Connector(SharedHttpConnector);

impl Connector {
    /// A connector that trusts the configured certificates; it connects when first used.
    ///
    /// # Errors
    ///
    /// [`ConnectError`] if the certificates cannot be read.
    pub fn new(config: &AwsConfig) -> Result<Self, ConnectError> {
        let roots = match &config.ca_bundle {
            Some(path) => check(std::fs::read(path).map_err(ConnectError::CaBundle)?)?,
            None => AMAZON_ROOTS.to_vec(),
        };
        let trust_store = TrustStore::empty().with_pem_certificate(roots);
        let tls = TlsContext::builder().with_trust_store(trust_store).build();
        let settings = HttpConnectorSettings::builder()
            .connect_timeout(CONNECT_TIMEOUT.min(config.attempt_timeout))
            .build();
        let connector = HttpsConnector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(tls.map_err(|error| ConnectError::Tls(error.into()))?)
            .connector_settings(settings)
            .build();
        Ok(Self(SharedHttpConnector::new(connector)))
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
}

//! Whom the service trusts.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use pretty_assertions::assert_eq;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use shared::auth::JwksSource as _;
use shared::config::Config;
use shared::web::JwksEndpoint;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

use crate::support::{Api, Setup, recorded};

const PATH: &str = "/me/notification-prefs";

/// A certificate authority of our own, in a file that is gone with the test.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    file: PathBuf,
}

impl Authority {
    fn new(name: &str) -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let issuer = CertifiedIssuer::self_signed(params, key).expect("an authority");
        let unique = format!("notification-preferences-{}-{name}.pem", std::process::id());
        let file = std::env::temp_dir().join(unique);
        std::fs::write(&file, issuer.pem()).expect("a file");
        Self { issuer, file }
    }

    /// Serves TLS as `localhost` in front of that address, and gives the port.
    async fn serve(&self, target: SocketAddr) -> u16 {
        let key = KeyPair::generate().expect("a key");
        let names = CertificateParams::new(vec!["localhost".to_owned()]).expect("parameters");
        let certificate = names.signed_by(&key, &self.issuer).expect("a certificate");
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .expect("a TLS configuration");
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                tokio::spawn(async move {
                    let Ok(mut inside) = acceptor.accept(stream).await else { return };
                    let mut outside = TcpStream::connect(target).await.expect("the target");
                    tokio::io::copy_bidirectional(&mut inside, &mut outside).await.ok();
                });
            }
        });
        port
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        std::fs::remove_file(&self.file).ok();
    }
}

async fn api_over_tls(authority: &Authority, ca_bundle: Option<String>) -> Api {
    let behind = Api::start().await;
    let target = behind.faults.endpoint().trim_start_matches("http://").parse();
    let port = authority.serve(target.expect("an address")).await;
    let endpoint = format!("https://localhost:{port}");
    let environment = vec![("AWS_ENDPOINT_URL_DYNAMODB", endpoint)];
    Api::start_with(Setup { environment, ca_bundle, ..Setup::default() }).await
}

#[tokio::test]
async fn the_store_is_reached_over_tls_by_whom_the_bundle_names() {
    let authority = Authority::new("trusted");
    let bundle = authority.file.to_str().expect("text").to_owned();
    let api = api_over_tls(&authority, Some(bundle)).await;
    assert_eq!(api.person("acme", "7").get(PATH).await.status, 200);
}

#[tokio::test]
async fn without_a_bundle_the_store_is_trusted_only_with_amazons_roots() {
    let authority = Authority::new("untrusted");
    let api = api_over_tls(&authority, None).await;
    let answer = api.person("acme", "7").get(PATH).await;
    assert_eq!(answer.status, 503);
    let line = api.log.lines().pop().expect("a line");
    assert!(line.contains(r#""error.kind":"store.unreachable""#), "{line}");
}

#[tokio::test]
async fn a_jwks_is_not_taken_from_a_host_that_nobody_vouches_for() {
    let authority = Authority::new("jwks");
    let behind = Api::start().await;
    let target = behind.faults.endpoint().trim_start_matches("http://").parse();
    let port = authority.serve(target.expect("an address")).await;
    let config = Config::from_lookup(|name| match name {
        "AUTH_JWKS" => Some(recorded("jwks")),
        "AUTH_JWKS_URL" => Some(format!("https://localhost:{port}/jwks.json")),
        "AUTH_ISSUER" | "AUTH_AUDIENCE" | "TABLE_NAME" | "AWS_REGION" => Some("x".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
        _ => None,
    });
    let url = config.expect("a configuration").auth.jwks_url.expect("a URL");
    let refused = JwksEndpoint::new(&url).fetch().await.expect_err("no trust").to_string();
    assert!(refused.contains("certificate"), "{refused}");
}

//! One item of DynamoDB, over one connection that is opened at the start.

use std::net::TcpStream;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::{Value, json};

use crate::Fault;
use crate::http::Connection;
use crate::signature::Credentials;

/// What AWS's endpoints are trusted by.
const ROOTS: [&[u8]; 5] = [
    include_bytes!("../../../../shared/src/aws/connector/roots/amazon-root-ca-1.der"),
    include_bytes!("../../../../shared/src/aws/connector/roots/amazon-root-ca-2.der"),
    include_bytes!("../../../../shared/src/aws/connector/roots/amazon-root-ca-3.der"),
    include_bytes!("../../../../shared/src/aws/connector/roots/amazon-root-ca-4.der"),
    include_bytes!("../../../../shared/src/aws/connector/roots/starfield-services-root-ca-g2.der"),
];

/// What is asked for.
const TARGET: &str = "DynamoDB_20120810.GetItem";

/// The table, and the way to it.
pub struct Store {
    connection: Connection,
    credentials: Credentials,
    host: String,
    table: String,
}

impl Store {
    /// Connects.
    pub fn connect() -> Result<Self, Fault> {
        let endpoint = std::env::var("AWS_ENDPOINT_URL")?;
        let host = endpoint.strip_prefix("https://").ok_or("the endpoint is not of https")?;
        let mut trusted = RootCertStore::empty();
        if let Ok(file) = std::env::var("AWS_CA_BUNDLE") {
            for certificate in CertificateDer::pem_slice_iter(&std::fs::read(file)?) {
                trusted.add(certificate?)?;
            }
        } else {
            for root in ROOTS {
                trusted.add(root.into())?;
            }
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])?
            .with_root_certificates(trusted)
            .with_no_client_auth();
        let name = host.split(':').next().unwrap_or(host).to_owned();
        let mut socket = TcpStream::connect(host)?;
        socket.set_nodelay(true)?;
        let mut tls = ClientConnection::new(Arc::new(config), ServerName::try_from(name)?)?;
        while tls.is_handshaking() {
            tls.complete_io(&mut socket)?;
        }
        let connection = Connection::over(Box::new(StreamOwned::new(tls, socket)), host);
        Ok(Self {
            connection,
            credentials: Credentials::from_environment()?,
            host: host.to_owned(),
            table: std::env::var("TABLE_NAME")?,
        })
    }

    /// What is stored of a person: the leaves that the answer is made of.
    pub fn item(&mut self, org_unit: &str, user: &str) -> Result<Value, Fault> {
        let names = json!({
            "#0": "notifications_enabled", "#1": "slack_user_id",
            "#2": "mute.milestone.entered", "#3": "mute.milestone.exited",
            "#4": "mute.sequence.completed", "#5": "mute.surge.fired",
        });
        let partition = format!("OU#{org_unit}#USER#{user}");
        let question = serde_json::to_vec(&json!({
            "TableName": self.table,
            "Key": { "pk": { "S": partition }, "sk": { "S": "PREFS" } },
            "ConsistentRead": true,
            "ProjectionExpression": "#0,#1,#2,#3,#4,#5",
            "ExpressionAttributeNames": names,
        }))?;
        let signed = self.credentials.sign(&self.host, TARGET, &question)?;
        let mut headers = vec![
            ("content-type", "application/x-amz-json-1.0"),
            ("x-amz-target", TARGET),
            ("x-amz-date", signed.date.as_str()),
            ("authorization", signed.authorization.as_str()),
        ];
        if let Some(token) = &signed.token {
            headers.push(("x-amz-security-token", token));
        }
        let answer = self.connection.exchange("POST", "/", &headers, &question)?;
        let mut answer: Value = serde_json::from_slice(&answer.body)?;
        Ok(answer["Item"].take())
    }
}

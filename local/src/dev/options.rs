//! The flags of `cargo dev`.

use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::PathBuf;

use crate::log::LogFormat;

/// How to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The port to serve the API on
    #[arg(long, default_value_t = 3000)]
    pub(super) port: u16,
    /// Where to keep the data [default: .local/data]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["in_memory", "dynamodb_endpoint"])]
    pub(super) data: Option<PathBuf>,
    /// Keep no data
    #[arg(long, conflicts_with = "dynamodb_endpoint")]
    pub(super) in_memory: bool,
    /// Where to serve the DynamoDB engine itself [default: a free port on 127.0.0.1]
    #[arg(long, value_name = "HOST:PORT", value_parser = read_address)]
    #[arg(conflicts_with = "dynamodb_endpoint")]
    pub(super) dynamodb_listen: Option<SocketAddr>,
    /// Another DynamoDB to use instead of the engine inside
    #[arg(long, value_name = "URL", value_parser = read_url)]
    pub(super) dynamodb_endpoint: Option<String>,
    /// Where to send emails by SMTP [default: files in .local/outbox]
    #[arg(long, value_name = "HOST:PORT", value_parser = read_address)]
    pub(super) smtp: Option<SocketAddr>,
    /// How to write log lines
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    pub(super) log_format: LogFormat,
    /// Accept events and do not dispatch them: for tests
    #[arg(long, hide = true)]
    pub(super) hold_queue: bool,
    /// Leave what is due to `tick`: for tests
    #[arg(long, hide = true)]
    pub(super) hold_schedules: bool,
}

fn read_address(text: &str) -> Result<SocketAddr, String> {
    let addresses = text.to_socket_addrs().map_err(|error| error.to_string())?;
    // The IPv4 one first: it is what a client tries.
    let mut addresses: Vec<SocketAddr> = addresses.collect();
    addresses.sort_by_key(SocketAddr::is_ipv6);
    addresses.into_iter().next().ok_or_else(|| "no such host".to_owned())
}

fn read_url(text: &str) -> Result<String, String> {
    let uri: http::Uri = text.parse().map_err(|_no_uri| "must be a URL".to_owned())?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http"), Some(_)) => Ok(text.to_owned()),
        _ => Err("must be an http URL with a host".to_owned()),
    }
}

//! `cargo dev`: the whole system, on a port.

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use shared::boot;
use tokio::signal::unix::{SignalKind, signal};

use crate::engine::{self, Storage};
use crate::environment::{self, TABLE};
use crate::gateway::Gateway;
use crate::identity::Identity;
use crate::log::{LogFormat, StandardError};
use crate::problem::Problem;
use crate::template::Template;
use crate::{sam, server};

/// How to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The port to serve the API on
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Where to keep the data [default: .local/data]
    #[arg(long, value_name = "DIR", conflicts_with_all = ["in_memory", "dynamodb_endpoint"])]
    data: Option<PathBuf>,
    /// Keep no data
    #[arg(long, conflicts_with = "dynamodb_endpoint")]
    in_memory: bool,
    /// Where to serve the DynamoDB engine itself [default: a free port on 127.0.0.1]
    #[arg(long, value_name = "HOST:PORT", value_parser = read_address)]
    #[arg(conflicts_with = "dynamodb_endpoint")]
    dynamodb_listen: Option<SocketAddr>,
    /// Another DynamoDB to use instead of the engine inside
    #[arg(long, value_name = "URL", value_parser = read_url)]
    dynamodb_endpoint: Option<String>,
    /// How to write log lines
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
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

/// The folder that everything local is in.
#[must_use]
pub fn default_folder() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).join(".local")
}

/// Runs until Ctrl-C or a request to terminate.
///
/// # Errors
///
/// [`Problem`], if it cannot start.
pub async fn run(folder: &Path, options: Options) -> Result<(), Problem> {
    let place = folder.display();
    fs::create_dir_all(folder)
        .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
    let template = Template::load()?;
    let listener = server::bind((Ipv4Addr::LOCALHOST, options.port).into()).await?;
    let address = listener.local_addr();
    let address = address.map_err(|error| Problem::new("the port has no address", error))?;

    let identity = Identity::load_or_create(folder)?;
    let (endpoint, data) = start_engine(&options, folder).await?;
    engine::create_table(&engine::client(&endpoint), TABLE, &template.table)
        .await
        .map_err(|error| Problem::new(format!("the DynamoDB at {endpoint} is of no use"), error))?;
    let config = environment::configure(&template, &identity, &endpoint);
    let config = config.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
    let app = boot::app(config, Arc::new(StandardError(options.log_format)))
        .map_err(|error| Problem::new("there is no store", error))?;
    let gateway = Rc::new(Gateway::new(&template, app)?);
    // An engine on a port of its own choosing is out of a container's reach.
    if options.dynamodb_listen.is_some() || options.dynamodb_endpoint.is_some() {
        sam::write_environment(folder, &identity, &endpoint)?;
    }

    let mut interrupt = signal(SignalKind::interrupt())
        .map_err(|error| Problem::new("signals cannot be heard", error))?;
    let mut terminate = signal(SignalKind::terminate())
        .map_err(|error| Problem::new("signals cannot be heard", error))?;
    let mut asked = async || {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    };
    let (stop, stopping) = tokio::sync::oneshot::channel();
    let serve = server::serve(listener, gateway, async { stopping.await.unwrap_or_default() });
    say(&welcome(address, &endpoint, &data));
    tokio::pin!(serve);
    // The first time requests under way may end; the second time there is no patience left.
    tokio::select! {
        () = &mut serve => {}
        () = asked() => {
            stop.send(()).ok();
            say("stopping when what is under way is done; Ctrl-C again to stop at once");
            tokio::select! {
                () = &mut serve => {}
                () = asked() => {
                    say("stopped at once");
                    return Ok(());
                }
            }
        }
    }
    say("stopped");
    Ok(())
}

async fn start_engine(options: &Options, folder: &Path) -> Result<(String, String), Problem> {
    if let Some(endpoint) = &options.dynamodb_endpoint {
        return Ok((endpoint.clone(), format!("in the DynamoDB at {endpoint}")));
    }
    let (storage, place) = if options.in_memory {
        (Storage::Memory, "in memory".to_owned())
    } else {
        let data = options.data.clone().unwrap_or_else(|| folder.join("data"));
        let place = data.display();
        fs::create_dir_all(&data)
            .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
        lock(&data)?;
        (Storage::File(data.join("dynamodb.sqlite")), format!("in {place}"))
    };
    let address = options.dynamodb_listen.unwrap_or((Ipv4Addr::LOCALHOST, 0).into());
    let bound = engine::start(&storage, address).await?;
    // Whoever listens on every address is reached on this one.
    let ip = if bound.ip().is_unspecified() { Ipv4Addr::LOCALHOST.into() } else { bound.ip() };
    Ok((format!("http://{}", SocketAddr::new(ip, bound.port())), place))
}

/// Keeps a second process from opening the same data, until this one ends.
fn lock(data: &Path) -> Result<(), Problem> {
    let place = data.display();
    let file = fs::File::create(data.join("lock"))
        .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
    file.try_lock().map_err(|error| match error {
        fs::TryLockError::WouldBlock => Problem(format!(
            "{place} is in use by another `cargo dev`; choose another folder with --data"
        )),
        fs::TryLockError::Error(error) => Problem::new(format!("{place} cannot be locked"), error),
    })?;
    // The lock goes with the file, and both with the process.
    std::mem::forget(file);
    Ok(())
}

fn welcome(address: SocketAddr, endpoint: &str, data: &str) -> String {
    format!(
        "\
Notification Preferences is ready on http://{address}
DynamoDB is on {endpoint}, its data {data}. Ctrl-C stops.

Mute an event, then look:

  TOKEN=$(cargo -q dev token --sub 7 --org-unit acme)
  curl -s -X PUT http://{address}/me/notification-prefs \\
    -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' \\
    -d '{{\"prefs\":[{{\"event_type\":\"milestone.exited\",\"muted\":true}}]}}'
  curl -s http://{address}/me/notification-prefs -H \"Authorization: Bearer $TOKEN\"
"
    )
}

fn say(text: &str) {
    // Nobody reads it if it cannot be written.
    writeln!(std::io::stderr().lock(), "{text}").ok();
}

//! `cargo dev`: the whole system, on a port.

mod data;
mod options;
mod stop;

use std::fs;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt as _;
use shared::app::{Clock, SystemClock};
use shared::boot;
use shared::config::Config;
use shared::deliver::Ports;
use shared::deliver::email::EmailSender;
use shared::telemetry::Log;
use tokio::net::TcpListener;

pub use options::Options;
use stop::Stop;

use crate::control::{Control, ControlFile, Token};
use crate::engine;
use crate::environment::{self, TABLE};
use crate::erasing;
use crate::gateway::Gateway;
use crate::identity::Identity;
use crate::log::StandardError;
use crate::outbox::{FileOutbox, SmtpSender};
use crate::problem::Problem;
use crate::push_peer::{self, PushFolder};
use crate::pushing::{self, LocalPushKeys};
use crate::queues::Queues;
use crate::sam;
use crate::secrets::LocalSecrets;
use crate::server::{self, Respond};
use crate::slack::{self, SlackFolder};
use crate::system::System;
use crate::template::Template;
use crate::unsubscribing;

/// The folder that everything local is in.
#[must_use]
pub fn default_folder() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).join(".local")
}

/// How long one attempt to reach the engine may take. One engine serves everyone here, on one thread
/// with everything else: under load it takes longer than DynamoDB does.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(5);

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
    let address = address_of(&listener)?;

    let identity = Rc::new(Identity::load_or_create(folder)?);
    let (endpoint, data) = data::start_engine(&options, folder).await?;
    let engine = engine::client(&endpoint);
    engine::create_table(&engine, TABLE, &template.table)
        .await
        .map_err(|error| Problem::new(format!("the DynamoDB at {endpoint} is of no use"), error))?;
    let config = environment::configure(&template, &identity, &endpoint);
    let mut config = config.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
    config.aws.attempt_timeout = ATTEMPT_TIMEOUT;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let log: Arc<dyn Log> = Arc::new(StandardError(options.log_format));
    let queues = Queues::open(&template, &config, &engine, &clock, &log).await?;
    let email = email(&config, options.smtp, folder, &clock)?;
    let workspaces = Arc::new(SlackFolder::open(folder, Arc::clone(&clock))?);
    let secrets = Arc::new(LocalSecrets::load_or_create(folder, Arc::clone(&workspaces))?);
    let slack_url = slack::start(workspaces, Arc::clone(&clock)).await?;
    let slack = slack::workspaces(&slack_url, secrets.clone(), Arc::clone(&log))?;
    let public_url = format!("http://{address}");
    let erasures = erasing::erasures(&config, secrets.clone(), Arc::clone(&log))?;
    let unsubscribe = unsubscribing::links(&config, secrets, &public_url, Arc::clone(&log))?;
    let push_keys = Arc::new(LocalPushKeys::load_or_create(folder)?);
    let messages = Arc::new(PushFolder::open(folder, Arc::clone(&clock))?);
    let push_service = push_peer::start(messages, Arc::clone(&clock)).await?;
    let push = pushing::push(&config, push_keys, push_service, Arc::clone(&log))?;
    let app = boot::app(config, log).map_err(|error| Problem::new("there is no store", error))?;
    let app = app.with_ports(Ports { email, push, slack, unsubscribe, erasures, ..queues.ports() });
    let app = Rc::new(app);
    let System { gateway, bus, pumps, schedules, operators } =
        System::new(&template, app, &queues)?;
    let (gateway, schedules) = (Rc::new(gateway), Rc::new(schedules));
    // An engine on a port of its own choosing is out of a container's reach.
    if options.dynamodb_listen.is_some() || options.dynamodb_endpoint.is_some() {
        sam::write_environment(folder, &identity, &endpoint)?;
    }

    let mut stop = Stop::listen()?;
    let control = {
        let (gateway, schedules) = (Rc::clone(&gateway), Rc::clone(&schedules));
        |token| Control::new(token, identity, gateway, bus, schedules, operators, clock)
    };
    let serve_control = start_control(folder, control, stop.asked()).await?;
    let serve = server::serve(listener, respond(gateway), stop.asked());
    let until = [stop.asked(), stop.asked(), stop.asked(), stop.asked()];
    let work_at_queues = async {
        if !options.hold_queue {
            Box::pin(pumps.run(until)).await;
        }
    };
    let until = stop.asked();
    let keep_schedules = async {
        if !options.hold_schedules {
            schedules.run(until).await;
        }
    };
    let work = Box::pin(async {
        tokio::join!(serve, serve_control, work_at_queues, keep_schedules);
    });
    say(&welcome(address, &endpoint, &data));
    // Whoever asks a second time has no patience left.
    say(if stop.run(work).await { "stopped" } else { "stopped at once" });
    Ok(())
}

/// What emails are sent with: the SMTP server that was named, else files.
fn email(
    config: &Config,
    smtp: Option<SocketAddr>,
    folder: &Path,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn EmailSender>, Problem> {
    let from = config.email.as_ref().map(|email| email.from.clone());
    let from = from.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
    Ok(match smtp {
        Some(server) => Arc::new(SmtpSender::new(server, from)),
        None => Arc::new(FileOutbox::open(folder, from, Arc::clone(clock))?),
    })
}

/// Opens the way in for subcommands, and gives what serves it. The file that tells of it is gone with
/// that, however it ends.
async fn start_control(
    folder: &Path,
    control: impl FnOnce(Token) -> Control,
    stop: impl Future<Output = ()>,
) -> Result<impl Future<Output = ()>, Problem> {
    let listener = server::bind((Ipv4Addr::LOCALHOST, 0).into()).await?;
    let token = Token::generate()?;
    let file = ControlFile::write(folder, address_of(&listener)?, &token)?;
    let serve = server::serve(listener, control(token).respond(), stop);
    Ok(async {
        let _file = file;
        serve.await;
    })
}

fn address_of(listener: &TcpListener) -> Result<SocketAddr, Problem> {
    listener.local_addr().map_err(|error| Problem::new("the port has no address", error))
}

fn respond(gateway: Rc<Gateway>) -> Respond {
    Rc::new(move |request| {
        let gateway = Rc::clone(&gateway);
        async move { gateway.call(request).await }.boxed_local()
    })
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

//! Running as a Lambda function.

use std::borrow::Cow;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use lambda_runtime::{Context, LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;
use tokio::runtime::{Builder, LocalOptions};
use tokio::task::{JoinError, spawn_local};

use super::Invocation;
use super::bus::Undone;
use super::function::{Connect, Function};
use crate::app::{App, SystemClock, SystemEntropy};
use crate::auth::{Authenticator, Keys, RemoteKeys};
use crate::aws::{ConnectError, Connector};
use crate::config::{AuthConfig, Config};
use crate::deliver::Ports;
use crate::store::Store;
use crate::telemetry::{EventLine, EventName, Log, StandardOutput, in_full};
use crate::web::JwksEndpoint;

/// Serves invocations until Lambda ends the process. One thread: a sandbox has one request at a
/// time, and a second thread would double the work of each.
///
/// They are served in a task, and not in the future that the runtime blocks on: whatever wakes that
/// one has the runtime look for events first, which is a system call, four times in a request.
pub(super) fn run(
    name: &'static str,
    function: impl Function + 'static,
    connects: Vec<Connect>,
) -> ExitCode {
    report_panics();
    let runtime = Builder::new_current_thread().enable_all().build_local(LocalOptions::default());
    let served = match runtime {
        Ok(runtime) => runtime.block_on(async {
            let served = spawn_local(serve(name, function, connects)).await;
            ended(served)
        }),
        Err(error) => Err(End::BootFailed(error.into())),
    };
    let (name, error) = match served {
        Ok(()) => return ExitCode::SUCCESS,
        Err(End::BootFailed(error)) => (EventName::BootFailed, error),
        Err(End::RuntimeStopped(error)) => (EventName::RuntimeStopped, error),
    };
    EventLine { level: "error", name, detail: &in_full(&*error) }.write_to(&StandardOutput);
    ExitCode::FAILURE
}

/// Why a function serves no more.
enum End {
    /// It never began to.
    BootFailed(lambda_runtime::Error),
    /// The Runtime API went away: on Lambda that is a fault, under `sam local` it is the end of an
    /// invocation.
    RuntimeStopped(lambda_runtime::Error),
}

/// How a task ended that served. Where it panicked is in the log by now; what it said then may quote.
fn ended(served: Result<Result<(), End>, JoinError>) -> Result<(), End> {
    served.unwrap_or_else(|_it_may_quote| Err(End::RuntimeStopped("it panicked".into())))
}

async fn serve(
    name: &'static str,
    function: impl Function,
    connects: Vec<Connect>,
) -> Result<(), End> {
    let app = &connect(&connects).map_err(End::BootFailed)?;
    let function = &function;
    app.preconnect().await;
    Runtime::new(service_fn(async |event| invoke(name, function, app, event).await))
        .run()
        .await
        .map_err(|error| End::RuntimeStopped(unquoted(error)))
}

/// Carries one invocation out. A panic is no more than that: the runtime would report what it said, which
/// may quote.
async fn invoke<F: Function>(
    name: &'static str,
    function: &F,
    app: &App,
    event: LambdaEvent<Box<RawValue>>,
) -> Result<F::Answer, Undone> {
    let LambdaEvent { payload, context } = event;
    let invocation = invocation(name, context);
    let work = AssertUnwindSafe(function.invoke(app, &payload, &invocation));
    work.catch_unwind().await.unwrap_or_else(|_it_may_quote| Err(Undone::PANICKED))
}

/// What stopped the runtime. What it could not read of an invocation, such as a client context, is not
/// repeated.
fn unquoted(error: lambda_runtime::Error) -> lambda_runtime::Error {
    if error.is::<serde_json::Error>() { "an invocation cannot be read".into() } else { error }
}

fn connect(connects: &[Connect]) -> Result<App, lambda_runtime::Error> {
    let config = Config::from_env()?;
    let connector = Connector::new(&config.aws)?;
    let mut ports = Ports::default();
    for connect in connects {
        ports = connect(&config, &connector, ports)?;
    }
    Ok(app_on(connector, config, Arc::new(StandardOutput)).with_ports(ports))
}

/// The app of a configuration, with the machine's own clock and randomness, and without a port.
///
/// # Errors
///
/// [`ConnectError`], if the store's certificates cannot be used.
pub fn app(config: Config, log: Arc<dyn Log>) -> Result<App, ConnectError> {
    Ok(app_on(Connector::new(&config.aws)?, config, log))
}

fn app_on(connector: Connector, config: Config, log: Arc<dyn Log>) -> App {
    let Config { auth, aws, store, categories, inbox_retention, metrics_namespace, .. } = config;
    App::new(
        Store::new(&aws, &store, connector),
        categories,
        inbox_retention,
        authenticator(auth, log.clone()),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy::default()),
        log,
    )
    .with_metrics(metrics_namespace)
}

/// Lets people in as the configuration says.
fn authenticator(config: AuthConfig, log: Arc<dyn Log>) -> Authenticator {
    let AuthConfig { policy, keys, jwks_url, jwks_max_age_seconds } = config;
    let remote = jwks_url
        .map(|url| RemoteKeys::new(Arc::new(JwksEndpoint::new(&url)), log, jwks_max_age_seconds));
    Authenticator::new(policy, Keys::new(keys, remote))
}

fn invocation(name: &'static str, context: Context) -> Invocation {
    #[expect(clippy::disallowed_methods, reason = "Lambda's deadline is by the machine's clock")]
    let now = SystemTime::now();
    let deadline = SystemTime::UNIX_EPOCH + Duration::from_millis(context.deadline);
    let remaining = deadline.duration_since(now).unwrap_or_default();
    Invocation { id: context.request_id, function: Cow::Borrowed(name), remaining }
}

/// The default report of a panic prints its message, which may quote what a person sent.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let name = EventName::Panic;
        EventLine { level: "error", name, detail: &place }.write_to(&StandardOutput);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: &str = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a",
        "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

    struct Panics;

    impl Function for Panics {
        type Answer = ();

        async fn invoke(&self, _: &App, payload: &RawValue, _: &Invocation) -> Result<(), Undone> {
            panic!("no item of {payload}")
        }
    }

    #[test]
    fn what_the_runtime_cannot_read_is_not_repeated() {
        let error = serde_json::from_str::<u8>(r#""jane@mail.example""#).unwrap_err();
        assert_eq!(in_full(&*unquoted(error.into())), "an invocation cannot be read");
        assert_eq!(in_full(&*unquoted("connection refused".into())), "connection refused");
    }

    #[tokio::test]
    async fn what_a_panic_said_is_not_repeated_when_an_invocation_ends_with_it() {
        let lookup = |name| match name {
            "AUTH_ISSUER" => Some("https://issuer.example".to_owned()),
            "AUTH_JWKS" => Some(KEYS.to_owned()),
            "AUTH_AUDIENCE" | "TABLE_NAME" | "AWS_REGION" => Some("anything".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("anything".to_owned()),
            _ => None,
        };
        let app = app(Config::from_lookup(lookup).unwrap(), Arc::new(StandardOutput)).unwrap();
        let payload = RawValue::from_string(r#""jane@mail.example""#.to_owned()).unwrap();
        let event = LambdaEvent::new(payload, Context::default());
        let done = invoke("panics", &Panics, &app, event).await;
        assert_eq!(done, Err(Undone::PANICKED));
    }

    #[tokio::test]
    async fn what_a_panic_said_is_not_repeated_when_serving_ends_with_it() {
        let served = tokio::spawn(async { panic!("no item of jane@mail.example") });
        let Err(End::RuntimeStopped(error)) = ended(served.await) else { panic!("it went on") };
        assert_eq!(in_full(&*error), "it panicked");
    }
}

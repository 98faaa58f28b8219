//! Running as a Lambda function.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use lambda_runtime::{Context, LambdaEvent, Runtime, service_fn};
use serde_json::value::RawValue;

use super::answer::{Invocation, answer, answer_no_event};
use crate::app::{App, SystemClock, SystemEntropy};
use crate::auth::{Authenticator, Keys, RemoteKeys};
use crate::config::{AuthConfig, Config};
use crate::http::surface::Surface;
use crate::http::{Inbound, Reply};
use crate::store::{ConnectError, Store};
use crate::telemetry::{EventLine, Log, StandardOutput, in_full};
use crate::web::JwksEndpoint;

/// A function behind a route of the HTTP API. What it needs besides is named next.
pub fn http<H>(handle: H) -> Http<H> {
    Http { handle }
}

/// See [`http`].
pub struct Http<H> {
    handle: H,
}

impl<H> Http<H> {
    /// The function reads or writes the table.
    pub fn with_store(self) -> ReadyHttp<H> {
        ReadyHttp { handle: self.handle }
    }
}

/// A function that has all it needs.
pub struct ReadyHttp<H> {
    handle: H,
}

impl<H, R, S> ReadyHttp<H>
where
    H: AsyncFn(&App, Inbound) -> Result<R, S>,
    R: Reply,
    S: Surface,
{
    /// Serves invocations until Lambda ends the process. One thread: a sandbox has one request at
    /// a time, and a second thread would double the work of each.
    pub fn run(self) -> ExitCode {
        report_panics();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let served = match runtime {
            Ok(runtime) => runtime.block_on(serve(self.handle)),
            Err(error) => Err(End::BootFailed(error.into())),
        };
        let (name, error) = match served {
            Ok(()) => return ExitCode::SUCCESS,
            Err(End::BootFailed(error)) => ("boot.failed", error),
            Err(End::RuntimeStopped(error)) => ("runtime.stopped", error),
        };
        EventLine { level: "error", name, detail: &in_full(&*error) }.write_to(&StandardOutput);
        ExitCode::FAILURE
    }
}

/// Why a function serves no more.
enum End {
    /// It never began to.
    BootFailed(lambda_runtime::Error),
    /// The Runtime API went away: on Lambda that is a fault, under `sam local` it is the end of an
    /// invocation.
    RuntimeStopped(lambda_runtime::Error),
}

async fn serve<H, R, S>(handle: H) -> Result<(), End>
where
    H: AsyncFn(&App, Inbound) -> Result<R, S>,
    R: Reply,
    S: Surface,
{
    let config = Config::from_env().map_err(|error| End::BootFailed(error.into()))?;
    let app = app(config, Arc::new(StandardOutput));
    let app = app.map_err(|error| End::BootFailed(error.into()))?;
    app.store.preconnect().await;
    let (app, handle) = (&app, &handle);
    Runtime::new(service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let LambdaEvent { payload, context } = event;
        let invocation = invocation(context);
        // Parsed here: the runtime's own report of an event it cannot read quotes from it.
        let response = match serde_json::from_str(payload.get()) {
            Ok(event) => answer(app, handle, event, &invocation).await,
            Err(_it_may_quote) => answer_no_event::<S>(app, &invocation),
        };
        Ok::<_, lambda_runtime::Error>(response)
    }))
    .run()
    .await
    .map_err(End::RuntimeStopped)
}

/// The app of a configuration, with the machine's own clock and randomness.
///
/// # Errors
///
/// [`ConnectError`], if the store's certificates cannot be used.
pub fn app(config: Config, log: Arc<dyn Log>) -> Result<App, ConnectError> {
    let Config { auth, store, categories } = config;
    Ok(App::new(
        Store::new(store)?,
        categories,
        authenticator(auth, log.clone()),
        Arc::new(SystemClock),
        Arc::new(SystemEntropy::default()),
        log,
    ))
}

/// Lets people in as the configuration says.
fn authenticator(config: AuthConfig, log: Arc<dyn Log>) -> Authenticator {
    let AuthConfig { policy, keys, jwks_url, jwks_max_age_seconds } = config;
    let remote = jwks_url
        .map(|url| RemoteKeys::new(Arc::new(JwksEndpoint::new(&url)), log, jwks_max_age_seconds));
    Authenticator::new(policy, Keys::new(keys, remote))
}

fn invocation(context: Context) -> Invocation {
    #[expect(clippy::disallowed_methods, reason = "Lambda's deadline is by the machine's clock")]
    let now = SystemTime::now();
    let deadline = SystemTime::UNIX_EPOCH + Duration::from_millis(context.deadline);
    let remaining = deadline.duration_since(now).unwrap_or_default();
    Invocation { id: context.request_id, remaining }
}

/// The default report of a panic prints its message, which may quote what a person sent.
fn report_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        EventLine { level: "error", name: "panic", detail: &place }.write_to(&StandardOutput);
    }));
}

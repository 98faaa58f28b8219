//! What is different about one test's system.

use std::sync::Arc;
use std::time::Duration;

use local::environment;
use local::functions::{BusFunction, Endpoint, Worker};
use local::template::Template;
use shared::auth::JwksSource;
use shared::config::Config;

use super::identity;

/// What is different about a system.
#[derive(Default)]
pub(crate) struct Setup {
    /// Variables of the functions' environment.
    pub(crate) environment: Vec<(&'static str, String)>,
    /// Keys from there, and none from the configuration.
    pub(crate) jwks: Option<Arc<dyn JwksSource>>,
    /// The parameter `CorsOrigins`.
    pub(crate) cors_origins: Option<String>,
    /// The certificates to trust instead of Amazon's.
    pub(crate) ca_bundle: Option<String>,
    /// How long one attempt to reach the store may take.
    pub(crate) attempt_timeout: Option<Duration>,
    /// How long a function may take.
    pub(crate) timeout: Option<Duration>,
    /// Another endpoint behind the route of a function.
    pub(crate) replace: Option<(&'static str, Endpoint)>,
    /// Another worker at the queue.
    pub(crate) worker: Option<Worker>,
    /// How long the worker may take.
    pub(crate) worker_timeout: Option<Duration>,
    /// A function at the bus, by its name.
    pub(crate) bus_function: Option<(&'static str, BusFunction)>,
    /// That endpoint answers what the OpenAPI document does not say of the route.
    pub(crate) is_undocumented: bool,
}

pub(super) fn configure(template: &Template, endpoint: &str, setup: &Setup) -> Config {
    environment::configure_with(template, identity(), endpoint, &|name| {
        let set = setup.environment.iter().find(|(variable, _)| *variable == name);
        set.map(|(_, value)| value.clone())
    })
    .expect("a configuration")
}

//! What a `main` says that has to do with Web Push.

use std::sync::Arc;

use super::{Function, Ready};
use crate::config::PushConfig;
use crate::deliver::{Ports, SecretsManager};
use crate::push::Push;
use crate::telemetry::StandardOutput;

impl<F: Function> Ready<F> {
    /// The function takes the subscriptions of people's browsers, or shows them, and sends them nothing.
    #[must_use]
    pub fn with_push_keys(self) -> Self {
        self.with(|config, connector, ports| {
            let PushConfig { keys_secret, allowed_hosts, endpoint } = config.push.clone()?;
            let secrets = Arc::new(SecretsManager::new(&config.aws, endpoint, connector));
            let push = Push::keys_only(secrets, keys_secret, Arc::new(StandardOutput));
            Ok(Ports { push: Arc::new(push.admitting(allowed_hosts)), ..ports })
        })
    }
}

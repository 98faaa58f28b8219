//! What a `main` says that has to do with Web Push.

use std::sync::Arc;

use super::{Function, Ready};
use crate::config::PushConfig;
use crate::deliver::{Ports, SecretsManager, WebPush};
use crate::push::{Push, PushContact};
use crate::telemetry::StandardOutput;

impl<F: Function> Ready<F> {
    /// The function sends messages to people's browsers, where the deployment has keys for that.
    #[must_use]
    pub fn with_push(self) -> Self {
        self.with(|config, connector, ports| {
            let PushConfig { keys_secret, allowed_hosts, contact, attempt_timeout, endpoint } =
                config.push.clone()?;
            let contact = match contact {
                Some(contact) => contact,
                None => PushContact::mailing(
                    config.email.as_ref().map_err(Clone::clone)?.from.address(),
                ),
            };
            let secrets = Arc::new(SecretsManager::new(&config.aws, endpoint, connector));
            let sender = Arc::new(WebPush::new(allowed_hosts.clone(), attempt_timeout));
            let log = Arc::new(StandardOutput);
            let push = Push::new(sender, secrets, keys_secret, contact, log);
            Ok(Ports { push: Arc::new(push.admitting(allowed_hosts)), ..ports })
        })
    }

    /// The function takes the subscriptions of people's browsers, or shows them, and sends them nothing.
    #[must_use]
    pub fn with_push_keys(self) -> Self {
        self.with(|config, connector, ports| {
            let PushConfig { keys_secret, allowed_hosts, endpoint, contact: _, attempt_timeout: _ } =
                config.push.clone()?;
            let secrets = Arc::new(SecretsManager::new(&config.aws, endpoint, connector));
            let push = Push::keys_only(secrets, keys_secret, Arc::new(StandardOutput));
            Ok(Ports { push: Arc::new(push.admitting(allowed_hosts)), ..ports })
        })
    }
}

//! Web Push.

use std::time::Duration;

use super::{ConfigError, Variables};
use crate::domain::push::{AllowedHosts, DEFAULT_ALLOWED_HOSTS, InvalidAllowedHosts};
use crate::push::{InvalidPushContact, PushContact};

/// What Web Push takes.
#[derive(Debug, Clone)]
pub struct PushConfig {
    /// The id or ARN of the secret that holds the keys by which push services know us. Without one, Web
    /// Push is off.
    pub keys_secret: Option<String>,
    /// The hosts that messages may be sent to.
    pub allowed_hosts: AllowedHosts,
    /// Whom a push service asks about messages; without one that is whom emails come from.
    pub contact: Option<PushContact>,
    /// How long the one attempt at a message may take: whether one was sent that took longer, nobody
    /// knows.
    pub attempt_timeout: Duration,
    /// Another endpoint of Secrets Manager than the region's own.
    pub endpoint: Option<String>,
}

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    pub(super) fn push(&self) -> Result<PushConfig, ConfigError> {
        let name = "PUSH_ALLOWED_HOSTS";
        let allowed_hosts = self.or(name, DEFAULT_ALLOWED_HOSTS).parse();
        let allowed_hosts = allowed_hosts
            .map_err(|error: InvalidAllowedHosts| ConfigError { name, problem: error.to_string() });
        let name = "PUSH_CONTACT";
        let contact = self.optional(name).map(|contact| contact.parse()).transpose();
        let contact = contact
            .map_err(|error: InvalidPushContact| ConfigError { name, problem: error.to_string() });
        Ok(PushConfig {
            keys_secret: self.optional("PUSH_KEYS_SECRET"),
            allowed_hosts: allowed_hosts?,
            contact: contact?,
            attempt_timeout: Duration::from_secs(10),
            endpoint: self.endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER")?,
        })
    }
}

//! Web Push.

use super::{ConfigError, Variables};
use crate::domain::push::{AllowedHosts, DEFAULT_ALLOWED_HOSTS, InvalidAllowedHosts};

/// What Web Push takes.
#[derive(Debug, Clone)]
pub struct PushConfig {
    /// The id or ARN of the secret that holds the keys by which push services know us. Without one, Web
    /// Push is off.
    pub keys_secret: Option<String>,
    /// The hosts that messages may be sent to.
    pub allowed_hosts: AllowedHosts,
    /// Another endpoint of Secrets Manager than the region's own.
    pub endpoint: Option<String>,
}

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    pub(super) fn push(&self) -> Result<PushConfig, ConfigError> {
        let name = "PUSH_ALLOWED_HOSTS";
        let allowed_hosts = self.or(name, DEFAULT_ALLOWED_HOSTS).parse();
        let allowed_hosts = allowed_hosts
            .map_err(|error: InvalidAllowedHosts| ConfigError { name, problem: error.to_string() });
        Ok(PushConfig {
            keys_secret: self.optional("PUSH_KEYS_SECRET"),
            allowed_hosts: allowed_hosts?,
            endpoint: self.endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER")?,
        })
    }
}

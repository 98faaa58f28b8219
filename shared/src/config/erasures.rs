//! Marks of people who were erased.

use super::{ConfigError, Variables};

/// What marks of people who were erased are made of.
#[derive(Debug, Clone)]
pub struct ErasureConfig {
    /// The id or ARN of the secret that holds the keys.
    pub keys_secret: String,
    /// Another endpoint of Secrets Manager than the region's own.
    pub endpoint: Option<String>,
}

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    pub(super) fn erasures(&self) -> Result<ErasureConfig, ConfigError> {
        Ok(ErasureConfig {
            keys_secret: self.required("ERASURE_KEYS_SECRET")?,
            endpoint: self.endpoint("AWS_ENDPOINT_URL_SECRETS_MANAGER")?,
        })
    }
}

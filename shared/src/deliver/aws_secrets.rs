//! AWS Secrets Manager: the current version of a secret's text.

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Region};

use super::secrets::{Fetching, SecretError, Secrets};
use crate::aws::{self, AwsFault, Connector};
use crate::config::AwsConfig;

/// The secrets of AWS Secrets Manager.
pub struct SecretsManager {
    client: Client,
}

impl SecretsManager {
    /// The secrets of that region, or behind another endpoint; connects when first used.
    #[must_use]
    pub fn new(aws: &AwsConfig, endpoint: Option<String>, connector: &Connector) -> Self {
        let mut builder = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(aws.region.clone()))
            .credentials_provider(aws.credentials.clone())
            .http_client(connector.client())
            .retry_config(aws::retries())
            .retry_partition(aws::retry_partition("secretsmanager"))
            .timeout_config(aws::timeouts(aws.attempt_timeout));
        builder.set_endpoint_url(endpoint);
        Self { client: Client::from_conf(builder.build()) }
    }

    async fn fetch(&self, id: &str) -> Result<String, SecretError> {
        let answer = self.client.get_secret_value().secret_id(id).send().await;
        let answer = answer.map_err(|error| AwsFault::from(&error))?;
        // One that was stored as bytes is none of ours.
        answer.secret_string.ok_or_else(|| SecretError::Rejected { code: "NoText".to_owned() })
    }
}

impl Secrets for SecretsManager {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        Box::pin(self.fetch(id))
    }
}

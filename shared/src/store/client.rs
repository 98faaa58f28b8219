//! The client of the table.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{BehaviorVersion, Config, Region};

use super::answered::RefuseEmpty;
use super::retry::{CountAttempts, RetryConflicts};
use super::units::CountUnits;
use crate::aws::{self, Connector, KeptSigningKey};
use crate::config::{AwsConfig, StoreConfig};

pub(super) fn build(aws: &AwsConfig, config: &StoreConfig, connector: &Connector) -> Client {
    let mut builder = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(aws.credentials.clone())
        .push_auth_scheme(KeptSigningKey::new(&aws.region, "dynamodb"))
        .http_client(connector.client())
        .retry_config(aws::retries())
        .retry_partition(aws::retry_partition("dynamodb"))
        .retry_classifier(RetryConflicts)
        .retry_classifier(RefuseEmpty)
        .timeout_config(aws::timeouts(aws.attempt_timeout))
        .interceptor(CountAttempts)
        .interceptor(CountUnits)
        .interceptor(RefuseEmpty);
    builder.set_endpoint_url(config.endpoint.clone());
    Client::from_conf(builder.build())
}

/// Where DynamoDB is: as configured, or as the SDK will resolve it in the region.
pub(super) fn endpoint(aws: &AwsConfig, config: &StoreConfig) -> String {
    config.endpoint.clone().unwrap_or_else(|| regional_endpoint(&aws.region))
}

fn regional_endpoint(region: &str) -> String {
    let domain = if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" };
    format!("https://dynamodb.{region}.{domain}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use aws_credential_types::Credentials;

    use super::*;

    #[test]
    fn requests_to_the_table_are_signed_with_the_key_that_is_kept() {
        let aws = AwsConfig {
            region: "eu-west-1".to_owned(),
            credentials: Credentials::new("id", "secret", None, None, "test"),
            ca_bundle: None,
            attempt_timeout: Duration::from_secs(1),
        };
        let store = StoreConfig { table: "table".to_owned(), endpoint: None };
        let client = build(&aws, &store, &Connector::new(&aws).unwrap());
        let schemes: Vec<String> =
            client.config().auth_schemes().map(|scheme| format!("{scheme:?}")).collect();
        assert!(schemes.iter().any(|scheme| scheme.contains("KeptSigningKey")), "{schemes:?}");
    }

    #[test]
    fn the_endpoint_of_a_region_is_in_its_partition() {
        let host = "https://dynamodb.eu-west-1.amazonaws.com";
        assert_eq!(regional_endpoint("eu-west-1"), host);
        let host = "https://dynamodb.cn-north-1.amazonaws.com.cn";
        assert_eq!(regional_endpoint("cn-north-1"), host);
    }
}

//! The client of Secrets Manager, against moto's.

use std::time::Duration;

use aws_sdk_secretsmanager::Client;
use aws_sdk_secretsmanager::config::{BehaviorVersion, Config, Credentials, Region};
use shared::aws::Connector;
use shared::config::AwsConfig;
use shared::deliver::SecretsManager;
use shared::deliver::secrets::{SecretError, Secrets as _};

use crate::peer;

#[tokio::test]
async fn the_current_text_of_a_secret_is_read_by_its_name_and_its_arn() {
    let endpoint = peer("PEER_AWS");
    let aws = AwsConfig {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("test", "test", None, None, "test"),
        ca_bundle: None,
        attempt_timeout: Duration::from_secs(10),
    };
    let config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(aws.region.clone()))
        .credentials_provider(aws.credentials.clone())
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .endpoint_url(&endpoint);
    let theirs = Client::from_conf(config.build());
    let created = theirs.create_secret().name("keys").secret_string("first").send().await;
    let arn = created.expect("a secret").arn.expect("its ARN");
    let connector = Connector::new(&aws).expect("a connector");
    let ours = SecretsManager::new(&aws, Some(endpoint), &connector);
    assert_eq!(ours.secret("keys").await, Ok("first".to_owned()));
    let put = theirs.put_secret_value().secret_id(&arn).secret_string("second").send().await;
    put.expect("another text");
    assert_eq!(ours.secret(&arn).await, Ok("second".to_owned()));
    let none = SecretError::Rejected { code: "ResourceNotFoundException".to_owned() };
    assert_eq!(ours.secret("none").await, Err(none));
}

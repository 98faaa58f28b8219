//! What the client of Secrets Manager makes of its answers. (Whether its requests are right is for
//! `tests/peers`, where someone else's server judges them.)

use std::time::Duration;

use aws_credential_types::Credentials;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::aws::Connector;
use shared::config::AwsConfig;
use shared::deliver::SecretsManager;
use shared::deliver::secrets::{SecretError, Secrets as _};

use crate::support::ScriptedSecretsManager;

/// What our client gives, and how often it asked.
async fn fetch(
    faults: &[(u16, &'static str)],
    answer: Value,
) -> (Result<String, SecretError>, usize) {
    let theirs = ScriptedSecretsManager::start(faults, answer).await;
    let aws = AwsConfig {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new("test", "test", None, None, "test"),
        ca_bundle: None,
        attempt_timeout: Duration::from_secs(10),
    };
    let connector = Connector::new(&aws).expect("a connector");
    let ours = SecretsManager::new(&aws, Some(theirs.endpoint.clone()), &connector);
    let secret = ours.secret("keys").await;
    let asked = theirs.asked();
    assert!(asked.iter().all(|id| id == "keys"), "{asked:?}");
    (secret, asked.len())
}

fn text() -> Value {
    json!({ "Name": "keys", "SecretString": "the secret" })
}

#[tokio::test]
async fn a_fault_of_secrets_manager_that_passes_is_not_noticed() {
    let faults = [(500, "InternalServiceError"), (400, "ThrottlingException")];
    assert_eq!(fetch(&faults, text()).await, (Ok("the secret".to_owned()), 3));
}

#[tokio::test]
async fn a_fault_of_secrets_manager_that_stays_is_told_from_a_refusal() {
    let throttled = [(400, "ThrottlingException"); 4];
    assert_eq!(fetch(&throttled, text()).await, (Err(SecretError::Throttled), 4));
    let broken = [(500, "InternalServiceError"); 4];
    let unreachable = SecretError::Unreachable { how: "server_error" };
    assert_eq!(fetch(&broken, text()).await, (Err(unreachable), 4));
    for code in ["ResourceNotFoundException", "AccessDeniedException", "DecryptionFailure"] {
        let refused = SecretError::Rejected { code: code.to_owned() };
        assert_eq!(fetch(&[(400, code)], text()).await, (Err(refused), 1));
    }
}

#[tokio::test]
async fn a_secret_without_text_is_none() {
    let bytes = json!({ "Name": "keys", "SecretBinary": "aHVzaA==" });
    let refused = SecretError::Rejected { code: "NoText".to_owned() };
    assert_eq!(fetch(&[], bytes).await, (Err(refused), 1));
}

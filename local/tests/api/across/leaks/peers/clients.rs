//! The clients of AWS: what they make of an error is all that anybody else gets to see of it.

use std::time::Duration;

use aws_credential_types::Credentials;
use pretty_assertions::assert_eq;
use shared::aws::Connector;
use shared::config::{AwsConfig, EmailConfig, QueueConfig};
use shared::deliver::email::{Email, EmailSender as _};
use shared::deliver::queue::Queue as _;
use shared::deliver::secrets::Secrets as _;
use shared::deliver::{SecretsManager, SesSender, SqsQueue};
use shared::domain::id::UserId;

use super::QUOTED;
use super::server::{self, Said};
use crate::support::leaks::Leaks;
use crate::support::{ScriptedSqs, job, message};

fn aws() -> AwsConfig {
    AwsConfig {
        region: "us-east-1".to_owned(),
        credentials: Credentials::new(
            "AKIAIOSFODNN7EXAMPLE",
            "zoes key of AWS",
            None,
            None,
            "test",
        ),
        ca_bundle: None,
        attempt_timeout: Duration::from_secs(10),
    }
}

fn queue(config: &QueueConfig) -> SqsQueue {
    SqsQueue::new(&aws(), config, &Connector::new(&aws()).expect("a connector"))
}

/// What each client says of an error, and its code.
async fn said_of(said: Said) -> Vec<(String, String)> {
    let endpoint = server::start(said).await;
    let connector = Connector::new(&aws()).expect("a connector");
    let code = |code: Option<&str>| code.unwrap_or_default().to_owned();

    let secrets = SecretsManager::new(&aws(), Some(endpoint.clone()), &connector);
    let of_secrets = secrets.secret("keys").await.expect_err("an error");

    let config = QueueConfig {
        url: format!("{endpoint}/1/queue"),
        dead_letter_url: format!("{endpoint}/1/dead"),
        endpoint: Some(endpoint.clone()),
    };
    let sent = queue(&config).send(vec![message("acme", "zoe-77")]).await;
    let of_queue = sent.expect_err("an error");

    let config = EmailConfig {
        from: "Acme <mail@acme.example>".parse().expect("a mailbox"),
        configuration_set: None,
        attempt_timeout: Duration::from_secs(10),
        endpoint: Some(endpoint),
    };
    let email = Email {
        org_unit: job("acme", "e-1").org_unit().clone(),
        user: UserId::parse("zoe-77").expect("an id"),
        to: "zoe.quux@globex.example".parse().expect("an address"),
        message: b"Subject: Zoe Quux\r\n\r\nHello.\r\n".to_vec(),
    };
    let of_email = SesSender::new(&aws(), &config, &connector).send(email).await;
    let of_email = of_email.expect_err("an error");

    vec![
        (of_secrets.to_string(), code(of_secrets.code())),
        (of_queue.to_string(), code(of_queue.code())),
        (of_email.to_string(), of_email.to_string()),
    ]
}

#[tokio::test]
async fn what_a_service_of_aws_says_of_an_error_is_dropped_but_for_a_code() {
    for code in QUOTED.into_iter().chain(["AccessDeniedException"]) {
        let leaks = Leaks::default();
        QUOTED.iter().for_each(|quoted| leaks.secrets.value(quoted));
        leaks.secrets.value("zoes key of AWS");
        let said = Said::error(400, code, &QUOTED.join(" and "));
        for (text, logged) in said_of(said).await {
            leaks.told(&text);
            leaks.told(&logged);
            let expected = if code == "AccessDeniedException" { code } else { "unknown" };
            assert!(logged.contains(expected), "{code}: {text} ({logged})");
        }
        assert_eq!(leaks.find(&[]), [], "{code}");
    }
}

#[tokio::test]
async fn a_code_of_one_message_of_a_batch_is_a_word_as_well() {
    for (code, expected) in [
        ("U0ZOE77QX", "unknown"),
        ("Zoe Quux", "unknown"),
        ("InvalidMessageContents", "InvalidMessageContents"),
    ] {
        let sqs = ScriptedSqs::start_with(&[(0, code)]).await;
        let sent = queue(&sqs.config()).send(vec![message("acme", "zoe-77")]).await;
        assert_eq!(sent.expect_err("refused").code(), Some(expected));
    }
}

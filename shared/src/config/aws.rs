//! The services of AWS that are called.

use std::fmt;
use std::time::Duration;

use aws_credential_types::Credentials;

use super::{ConfigError, Variables};
use crate::domain::text::{InvalidText, Mailbox};

/// As whom, where and how AWS is called.
#[derive(Clone)]
pub struct AwsConfig {
    /// The region.
    pub region: String,
    /// The credentials of the function's role. They last as long as the sandbox does.
    pub credentials: Credentials,
    /// A file of certificates, in PEM, to trust instead of Amazon's own roots.
    pub ca_bundle: Option<String>,
    /// How long one attempt may take.
    pub attempt_timeout: Duration,
}

/// The credentials stay unsaid.
impl fmt::Debug for AwsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { region, credentials: _, ca_bundle, attempt_timeout } = self;
        f.debug_struct("AwsConfig")
            .field("region", region)
            .field("ca_bundle", ca_bundle)
            .field("attempt_timeout", attempt_timeout)
            .finish_non_exhaustive()
    }
}

/// Where things are stored.
#[derive(Debug, Clone)]
pub struct StoreConfig {
    /// The table's name.
    pub table: String,
    /// Another endpoint than the region's own.
    pub endpoint: Option<String>,
}

/// A queue, and where its dead letters go.
#[derive(Debug, Clone)]
pub struct QueueConfig {
    /// The URL of the queue.
    pub url: String,
    /// The URL of its dead-letter queue.
    pub dead_letter_url: String,
    /// Another endpoint than the region's own.
    pub endpoint: Option<String>,
}

/// How emails are sent.
#[derive(Debug, Clone)]
pub struct EmailConfig {
    /// Whom they come from. SES asks that the address, or its domain, be verified.
    pub from: Mailbox,
    /// The configuration set of SES that they are sent with.
    pub configuration_set: Option<String>,
    /// How long the one attempt may take: whether an email was sent that took longer, nobody knows.
    pub attempt_timeout: Duration,
    /// Another endpoint than the region's own.
    pub endpoint: Option<String>,
}

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    pub(super) fn aws(&self) -> Result<AwsConfig, ConfigError> {
        Ok(AwsConfig {
            region: self.required("AWS_REGION")?,
            credentials: Credentials::new(
                self.required("AWS_ACCESS_KEY_ID")?,
                self.required("AWS_SECRET_ACCESS_KEY")?,
                self.optional("AWS_SESSION_TOKEN"),
                None,
                "environment",
            ),
            ca_bundle: self.optional("AWS_CA_BUNDLE"),
            attempt_timeout: Duration::from_secs(1),
        })
    }

    pub(super) fn store(&self) -> Result<StoreConfig, ConfigError> {
        let endpoint = self.endpoint("AWS_ENDPOINT_URL_DYNAMODB")?;
        Ok(StoreConfig { table: self.required("TABLE_NAME")?, endpoint })
    }

    pub(super) fn queue(
        &self,
        url: &'static str,
        dead_letter_url: &'static str,
    ) -> Result<QueueConfig, ConfigError> {
        Ok(QueueConfig {
            url: self.required(url)?,
            dead_letter_url: self.required(dead_letter_url)?,
            endpoint: self.endpoint("AWS_ENDPOINT_URL_SQS")?,
        })
    }

    pub(super) fn email(&self) -> Result<EmailConfig, ConfigError> {
        let name = "EMAIL_FROM";
        let from = self.required(name)?.parse();
        let from =
            from.map_err(|error: InvalidText| ConfigError { name, problem: error.to_string() })?;
        Ok(EmailConfig {
            from,
            configuration_set: self.optional("SES_CONFIGURATION_SET"),
            attempt_timeout: Duration::from_secs(10),
            endpoint: self.endpoint("AWS_ENDPOINT_URL_SESV2")?,
        })
    }

    /// The endpoint of one service, else of all of them.
    pub(super) fn endpoint(&self, name: &'static str) -> Result<Option<String>, ConfigError> {
        let url = |name| {
            let url = self.optional(name).map(|url| match url.parse::<http::Uri>() {
                Ok(uri) if matches!(uri.scheme_str(), Some("http" | "https")) => Ok(url),
                Ok(_) | Err(_) => {
                    Err(ConfigError { name, problem: "must be an http or https URL".to_owned() })
                }
            });
            url.transpose()
        };
        let of_all = url("AWS_ENDPOINT_URL")?;
        Ok(url(name)?.or(of_all))
    }
}

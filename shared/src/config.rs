//! The environment, read once at boot. The README lists every variable.

mod aws;
mod erasures;
mod push;
mod slack;
mod unsubscribe;

use std::fmt;

pub use aws::{AwsConfig, EmailConfig, QueueConfig, StoreConfig};
pub use erasures::ErasureConfig;
pub use push::PushConfig;
pub use slack::{SlackApiUrl, SlackConfig};
pub use unsubscribe::{PublicUrl, UnsubscribeConfig};

use crate::auth::{ClaimNames, InvalidJwks, KeySet, TokenPolicy};
use crate::domain::channel_preference::{Categories, DEFAULT_CATEGORIES, InvalidCategories};
use crate::domain::inbox::{InboxRetention, InvalidInboxRetention};
use crate::telemetry::{InvalidMetricsNamespace, MetricsNamespace};

/// Everything that is configured.
#[derive(Debug)]
pub struct Config {
    /// Who is let in.
    pub auth: AuthConfig,
    /// As whom, where and how AWS is called.
    pub aws: AwsConfig,
    /// Where things are stored.
    pub store: StoreConfig,
    /// Where accepted events wait to be dispatched: for the functions that name it, and only they
    /// miss it.
    pub dispatch_queue: Result<QueueConfig, ConfigError>,
    /// Where notifications wait to be delivered: as above.
    pub delivery_queue: Result<QueueConfig, ConfigError>,
    /// Where it waits to be recorded what became of emails: as above.
    pub feedback_queue: Result<QueueConfig, ConfigError>,
    /// Where digests wait that are due: as above.
    pub digest_queue: Result<QueueConfig, ConfigError>,
    /// How emails are sent: as above.
    pub email: Result<EmailConfig, ConfigError>,
    /// How Slack is reached: as above.
    pub slack: Result<SlackConfig, ConfigError>,
    /// What Web Push takes: as above.
    pub push: Result<PushConfig, ConfigError>,
    /// What links that turn email off are made of: as above.
    pub unsubscribe: Result<UnsubscribeConfig, ConfigError>,
    /// What marks of people who were erased are made of: as above.
    pub erasures: Result<ErasureConfig, ConfigError>,
    /// The categories that channel preferences are about.
    pub categories: Categories,
    /// How long an inbox keeps what is in it.
    pub inbox_retention: InboxRetention,
    /// Where metrics are kept; nothing, where nobody keeps them.
    pub metrics_namespace: Option<MetricsNamespace>,
}

/// Who is let in.
#[derive(Debug)]
pub struct AuthConfig {
    /// Which tokens are good.
    pub policy: TokenPolicy,
    /// The keys that need no fetching.
    pub keys: KeySet,
    /// Where more keys are.
    pub jwks_url: Option<JwksUrl>,
    /// How long fetched keys are good, in seconds.
    pub jwks_max_age_seconds: u32,
}

/// Where a JWKS is served: `https`, or `http` on this very machine while developing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JwksUrl(http::Uri);

impl JwksUrl {
    /// The URL.
    #[must_use]
    pub fn as_uri(&self) -> &http::Uri {
        &self.0
    }

    fn parse(text: &str) -> Option<Self> {
        let uri: http::Uri = text.parse().ok()?;
        is_trusted(&uri).then_some(Self(uri))
    }
}

/// `https`, or `http` on this very machine while developing.
fn is_trusted(uri: &http::Uri) -> bool {
    let is_loopback = matches!(uri.host(), Some("127.0.0.1" | "[::1]" | "localhost"));
    match uri.scheme_str() {
        Some("https") => true,
        Some("http") => is_loopback,
        _ => false,
    }
}

/// A variable that is missing or makes no sense. Its value is not repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the environment variable {name} {problem}")]
pub struct ConfigError {
    name: &'static str,
    problem: String,
}

impl Config {
    /// Reads the environment of the process.
    ///
    /// # Errors
    ///
    /// [`ConfigError`], naming the first variable that is missing or makes no sense.
    pub fn from_env() -> Result<Self, ConfigError> {
        #[expect(clippy::disallowed_methods, reason = "this is the one place that reads it")]
        Self::from_lookup(|name| std::env::var(name).ok())
    }

    /// Reads the variables that `lookup` knows. An empty value is none: a template cannot leave a
    /// variable out.
    ///
    /// # Errors
    ///
    /// As [`Config::from_env`].
    pub fn from_lookup(
        lookup: impl Fn(&'static str) -> Option<String>,
    ) -> Result<Self, ConfigError> {
        let variables = Variables(lookup);
        Ok(Self {
            auth: variables.auth()?,
            aws: variables.aws()?,
            store: variables.store()?,
            dispatch_queue: variables.queue("DISPATCH_QUEUE_URL", "DISPATCH_DEAD_LETTER_QUEUE_URL"),
            delivery_queue: variables.queue("DELIVERY_QUEUE_URL", "DELIVERY_DEAD_LETTER_QUEUE_URL"),
            feedback_queue: variables.queue("FEEDBACK_QUEUE_URL", "FEEDBACK_DEAD_LETTER_QUEUE_URL"),
            digest_queue: variables.queue("DIGEST_QUEUE_URL", "DIGEST_DEAD_LETTER_QUEUE_URL"),
            email: variables.email(),
            slack: variables.slack(),
            push: variables.push(),
            unsubscribe: variables.unsubscribe(),
            erasures: variables.erasures(),
            categories: variables.categories()?,
            inbox_retention: variables.inbox_retention()?,
            metrics_namespace: variables.metrics_namespace()?,
        })
    }
}

struct Variables<L>(L);

impl<L: Fn(&'static str) -> Option<String>> Variables<L> {
    fn optional(&self, name: &'static str) -> Option<String> {
        (self.0)(name).filter(|value| !value.is_empty())
    }

    fn or(&self, name: &'static str, default: &str) -> String {
        self.optional(name).unwrap_or_else(|| default.to_owned())
    }

    fn required(&self, name: &'static str) -> Result<String, ConfigError> {
        self.optional(name).ok_or_else(|| ConfigError { name, problem: "is not set".to_owned() })
    }

    fn auth(&self) -> Result<AuthConfig, ConfigError> {
        let invalid =
            |name, problem: &dyn fmt::Display| ConfigError { name, problem: problem.to_string() };
        let audiences = self.required("AUTH_AUDIENCE")?;
        let audiences = audiences.split(',').map(|audience| audience.trim().to_owned());
        let audiences: Vec<String> = audiences.filter(|audience| !audience.is_empty()).collect();
        if audiences.is_empty() {
            return Err(invalid("AUTH_AUDIENCE", &"names no audience"));
        }
        let policy = TokenPolicy {
            issuer: self.required("AUTH_ISSUER")?,
            audiences,
            claims: self.claims(),
            admin_role: self.or("AUTH_ADMIN_ROLE", "admin"),
        };
        let jwks = self.optional("AUTH_JWKS");
        let keys = jwks.as_ref().map(|jwks| KeySet::parse(jwks.as_bytes())).transpose();
        let keys = keys.map_err(|error: InvalidJwks| invalid("AUTH_JWKS", &error))?;
        let jwks_url = self.optional("AUTH_JWKS_URL").map(|url| {
            let https = "must be an https URL (http only on the loopback interface)";
            JwksUrl::parse(&url).ok_or_else(|| invalid("AUTH_JWKS_URL", &https))
        });
        let jwks_url = jwks_url.transpose()?;
        if keys.is_none() && jwks_url.is_none() {
            return Err(invalid("AUTH_JWKS", &"or AUTH_JWKS_URL must be set"));
        }
        let max_age = self.or("AUTH_JWKS_MAX_AGE_SECONDS", "600").parse().ok();
        let jwks_max_age_seconds = max_age.filter(|seconds| (60..=86_400).contains(seconds));
        let jwks_max_age_seconds = jwks_max_age_seconds.ok_or_else(|| {
            invalid("AUTH_JWKS_MAX_AGE_SECONDS", &"must be a number from 60 to 86400")
        })?;
        let keys = keys.unwrap_or_default();
        Ok(AuthConfig { policy, keys, jwks_url, jwks_max_age_seconds })
    }

    fn categories(&self) -> Result<Categories, ConfigError> {
        let name = "MESSAGING_CATEGORIES";
        let list = self.or(name, DEFAULT_CATEGORIES);
        list.parse()
            .map_err(|error: InvalidCategories| ConfigError { name, problem: error.to_string() })
    }

    fn inbox_retention(&self) -> Result<InboxRetention, ConfigError> {
        let name = "INBOX_RETENTION_DAYS";
        let Some(days) = self.optional(name) else { return Ok(InboxRetention::default()) };
        days.parse().map_err(|error: InvalidInboxRetention| ConfigError {
            name,
            problem: error.to_string(),
        })
    }

    fn metrics_namespace(&self) -> Result<Option<MetricsNamespace>, ConfigError> {
        let name = "METRICS_NAMESPACE";
        let namespace = self.optional(name).map(|namespace| namespace.parse()).transpose();
        namespace.map_err(|error: InvalidMetricsNamespace| ConfigError {
            name,
            problem: error.to_string(),
        })
    }

    fn claims(&self) -> ClaimNames {
        ClaimNames {
            audience: self.or("AUTH_AUDIENCE_CLAIM", "aud"),
            subject: self.or("AUTH_SUBJECT_CLAIM", "sub"),
            org_unit: self.or("AUTH_ORG_UNIT_CLAIM", "org_unit"),
            role: self.or("AUTH_ROLE_CLAIM", "role"),
            permissions: self.or("AUTH_PERMISSIONS_CLAIM", "permissions"),
            scope: self.or("AUTH_SCOPE_CLAIM", "scope"),
            email: self.or("AUTH_EMAIL_CLAIM", "email"),
            given_name: self.or("AUTH_GIVEN_NAME_CLAIM", "given_name"),
            family_name: self.or("AUTH_FAMILY_NAME_CLAIM", "family_name"),
        }
    }
}

#[cfg(test)]
mod tests;

//! The environment that the functions would find on Lambda.

use shared::config::{Config, ConfigError};

use crate::identity::Identity;
use crate::template::{Template, Variable};

/// The audience of local tokens.
pub const AUDIENCE: &str = "notification-preferences";

/// The issuer of local tokens. The domain is reserved (RFC 2606): nobody else can issue for it.
pub const ISSUER: &str = "https://identity.example/";

/// Whom local emails come from. The domain is reserved (RFC 2606).
pub const EMAIL_FROM: &str = "Notification Preferences <notifications@mail.example>";

/// Where a queue of the template would be, by its logical id. The domain is reserved (RFC 2606).
#[must_use]
pub fn queue_url(logical_id: &str) -> String {
    format!("https://queue.example/{logical_id}")
}

/// What the secret with the keys of unsubscribe links is called.
pub const UNSUBSCRIBE_KEYS: &str = "unsubscribe-keys";

/// What the secret with the keys of marks of erased people is called.
pub const ERASURE_KEYS: &str = "erasure-keys";

/// What the secret with the keys of Web Push is called.
pub const PUSH_KEYS: &str = "push-keys";

/// What the names of the secrets begin with that hold Slack tokens.
pub const SLACK_TOKENS: &str = "slack/";

/// The local table's name.
pub const TABLE: &str = "notification-preferences";

/// The configuration as read from the variables that the template declares, for all functions or
/// for one of them, and from those that Lambda sets. A variable that the template forgets is missing here too.
///
/// # Errors
///
/// [`ConfigError`], as on Lambda.
pub fn configure(
    template: &Template,
    identity: &Identity,
    dynamodb_endpoint: &str,
) -> Result<Config, ConfigError> {
    configure_with(template, identity, dynamodb_endpoint, &|_| None)
}

/// As [`configure`], with other values for some of the variables that the template declares.
///
/// # Errors
///
/// As [`configure`].
pub fn configure_with(
    template: &Template,
    identity: &Identity,
    dynamodb_endpoint: &str,
    changed: &dyn Fn(&str) -> Option<String>,
) -> Result<Config, ConfigError> {
    Config::from_lookup(|name| match name {
        "AWS_REGION" => Some("us-east-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
        declared => {
            let variable = template.variable(declared)?;
            let given = match declared {
                "AUTH_ISSUER" => Some(ISSUER.to_owned()),
                "AUTH_AUDIENCE" => Some(AUDIENCE.to_owned()),
                "AUTH_JWKS" => Some(identity.jwks().to_string()),
                "AWS_ENDPOINT_URL_DYNAMODB" => Some(dynamodb_endpoint.to_owned()),
                "ERASURE_KEYS_SECRET" => Some(ERASURE_KEYS.to_owned()),
                "EMAIL_FROM" => Some(EMAIL_FROM.to_owned()),
                // Whoever starts a server knows where it is.
                "PUBLIC_URL" => Some(String::new()),
                "PUSH_KEYS_SECRET" => Some(PUSH_KEYS.to_owned()),
                "SLACK_TOKEN_SECRET_PREFIX" => Some(SLACK_TOKENS.to_owned()),
                "TABLE_NAME" => Some(TABLE.to_owned()),
                "UNSUBSCRIBE_KEYS_SECRET" => Some(UNSUBSCRIBE_KEYS.to_owned()),
                _ => None,
            };
            changed(declared).or(given).or_else(|| match variable {
                Variable::Value(value) => Some(value.clone()),
                Variable::Given(resource) => {
                    template.is_queue(resource).then(|| queue_url(resource))
                }
            })
        }
    })
}

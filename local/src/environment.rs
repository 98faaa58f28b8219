//! The environment that the functions would find on Lambda.

use shared::config::{Config, ConfigError};

use crate::identity::Identity;
use crate::template::{Template, Variable};

/// The audience of local tokens.
pub const AUDIENCE: &str = "notification-preferences";

/// The issuer of local tokens. The domain is reserved (RFC 2606): nobody else can issue for it.
pub const ISSUER: &str = "https://identity.example/";

/// The local table's name.
pub const TABLE: &str = "notification-preferences";

/// The configuration as read from the variables that the template declares, and from those that
/// Lambda sets. A variable that the template forgets is missing here too.
///
/// # Errors
///
/// [`ConfigError`], as on Lambda.
pub fn configure(
    template: &Template,
    identity: &Identity,
    dynamodb_endpoint: &str,
) -> Result<Config, ConfigError> {
    let jwks = identity.jwks().to_string();
    Config::from_lookup(|name| match name {
        "AWS_REGION" => Some("us-east-1".to_owned()),
        "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("local".to_owned()),
        declared => {
            let variable = template.environment.get(declared)?;
            Some(match declared {
                "AUTH_ISSUER" => ISSUER.to_owned(),
                "AUTH_AUDIENCE" => AUDIENCE.to_owned(),
                "AUTH_JWKS" => jwks.clone(),
                "AWS_ENDPOINT_URL_DYNAMODB" => dynamodb_endpoint.to_owned(),
                "TABLE_NAME" => TABLE.to_owned(),
                _ => match variable {
                    Variable::Value(value) => value.clone(),
                    Variable::Given(_) => return None,
                },
            })
        }
    })
}

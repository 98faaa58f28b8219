//! `cargo dev token`: anyone the developer wants to be.

use jiff::Timestamp;
use local::environment::{AUDIENCE, ISSUER};
use local::identity::Identity;
use local::problem::Problem;
use serde_json::{Map, Value, json};

/// Whom the token is for, and what it says of them.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The user id
    #[arg(long, allow_hyphen_values = true)]
    sub: String,
    /// The org unit; without it the token names none
    #[arg(long, allow_hyphen_values = true)]
    org_unit: Option<String>,
    /// The role, such as admin
    #[arg(long)]
    role: Option<String>,
    /// A permission, such as messaging:update; may be repeated
    #[arg(long = "permission", value_name = "PERMISSION")]
    permissions: Vec<String>,
    /// More claims, as a JSON object; they replace those of the same name
    #[arg(long, value_name = "JSON")]
    claims: Option<String>,
    /// When the token expires; may be negative
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, allow_negative_numbers = true)]
    expires_in: i64,
}

/// Signs the token.
pub(crate) fn mint(identity: &Identity, options: &Options) -> Result<String, Problem> {
    let Options { sub, org_unit, role, permissions, claims, expires_in } = options;
    #[expect(clippy::disallowed_methods, reason = "a token for the developer's own clock")]
    let now = Timestamp::now().as_second();
    let mut all = Map::from_iter([
        ("iss".to_owned(), json!(ISSUER)),
        ("aud".to_owned(), json!(AUDIENCE)),
        ("sub".to_owned(), json!(sub)),
        ("iat".to_owned(), json!(now)),
        ("exp".to_owned(), json!(now.saturating_add(*expires_in))),
    ]);
    if let Some(org_unit) = org_unit {
        all.insert("org_unit".to_owned(), json!(org_unit));
    }
    if let Some(role) = role {
        all.insert("role".to_owned(), json!(role));
    }
    if !permissions.is_empty() {
        all.insert("permissions".to_owned(), json!(permissions));
    }
    if let Some(claims) = claims {
        let more: Map<String, Value> = serde_json::from_str(claims)
            .map_err(|error| Problem::new("--claims must be a JSON object", error))?;
        all.extend(more);
    }
    identity.sign(&Value::Object(all))
}

//! `cargo dev api-key`: a key for another system that calls the running one.

use std::path::Path;

use local::control::{Answered, NewApiKey, Remote};
use local::problem::Problem;
use serde_json::Value;

/// Whose key it is, and what it may do.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// The org unit
    #[arg(long, allow_hyphen_values = true)]
    org_unit: String,
    /// A permission, such as events:write; may be repeated
    #[arg(long = "permission", value_name = "PERMISSION", required = true)]
    permissions: Vec<String>,
    /// What the key is called
    #[arg(long, default_value = "cargo dev")]
    name: String,
    /// When the key expires; without it, never
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true)]
    expires_in: Option<i64>,
}

/// Makes the key.
pub(crate) async fn create(folder: &Path, options: Options) -> Result<String, Problem> {
    let Options { org_unit, permissions, name, expires_in } = options;
    let key = NewApiKey { org_unit, name, permissions, expires_in };
    let Answered { status, body } = Remote::find(folder)?.create_api_key(&key).await?;
    match (status, body.get("key").and_then(Value::as_str)) {
        (201, Some(key)) => Ok(key.to_owned()),
        _ => Err(Problem(format!("the API answered {status}: {body}"))),
    }
}

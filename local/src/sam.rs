//! What `sam local invoke` needs to reach this process: an environment file in `.local/`.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::environment::{AUDIENCE, EMAIL_FROM, ISSUER, TABLE};
use crate::identity::Identity;
use crate::problem::Problem;

/// The public key of the tokens in `events/`. Its private half was thrown away.
const RECORDED_KEYS: &str = include_str!("../../events/jwks.json");

/// Writes `env.json`, for `sam local invoke --env-vars`. Functions started with it accept local
/// tokens, and those of the recorded events.
///
/// # Errors
///
/// [`Problem`], if the file cannot be written.
pub fn write_environment(
    folder: &Path,
    identity: &Identity,
    dynamodb_endpoint: &str,
) -> Result<(), Problem> {
    let mut jwks = identity.jwks();
    let recorded: Value = serde_json::from_str(RECORDED_KEYS)
        .map_err(|error| Problem::new("events/jwks.json is damaged", error))?;
    if let (Some(keys), Some(recorded)) = (
        jwks.get_mut("keys").and_then(Value::as_array_mut),
        recorded.get("keys").and_then(Value::as_array),
    ) {
        keys.extend(recorded.iter().cloned());
    }
    let environment = json!({ "Parameters": {
        "TABLE_NAME": TABLE,
        "AUTH_ISSUER": ISSUER,
        "AUTH_AUDIENCE": AUDIENCE,
        "AUTH_JWKS": jwks.to_string(),
        "EMAIL_FROM": EMAIL_FROM,
        "AWS_ENDPOINT_URL_DYNAMODB": reachable_from_container(dynamodb_endpoint),
    }});
    let file = folder.join("env.json");
    fs::write(&file, format!("{environment:#}\n"))
        .map_err(|error| Problem::new(format!("{} cannot be written", file.display()), error))
}

/// In a container, the loopback interface is the container's own.
fn reachable_from_container(endpoint: &str) -> String {
    endpoint
        .replace("//127.0.0.1", "//host.docker.internal")
        .replace("//localhost", "//host.docker.internal")
}

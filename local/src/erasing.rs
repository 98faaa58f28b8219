//! Marks of people who were erased.

use std::sync::Arc;

use shared::config::Config;
use shared::deliver::secrets::Secrets;
use shared::erasures::Erasures;
use shared::telemetry::Log;

use crate::problem::Problem;

/// Marks of the keys of the secret that the template names.
///
/// # Errors
///
/// [`Problem`], if the template names no secret.
pub fn erasures(
    config: &Config,
    secrets: Arc<dyn Secrets>,
    log: Arc<dyn Log>,
) -> Result<Arc<Erasures>, Problem> {
    let named = config.erasures.as_ref();
    let named = named.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
    Ok(Arc::new(Erasures::new(secrets, named.keys_secret.clone(), log)))
}

//! Unsubscribe links.

use std::sync::Arc;

use shared::config::{Config, PublicUrl};
use shared::deliver::secrets::Secrets;
use shared::telemetry::Log;
use shared::unsubscribe::Unsubscribe;

use crate::problem::Problem;

/// Links below that URL, with the secret that the template names.
///
/// # Errors
///
/// [`Problem`], if the template names no secret, or the URL is none that a link may begin with.
pub fn links(
    config: &Config,
    secrets: Arc<dyn Secrets>,
    public_url: &str,
    log: Arc<dyn Log>,
) -> Result<Arc<Unsubscribe>, Problem> {
    let named = config.unsubscribe.as_ref();
    let named = named.map_err(|error| Problem::new("template.yaml is incomplete", error))?;
    let no_url = || Problem(format!("{public_url} is nothing that a link may begin with"));
    let public_url = PublicUrl::parse(public_url).ok_or_else(no_url)?;
    let secret_id = named.keys_secret.clone();
    Ok(Arc::new(Unsubscribe::new(secrets, secret_id, Some(public_url), log)))
}

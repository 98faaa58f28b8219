//! Unsubscribe links: their keys are made on first use, in a file that stands in for Secrets Manager.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;
use shared::config::{Config, PublicUrl};
use shared::deliver::secrets::{Fetching, SecretError, Secrets};
use shared::telemetry::Log;
use shared::unsubscribe::Unsubscribe;

use crate::environment::UNSUBSCRIBE_KEYS;
use crate::private;
use crate::problem::Problem;

/// The one secret of a local system.
pub struct LocalSecrets {
    unsubscribe_keys: String,
}

impl LocalSecrets {
    /// The keys in that folder, made on first use. Whoever edits the file starts anew to use it.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be read or kept.
    pub fn load_or_create(folder: &Path) -> Result<Self, Problem> {
        let file = folder.join("unsubscribe-keys.json");
        let place = file.display();
        let unreadable = |error| Problem::new(format!("{place} cannot be read"), error);
        let unsubscribe_keys = match fs::read_to_string(&file) {
            Ok(kept) => kept,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                private::keep(&file, new_keys()?.as_bytes())
                    .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
                // Another process may have been first: the one on disk is the one that counts.
                fs::read_to_string(&file).map_err(unreadable)?
            }
            Err(error) => return Err(unreadable(error)),
        };
        Ok(Self { unsubscribe_keys })
    }
}

impl Secrets for LocalSecrets {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        let found = if id == UNSUBSCRIBE_KEYS {
            Ok(self.unsubscribe_keys.clone())
        } else {
            Err(SecretError::Rejected { code: "ResourceNotFoundException".to_owned() })
        };
        Box::pin(std::future::ready(found))
    }
}

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

fn new_keys() -> Result<String, Problem> {
    let mut random = [0; 32];
    let made = SystemRandom::new().fill(&mut random);
    made.map_err(|error| Problem::new("no key can be made", error))?;
    let keys = json!({ "key_id": "local", "key": URL_SAFE_NO_PAD.encode(random) });
    Ok(format!("{keys}\n"))
}

//! Web Push: its keys are made on first use, in a file that stands in for Secrets Manager.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use shared::config::{Config, PushConfig};
use shared::deliver::WebPush;
use shared::deliver::secrets::{Fetching, SecretError, Secrets};
use shared::push::{Push, PushContact, VapidKeys};
use shared::telemetry::Log;

use crate::environment::PUSH_KEYS;
use crate::private;
use crate::problem::Problem;

/// The secret with the keys of a local system.
pub struct LocalPushKeys(String);

impl LocalPushKeys {
    /// The keys in that folder, made on first use. Whoever edits the file starts anew to use it.
    ///
    /// # Errors
    ///
    /// [`Problem`], if they cannot be read or kept.
    pub fn load_or_create(folder: &Path) -> Result<Self, Problem> {
        let file = folder.join("push-keys.json");
        let place = file.display();
        let unreadable = |error| Problem::new(format!("{place} cannot be read"), error);
        match fs::read_to_string(&file) {
            Ok(kept) => Ok(Self(kept)),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                private::keep(&file, format!("{}\n", new_keys()?).as_bytes())
                    .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
                // Another process may have been first: the one on disk is the one that counts.
                fs::read_to_string(&file).map(Self).map_err(unreadable)
            }
            Err(error) => Err(unreadable(error)),
        }
    }
}

impl Secrets for LocalPushKeys {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        let unknown = "ResourceNotFoundException";
        let found = (id == PUSH_KEYS).then(|| self.0.clone());
        let found = found.ok_or_else(|| SecretError::Rejected { code: unknown.to_owned() });
        Box::pin(std::future::ready(found))
    }
}

/// The text of a secret with a new pair of keys, for whoever sets Web Push up.
///
/// # Errors
///
/// [`Problem`], if there is no randomness.
pub fn new_keys() -> Result<String, Problem> {
    VapidKeys::new_secret().map_err(|error| Problem::new("no key can be made", error))
}

/// What browsers subscribe with and are told things with, with the secret, the hosts and the contact that
/// the template names: every message goes to a push service at that address of this machine.
///
/// # Errors
///
/// [`Problem`], if the hosts that it names are none, or the address is of another machine.
pub fn push(
    config: &Config,
    secrets: Arc<dyn Secrets>,
    push_service: SocketAddr,
    log: Arc<dyn Log>,
) -> Result<Arc<Push>, Problem> {
    let incomplete = |error| Problem::new("template.yaml is incomplete", error);
    let named = config.push.as_ref().map_err(incomplete)?;
    let PushConfig { keys_secret, allowed_hosts, contact, attempt_timeout, endpoint: _ } = named;
    let from = &config.email.as_ref().map_err(incomplete)?.from;
    let contact = contact.clone().unwrap_or_else(|| PushContact::mailing(from.address()));
    let sender = WebPush::local(allowed_hosts.clone(), *attempt_timeout, push_service);
    let elsewhere = || Problem(format!("{push_service} is no address of this machine"));
    let sender = Arc::new(sender.ok_or_else(elsewhere)?);
    let push = Push::new(sender, secrets, keys_secret.clone(), contact, log);
    Ok(Arc::new(push.admitting(allowed_hosts.clone())))
}

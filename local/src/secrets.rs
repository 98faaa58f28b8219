//! What stands in for Secrets Manager: files with the keys of unsubscribe links and of the marks of those
//! who were erased, made on first use, and the tokens of local Slack workspaces.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::{Value, json};
use shared::deliver::secrets::{Fetching, SecretError, Secrets};

use crate::environment::{ERASURE_KEYS, SLACK_TOKENS, UNSUBSCRIBE_KEYS};
use crate::private;
use crate::problem::Problem;
use crate::slack::SlackFolder;

/// The secrets of a local system.
pub struct LocalSecrets {
    unsubscribe_keys: String,
    erasure_keys: String,
    slack: Arc<SlackFolder>,
}

impl LocalSecrets {
    /// The keys in that folder, made on first use, and the tokens of those workspaces. Whoever edits
    /// the file with the keys starts anew to use it.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the keys cannot be read or kept.
    pub fn load_or_create(folder: &Path, slack: Arc<SlackFolder>) -> Result<Self, Problem> {
        let unsubscribe_keys =
            kept(folder, "unsubscribe-keys.json", |key| json!({ "key_id": "local", "key": key }))?;
        let erasure_keys = kept(folder, "erasure-keys.json", |key| json!({ "key": key }))?;
        Ok(Self { unsubscribe_keys, erasure_keys, slack })
    }

    fn find(&self, id: &str) -> Result<String, SecretError> {
        let found = match id.strip_prefix(SLACK_TOKENS) {
            Some(name) => {
                let unseen = |_problem| SecretError::Unreachable { how: "file" };
                self.slack.token(name).map_err(unseen)?
            }
            None => match id {
                UNSUBSCRIBE_KEYS => Some(self.unsubscribe_keys.clone()),
                ERASURE_KEYS => Some(self.erasure_keys.clone()),
                _ => None,
            },
        };
        let unknown = "ResourceNotFoundException";
        found.ok_or_else(|| SecretError::Rejected { code: unknown.to_owned() })
    }
}

impl Secrets for LocalSecrets {
    fn secret<'a>(&'a self, id: &'a str) -> Fetching<'a> {
        Box::pin(std::future::ready(self.find(id)))
    }
}

/// The keys in that file, made on first use.
fn kept(folder: &Path, name: &str, keys: impl Fn(&str) -> Value) -> Result<String, Problem> {
    let file = folder.join(name);
    let place = file.display();
    let unreadable = |error| Problem::new(format!("{place} cannot be read"), error);
    match fs::read_to_string(&file) {
        Ok(kept) => Ok(kept),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let made = format!("{}\n", keys(&new_key()?));
            private::keep(&file, made.as_bytes())
                .map_err(|error| Problem::new(format!("{place} cannot be written"), error))?;
            // Another process may have been first: the one on disk is the one that counts.
            fs::read_to_string(&file).map_err(unreadable)
        }
        Err(error) => Err(unreadable(error)),
    }
}

fn new_key() -> Result<String, Problem> {
    let mut random = [0; 32];
    let made = SystemRandom::new().fill(&mut random);
    made.map_err(|error| Problem::new("no key can be made", error))?;
    Ok(URL_SAFE_NO_PAD.encode(random))
}

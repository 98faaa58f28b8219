//! What stands in for Secrets Manager: a file with the keys of unsubscribe links, made on first use,
//! and the tokens of local Slack workspaces.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;
use shared::deliver::secrets::{Fetching, SecretError, Secrets};

use crate::environment::{SLACK_TOKENS, UNSUBSCRIBE_KEYS};
use crate::private;
use crate::problem::Problem;
use crate::slack::SlackFolder;

/// The secrets of a local system.
pub struct LocalSecrets {
    unsubscribe_keys: String,
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
        Ok(Self { unsubscribe_keys, slack })
    }

    fn find(&self, id: &str) -> Result<String, SecretError> {
        let found = match id.strip_prefix(SLACK_TOKENS) {
            Some(name) => {
                let unseen = |_problem| SecretError::Unreachable { how: "file" };
                self.slack.token(name).map_err(unseen)?
            }
            None => (id == UNSUBSCRIBE_KEYS).then(|| self.unsubscribe_keys.clone()),
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

fn new_keys() -> Result<String, Problem> {
    let mut random = [0; 32];
    let made = SystemRandom::new().fill(&mut random);
    made.map_err(|error| Problem::new("no key can be made", error))?;
    let keys = json!({ "key_id": "local", "key": URL_SAFE_NO_PAD.encode(random) });
    Ok(format!("{keys}\n"))
}

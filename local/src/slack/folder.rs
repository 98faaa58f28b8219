//! Workspaces that a developer describes, one file for each org unit, and messages as files.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use shared::app::Clock;
use shared::domain::slack::SlackUserId;

use super::workspace::{Message, User, Workspace, Workspaces};
use crate::outbox;
use crate::private;
use crate::problem::Problem;

/// The folder's name in the one that everything local is in.
const NAME: &str = "slack";

/// What the token of a local workspace begins with; the name of its file follows.
const TOKEN: &str = "xoxb-local-";

/// A folder with a file, `<name>.json`, for each org unit that has a workspace: the name is what its
/// secret is called after the prefix. A file is read at each use, so that edits take effect at once.
/// A message becomes a file of the outbox, `<milliseconds>-<number>.slack.json`; the number counts
/// those of this process.
pub struct SlackFolder {
    folder: PathBuf,
    outbox: PathBuf,
    clock: Arc<dyn Clock>,
    taken: AtomicU64,
}

/// What a file says.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Described {
    users: Vec<User>,
    users_list_per_minute: Option<usize>,
}

impl SlackFolder {
    /// The workspaces in that folder, which everything local is in.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the outbox cannot be written.
    pub fn open(local: &Path, clock: Arc<dyn Clock>) -> Result<Self, Problem> {
        let (folder, outbox) = (local.join(NAME), outbox::open_folder(local)?);
        Ok(Self { folder, outbox, clock, taken: AtomicU64::new(0) })
    }

    /// The token of the workspace of that name, if there is a file that describes one.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it cannot be seen whether there is.
    pub fn token(&self, name: &str) -> Result<Option<String>, Problem> {
        let Some(file) = self.file(name) else { return Ok(None) };
        let place = file.display();
        let is_there = file.try_exists();
        let is_there = is_there
            .map_err(|error| Problem::new(format!("{place} cannot be looked for"), error))?;
        Ok(is_there.then(|| format!("{TOKEN}{name}")))
    }

    /// The file of that name: `None` if no org unit can have it, such as one with a slash.
    fn file(&self, name: &str) -> Option<PathBuf> {
        let is_of_a_name = |byte: u8| {
            byte.is_ascii_alphanumeric() || [b'.', b'_', b'@', b'-', b'+'].contains(&byte)
        };
        let is_name = !name.is_empty() && name.bytes().all(is_of_a_name);
        is_name.then(|| self.folder.join(format!("{name}.json")))
    }
}

impl Workspaces for SlackFolder {
    fn workspace(&self, token: &str) -> Result<Option<Workspace>, Problem> {
        let Some(file) = token.strip_prefix(TOKEN).and_then(|name| self.file(name)) else {
            return Ok(None);
        };
        let place = file.display();
        let text = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Problem::new(format!("{place} cannot be read"), error)),
        };
        let none = |why: &dyn std::fmt::Display| {
            Problem::new(format!("{place} describes no Slack workspace"), why)
        };
        let described: Described = serde_json::from_str(&text).map_err(|error| none(&error))?;
        let Described { users, users_list_per_minute } = described;
        check(&users).map_err(|why| none(&why))?;
        let workspace = Workspace::of(users);
        let per_minute = users_list_per_minute.unwrap_or(workspace.users_list_per_minute);
        Ok(Some(Workspace { users_list_per_minute: per_minute, ..workspace }))
    }

    fn keep(&self, message: Message) -> Result<(), Problem> {
        let Message { token, to, ts, body } = message;
        let milliseconds = self.clock.now().as_millisecond();
        let number = self.taken.fetch_add(1, Ordering::Relaxed) + 1;
        let file = self.outbox.join(format!("{milliseconds}-{number}.slack.json"));
        let workspace = token.strip_prefix(TOKEN);
        let kept = json!({ "workspace": workspace, "to": to, "ts": ts, "message": body });
        private::replace(&file, format!("{kept:#}\n").as_bytes())
            .map_err(|error| Problem::new(format!("{} cannot be written", file.display()), error))
    }
}

/// An id is one of Slack's, and nobody else's: a cursor names its user.
fn check(users: &[User]) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    users.iter().try_for_each(|User { id, .. }| match id.parse::<SlackUserId>() {
        Err(error) => Err(format!("the id `{id}` {error}")),
        Ok(_) if !seen.insert(id) => Err(format!("two users have the id `{id}`")),
        Ok(_) => Ok(()),
    })
}

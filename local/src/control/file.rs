//! Where a running `cargo dev` says how to reach it.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use shared::app::{Entropy as _, SystemEntropy};

use crate::private;
use crate::problem::Problem;

/// The file's name in the folder that everything local is in.
const NAME: &str = "control.json";

/// What opens the control port. It is not printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token(String);

impl Token {
    /// A new one: 256 random bits.
    ///
    /// # Errors
    ///
    /// [`Problem`], rather than a token that can be guessed.
    pub fn generate() -> Result<Self, Problem> {
        let random = SystemEntropy::default().secret();
        let random =
            random.map_err(|error| Problem::new("the control port has no token", error))?;
        Ok(Self(random.iter().map(|byte| format!("{byte:02x}")).collect()))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the file says.
#[derive(Serialize, Deserialize)]
pub(super) struct Said {
    pub(super) address: SocketAddr,
    pub(super) token: Token,
}

/// The file of this process. It is gone with this value, unless another process has put its own in
/// place.
pub struct ControlFile {
    path: PathBuf,
    content: String,
}

impl ControlFile {
    /// Writes down where the control port is, for the eyes of this user alone.
    ///
    /// # Errors
    ///
    /// [`Problem`], if the file cannot be written.
    pub fn write(folder: &Path, address: SocketAddr, token: &Token) -> Result<Self, Problem> {
        let path = folder.join(NAME);
        let place = path.display();
        let failed =
            |why: &dyn std::fmt::Display| Problem::new(format!("{place} cannot be written"), why);
        let said = Said { address, token: token.clone() };
        let content = serde_json::to_string(&said).map_err(|error| failed(&error))?;
        private::replace(&path, content.as_bytes()).map_err(|error| failed(&error))?;
        Ok(Self { path, content })
    }

    /// What the file of a running process says.
    pub(super) fn read(folder: &Path) -> Result<Said, Problem> {
        let path = folder.join(NAME);
        let content = match fs::read(&path) {
            Ok(content) => content,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(not_running()),
            Err(error) => {
                return Err(Problem::new(format!("{} cannot be read", path.display()), error));
            }
        };
        serde_json::from_slice(&content)
            .map_err(|error| Problem::new(format!("{} is damaged", path.display()), error))
    }
}

impl Drop for ControlFile {
    fn drop(&mut self) {
        if fs::read_to_string(&self.path).is_ok_and(|content| content == self.content) {
            // Whoever finds it finds out that nobody answers.
            fs::remove_file(&self.path).ok();
        }
    }
}

/// There is no one to ask.
pub(super) fn not_running() -> Problem {
    Problem("cargo dev is not running; start it in another terminal".to_owned())
}

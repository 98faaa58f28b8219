//! What a function weighs as it is uploaded.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use local::problem::Problem;

/// What a zip of one entry `bootstrap` has beside the compressed bytes, less what gzip has; as in
/// `cargo xtask sizes`.
const ZIP_FRAME: u64 = (30 + 9) + (46 + 9) + 22 - 18;

/// What is uploaded.
#[derive(Debug, Clone)]
pub(crate) enum Package {
    /// One file.
    File(PathBuf),
    /// Everything in a folder, but what Python compiled of it.
    Folder(PathBuf),
}

impl Package {
    /// How many bytes it has in a zip. A folder's are those of an archive compressed as one, which
    /// are fewer.
    pub(crate) fn zipped(&self) -> Result<u64, Problem> {
        let place = |path: &Path| path.display().to_string();
        match self {
            Self::File(file) => Ok(gzip(file)? + ZIP_FRAME),
            Self::Folder(folder) => {
                let script = "tar --create --exclude=__pycache__ --directory \"$0\" . | gzip -9 -n";
                let mut command = Command::new("bash");
                command.args(["-o", "pipefail", "-c", script]).arg(folder);
                length(&mut command).map_err(|error| Problem::new(place(folder), error))
            }
        }
    }
}

fn gzip(file: &Path) -> Result<u64, Problem> {
    length(Command::new("gzip").args(["-9", "-n", "-c"]).arg(file))
}

/// How much a command prints.
fn length(command: &mut Command) -> Result<u64, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new("nothing was weighed", error);
    let output = command.stdin(Stdio::null()).output().map_err(|error| failed(&error))?;
    if output.status.success() {
        Ok(output.stdout.len() as u64)
    } else {
        Err(failed(&String::from_utf8_lossy(&output.stderr)))
    }
}

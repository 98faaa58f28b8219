//! A folder for what is of use to one run only.

use std::fs;
use std::path::PathBuf;

use local::problem::Problem;

/// A folder that is gone with this value.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder among the machine's temporary ones.
    pub(crate) fn make() -> Result<Self, Problem> {
        let folder = std::env::temp_dir().join(format!("bench-functions-{}", std::process::id()));
        fs::create_dir_all(&folder).map_err(|error| Problem::new(folder.display(), error))?;
        Ok(Self(folder))
    }

    /// A file in it, which may not be there yet.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in it.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, Problem> {
        let file = self.file(name);
        fs::write(&file, text).map_err(|error| Problem::new(file.display(), error))?;
        Ok(file)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What stays behind is small, and temporary.
        fs::remove_dir_all(&self.0).ok();
    }
}

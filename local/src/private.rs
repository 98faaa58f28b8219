//! Files that their owner alone may read, written whole or not at all.

use std::fs;
use std::io::{ErrorKind, Result, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// Writes the file; keeps one that is there.
///
/// # Errors
///
/// As the file system has them.
pub(crate) fn keep(file: &Path, content: &[u8]) -> Result<()> {
    let draft = draft(file, content)?;
    let linked = fs::hard_link(&draft, file);
    fs::remove_file(&draft)?;
    match linked {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes the file, in place of one that is there.
///
/// # Errors
///
/// As the file system has them.
pub(crate) fn replace(file: &Path, content: &[u8]) -> Result<()> {
    fs::rename(draft(file, content)?, file)
}

fn draft(file: &Path, content: &[u8]) -> Result<PathBuf> {
    let draft = file.with_extension(format!("{}.tmp", std::process::id()));
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true).mode(0o600);
    options.open(&draft)?.write_all(content)?;
    Ok(draft)
}

//! The repository as text held in memory, and what can be wrong with it.
//!
//! Every rule of `tidy` and every edit of `new-function` is a pure function over a [`Tree`], so
//! that a test can hand it three short files instead of a checkout.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fmt, fs, io};

/// Folders whose name starts with a dot are skipped, but for these.
const READ_THOUGH_HIDDEN: [&str; 3] = [".cargo", ".ci", ".github"];

/// Build output and other people's code.
const SKIPPED: [&str; 2] = ["target", "node_modules"];

/// What the benchmark compares with: each is written as its language and its crates suggest, and has
/// a lock file of its own. And what is built for the fuzzer, a workspace of its own, with what it found.
const APART: [&str; 2] = ["bench/peers", "fuzz"];

/// Nothing of this size was written by hand.
const LARGEST: u64 = 4 * 1024 * 1024;

/// The text files of the repository by their path from its root, with `/` between folders.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tree {
    files: BTreeMap<String, String>,
}

impl Tree {
    /// Reads every text file below `root`: not build output, not hidden folders, not what is no
    /// UTF-8.
    pub(crate) fn read(root: &Path) -> io::Result<Self> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        Ok(tree)
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = format!("{prefix}{name}");
            let kind = entry.file_type()?;
            if kind.is_dir() {
                let hidden = name.starts_with('.') && !READ_THOUGH_HIDDEN.contains(&name.as_str());
                if !hidden && !SKIPPED.contains(&name.as_str()) && !APART.contains(&path.as_str()) {
                    self.read_folder(&entry.path(), &format!("{path}/"))?;
                }
            } else if kind.is_file()
                && entry.metadata()?.len() <= LARGEST
                && let Ok(text) = String::from_utf8(fs::read(entry.path())?)
            {
                self.files.insert(path, text);
            }
        }
        Ok(())
    }

    /// The text at `path`, if there is such a file.
    pub(crate) fn text(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// Every file, in the order of their paths.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    /// Every Rust file.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.files().filter(|(path, _)| path.ends_with(".rs"))
    }

    /// The file names directly in `folder` that end with `suffix`, without that suffix.
    pub(crate) fn stems<'a>(&'a self, folder: &str, suffix: &str) -> Vec<&'a str> {
        let stem = |path: &'a str| {
            path.strip_prefix(folder)?
                .strip_prefix('/')?
                .strip_suffix(suffix)
                .filter(|stem| !stem.contains('/'))
        };
        self.files().filter_map(|(path, _)| stem(path)).collect()
    }

    /// The folders of `functions/`: the list every other name is compared with.
    pub(crate) fn functions(&self) -> BTreeSet<&str> {
        self.files()
            .filter_map(|(path, _)| Some(path.strip_prefix("functions/")?.split_once('/')?.0))
            .collect()
    }

    /// Puts `text` at `path`, in the place of what was there, for tests.
    #[cfg(test)]
    pub(crate) fn put(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.files.insert(path.into(), text.into());
    }

    /// A tree of these files, for tests.
    #[cfg(test)]
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.put(*path, *text);
        }
        tree
    }
}

/// One thing that is not as the house wants it, where it is, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Fault {
    path: String,
    line: usize,
    what: String,
    right: String,
}

impl Fault {
    /// A fault in `path` at `line`, which counts from 1. A file that is missing has its fault at
    /// line 1.
    pub(crate) fn new(
        path: impl Into<String>,
        line: usize,
        what: impl Into<String>,
        right: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), line: line.max(1), what: what.into(), right: right.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, line, what, right } = self;
        write!(f, "{path}:{line}: {what}\n    right: {right}")
    }
}

/// The line, counted from 1, of the first line of `text` that holds `needle`; 1 if none does.
pub(crate) fn line_of(text: &str, needle: &str) -> usize {
    text.lines().position(|line| line.contains(needle)).map_or(1, |index| index + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_functions_are_the_folders_of_functions() {
        let tree = Tree::of(&[
            ("functions/get-a/src/main.rs", ""),
            ("functions/get-a/Cargo.toml", ""),
            ("functions/put-b/Cargo.toml", ""),
            ("functions/README.md", ""),
        ]);
        assert_eq!(tree.functions(), BTreeSet::from(["get-a", "put-b"]));
    }

    #[test]
    fn stems_are_of_the_folder_itself() {
        let tree = Tree::of(&[("events/a.json", ""), ("events/x/b.json", ""), ("events/c.md", "")]);
        assert_eq!(tree.stems("events", ".json"), ["a"]);
    }

    #[test]
    fn a_fault_says_where_what_and_what_would_be_right() {
        let fault = Fault::new("a.rs", 3, "`todo!`", "write it, or answer an error");
        assert_eq!(fault.to_string(), "a.rs:3: `todo!`\n    right: write it, or answer an error");
    }
}

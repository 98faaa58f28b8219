//! `cargo xtask sizes`: what each built function weighs, and what got into it that should not.
//!
//! Judged is the newest of `target/lambda/<name>/bootstrap` (what `cargo lambda build` ships) and
//! `target/<profile>/<name>` (what `cargo build` made). The size of the package is that of `gzip
//! -9`, whose deflate stream is what a zip holds, with the headers of a zip of one file.

mod binary;
pub(crate) mod budget;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{fmt, fs};

use serde_json::Value;

use crate::tree::Tree;
use binary::Glibc;
use budget::Budget;

/// What a zip of one entry `bootstrap` has beside the compressed bytes, less what gzip has: local
/// header, central directory entry and end record, less gzip's header and trailer.
const ZIP_FRAME: u64 = (30 + 9) + (46 + 9) + 22 - 18;

/// What the command line asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The folder below `target/` to look in.
    pub(crate) profile: String,
    /// Do not mind a glibc newer than Lambda's: the binary is for this machine.
    pub(crate) host_glibc: bool,
}

impl Options {
    /// Reads the arguments of the command.
    ///
    /// # Errors
    /// Which argument cannot be understood.
    pub(crate) fn parse(arguments: &[&str]) -> Result<Self, String> {
        let mut options = Self { profile: "release".to_owned(), host_glibc: false };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            match *argument {
                "--host-glibc" => options.host_glibc = true,
                "--profile" => {
                    let profile =
                        arguments.next().ok_or("--profile needs the name of a profile")?;
                    options.profile = (*profile).to_owned();
                }
                other => return Err(format!("`sizes` has no argument `{other}`")),
            }
        }
        Ok(options)
    }
}

/// One row of the table.
#[derive(Debug)]
pub(crate) struct Weighed {
    name: String,
    /// None if it is not built.
    built: Option<Built>,
    faults: Vec<String>,
}

#[derive(Debug)]
struct Built {
    path: PathBuf,
    bytes: u64,
    zip_bytes: u64,
    glibc: Option<Glibc>,
}

impl Weighed {
    /// Whether something is wrong with it. Not being built is.
    pub(crate) fn is_fine(&self) -> bool {
        self.built.is_some() && self.faults.is_empty()
    }
}

impl fmt::Display for Weighed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, built, faults } = self;
        match built {
            None => write!(f, "{name:<30} not built")?,
            Some(Built { path, bytes, zip_bytes, glibc }) => {
                let glibc = glibc.map_or_else(|| "none".to_owned(), |glibc| glibc.to_string());
                write!(f, "{name:<30} {bytes:>11} {zip_bytes:>11} {glibc:>6}  {}", path.display())?;
            }
        }
        faults.iter().try_for_each(|fault| write!(f, "\n    {fault}"))
    }
}

/// The heading of the table.
pub(crate) fn heading() -> String {
    format!("{:<30} {:>11} {:>11} {:>6}  {}", "function", "bytes", "zip bytes", "glibc", "file")
}

/// Weighs every function of `functions/`.
///
/// # Errors
/// The budgets cannot be read, or `cargo` or `gzip` cannot be run.
pub(crate) fn weigh(root: &Path, tree: &Tree, options: &Options) -> Result<Vec<Weighed>, String> {
    let budgets = budget::read(tree).map_err(|fault| fault.to_string())?;
    let target = target_directory(root)?;
    let weighed = |name: &str| {
        let budget = budgets
            .get(name)
            .ok_or_else(|| format!("no budget for `{name}` in {}", budget::PATH))?;
        let Some(path) = newest(&target, name, &options.profile) else {
            return Ok(Weighed { name: name.to_owned(), built: None, faults: Vec::new() });
        };
        let bytes = fs::read(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let zip_bytes = gzip(&path)? + ZIP_FRAME;
        let faults = judge(&bytes, zip_bytes, budget, options);
        let glibc = binary::glibc(&bytes);
        let bytes = bytes.len() as u64;
        let path = path.strip_prefix(root).map(Path::to_owned).unwrap_or(path);
        Ok(Weighed {
            name: name.to_owned(),
            built: Some(Built { path, bytes, zip_bytes, glibc }),
            faults,
        })
    };
    tree.functions().into_iter().map(weighed).collect()
}

fn judge(bytes: &[u8], zip_bytes: u64, budget: &Budget, options: &Options) -> Vec<String> {
    let mut faults = binary::forbidden(bytes, &budget.clients);
    if zip_bytes > budget.zip_bytes {
        let over = zip_bytes - budget.zip_bytes;
        faults.push(format!("its zip is {over} bytes over its budget of {}", budget.zip_bytes));
    }
    if !options.host_glibc {
        faults.extend(binary::too_new(binary::glibc(bytes)));
    }
    faults
}

/// The binary of `name` that was built last.
fn newest(target: &Path, name: &str, profile: &str) -> Option<PathBuf> {
    let built =
        [target.join("lambda").join(name).join("bootstrap"), target.join(profile).join(name)];
    let built = built.into_iter().filter(|path| path.is_file());
    built.max_by_key(|path| fs::metadata(path).and_then(|file| file.modified()).ok())
}

/// Where cargo builds to, which the environment or a configuration file may have moved.
fn target_directory(root: &Path) -> Result<PathBuf, String> {
    let arguments = ["metadata", "--format-version", "1", "--no-deps", "--offline"];
    let metadata = output(Command::new("cargo").args(arguments).current_dir(root))?;
    let metadata: Value =
        serde_json::from_slice(&metadata).map_err(|error| format!("cargo metadata: {error}"))?;
    let target = metadata.get("target_directory").and_then(Value::as_str);
    target.map(PathBuf::from).ok_or_else(|| "cargo metadata names no target directory".to_owned())
}

fn gzip(path: &Path) -> Result<u64, String> {
    Ok(output(Command::new("gzip").args(["-9", "-n", "-c"]).arg(path))?.len() as u64)
}

fn output(command: &mut Command) -> Result<Vec<u8>, String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let output =
        command.stdin(Stdio::null()).output().map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{program} failed: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON_LAMBDA: Options = Options { profile: String::new(), host_glibc: false };

    #[test]
    fn a_function_is_judged_by_its_own_budget() {
        let budget = Budget { zip_bytes: 100, clients: vec![] };
        assert_eq!(judge(b"GLIBC_2.34", 100, &budget, &ON_LAMBDA), Vec::<String>::new());
        let over = judge(b"GLIBC_2.34", 101, &budget, &ON_LAMBDA);
        assert_eq!(over, ["its zip is 1 bytes over its budget of 100"]);
    }

    #[test]
    fn a_newer_glibc_is_minded_unless_the_binary_is_for_this_machine() {
        let budget = Budget { zip_bytes: 100, clients: vec![] };
        let here = Options { host_glibc: true, ..ON_LAMBDA };
        assert_eq!(judge(b"GLIBC_2.36", 1, &budget, &ON_LAMBDA).len(), 1);
        assert_eq!(judge(b"GLIBC_2.36", 1, &budget, &here).len(), 0);
    }

    #[test]
    fn what_is_not_built_is_not_fine_and_says_so() {
        let weighed = Weighed { name: "get-a".into(), built: None, faults: vec![] };
        assert!(!weighed.is_fine());
        assert!(weighed.to_string().ends_with("not built"));
    }
}

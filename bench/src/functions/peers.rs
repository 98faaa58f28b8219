//! Who does the same as `get-notification-prefs`, in other ways: `bench/peers/`.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::{fmt, fs};

use local::problem::Problem;

use super::package::Package;
use super::recorded;
use super::sandbox::{Connections, Program};
use super::stage::Stage;

/// A peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Peer {
    /// Rust without an SDK and without a runtime: the limit
    Reference,
    /// Rust as one writes it first
    Defaults,
    /// Node 20, with the AWS SDK and jose
    Node,
    /// Python, with boto3 and PyJWT
    Python,
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reference => "reference",
            Self::Defaults => "defaults",
            Self::Node => "node",
            Self::Python => "python",
        })
    }
}

/// A peer that is installed.
pub(crate) struct Installed {
    /// What is run; the store has said nothing to it yet.
    pub(crate) program: Program,
    /// What would be uploaded.
    pub(crate) package: Package,
}

impl Peer {
    /// Installs it from its lock file, and says how it is run.
    pub(crate) fn install(self, stage: &Stage) -> Result<Installed, Problem> {
        let source = recorded::root().join("bench/peers").join(self.to_string());
        let place = target()?.join("peers").join(self.to_string());
        fs::create_dir_all(&place).map_err(|error| Problem::new(place.display(), error))?;
        let mut program = Program {
            file: PathBuf::new(),
            arguments: Vec::new(),
            environment: stage.environment_of_compared(),
            script: Rc::default(),
            connections: Connections::default(),
            compiles_itself: false,
        };
        let package = match self {
            Self::Reference | Self::Defaults => {
                build(&source, &place)?;
                program.file = place.join("release").join(self.to_string());
                Package::File(program.file.clone())
            }
            Self::Node => {
                copy(&source, &place)?;
                run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]), &place)?;
                run(Command::new("npm").args(["run", "build"]), &place)?;
                program.file = on_path("node")?;
                program.arguments = vec![text(&place.join("runtime.mjs"))];
                program.compiles_itself = true;
                Package::File(place.join("dist/function.mjs"))
            }
            Self::Python => {
                copy(&source, &place)?;
                let packages = place.join("packages");
                let mut pip = Command::new("python3");
                pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
                pip.args(["--no-deps", "--upgrade", "--requirement", "requirements.lock"]);
                run(pip.arg("--target").arg(&packages), &place)?;
                program.file = on_path("python3")?;
                program.arguments = vec![text(&place.join("runtime.py"))];
                let roots = stage.scratch.file("roots.pem");
                program.environment.extend([
                    ("PYTHONPATH".to_owned(), text(&packages)),
                    ("AWS_CA_BUNDLE".to_owned(), text(&roots)),
                ]);
                Package::Folder(packages)
            }
        };
        Ok(Installed { program, package })
    }
}

/// Builds a workspace of its own. What this repository tells cargo does not hold for it: it is built
/// as it would be anywhere else.
fn build(source: &Path, place: &Path) -> Result<(), Problem> {
    let mut cargo = Command::new("cargo");
    cargo
        .args(["build", "--release", "--locked", "--manifest-path"])
        .arg(source.join("Cargo.toml"));
    cargo.arg("--target-dir").arg(place).env_remove("AWS_LC_SYS_NO_JITTER_ENTROPY");
    run(&mut cargo, Path::new("/"))
}

/// Copies the files of a folder.
fn copy(source: &Path, place: &Path) -> Result<(), Problem> {
    let failed = |error| Problem::new(source.display(), error);
    for entry in fs::read_dir(source).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if let (true, Some(name)) = (file.is_file(), file.file_name()) {
            fs::copy(&file, place.join(name)).map_err(failed)?;
        }
    }
    Ok(())
}

fn run(command: &mut Command, folder: &Path) -> Result<(), Problem> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.current_dir(folder).stdin(Stdio::null()).output();
    let output = output.map_err(|error| Problem::new(&name, error))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(Problem::new(name, String::from_utf8_lossy(&output.stderr)))
    }
}

/// A program itself, as it says: what is found on the path may be a script that looks for it.
fn on_path(program: &str) -> Result<PathBuf, Problem> {
    let say = match program {
        "node" => ["-p", "process.execPath"],
        _ => ["-c", "import sys; print(sys.executable)"],
    };
    let output = Command::new(program).args(say).stdin(Stdio::null()).output();
    let output = output.map_err(|error| Problem::new(program, error))?;
    Ok(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

/// Where cargo builds to: two folders above this program.
fn target() -> Result<PathBuf, Problem> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Problem::new("this program cannot be found", error))?;
    let target = program.parent().and_then(Path::parent).map(Path::to_owned);
    target.ok_or_else(|| Problem("this program is in no folder of cargo's".to_owned()))
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

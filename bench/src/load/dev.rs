//! `cargo dev`, in a folder of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use local::problem::Problem;

use crate::functions::happenings::happenings;
use crate::functions::stage::Stage;
use crate::functions::subject::{self, Build};

/// What it says as soon as it answers, up to where.
const READY: &str = "Notification Preferences is ready on ";

/// A running `cargo dev`, which keeps its data in memory. It ends with this value.
pub(super) struct Dev {
    program: PathBuf,
    folder: PathBuf,
    process: Child,
    /// Where it is.
    pub(super) url: String,
}

impl Dev {
    /// Starts it, built unless it is given, and lets happen what happened on the stage.
    pub(super) fn start(stage: &Stage, program: Option<&Path>) -> Result<Self, Problem> {
        let failed = |error| Problem::new("cargo dev cannot be started", error);
        let program = match program {
            Some(program) => program.to_owned(),
            None => {
                let built = subject::programs(None, &["local".to_owned()], Build::FastLink)?;
                built.into_iter().next().unwrap_or_default()
            }
        };
        let folder = stage.scratch.file("dev");
        let mut command = Command::new(&program);
        command.args(["--in-memory", "--port", "0", "--folder"]).arg(&folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let process = command.spawn().map_err(failed)?;
        let mut dev = Self { program, folder, process, url: String::new() };
        let said = dev.process.stderr.take().map(BufReader::new);
        let mut lines = said.into_iter().flat_map(BufReader::lines).map_while(Result::ok);
        let url = lines.find_map(|line| line.strip_prefix(READY).map(str::to_owned));
        dev.url = url.ok_or_else(|| Problem("cargo dev did not say where it is".to_owned()))?;
        // Each request has a line there, which somebody has to take.
        std::thread::spawn(move || lines.for_each(drop));
        let happened = serde_json::Value::from(happenings()).to_string();
        let file = stage.scratch.write("happenings.json", &happened)?;
        dev.ask(&["send", &file.display().to_string()])?;
        Ok(dev)
    }

    /// A token of the person who asks.
    pub(super) fn token(&self) -> Result<String, Problem> {
        self.ask(&["token", "--sub", "7", "--org-unit", "acme", "--role", "admin"])
    }

    fn ask(&self, arguments: &[&str]) -> Result<String, Problem> {
        let failed = |error: &dyn std::fmt::Display| Problem::new("cargo dev", error);
        let mut command = Command::new(&self.program);
        command.args(arguments).arg("--folder").arg(&self.folder).stdin(Stdio::null());
        let output = command.output().map_err(|error| failed(&error))?;
        if !output.status.success() {
            return Err(failed(&String::from_utf8_lossy(&output.stderr)));
        }
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        // If it cannot be killed it is gone already.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

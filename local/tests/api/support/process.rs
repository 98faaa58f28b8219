//! Programs of this workspace, run as their users run them.

use std::io::{BufRead as _, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;

/// A program that runs until it is told to stop, or is dropped.
pub(crate) struct Process {
    child: Child,
    errors: mpsc::Receiver<String>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let errors = read_lines(child.stderr.take().expect("standard error"));
        Self { child, errors }
    }

    /// Waits for a line on standard error that holds the text.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let mut seen = Vec::new();
        for line in &self.errors {
            if line.contains(text) {
                return line;
            }
            seen.push(line);
        }
        panic!("it ended without saying {text:?}: {seen:?}");
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop_with(mut self, signal: &str) -> ExitStatus {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill");
        assert!(sent.success());
        self.child.wait().expect("an end")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn read_lines(stream: impl Read + Send + 'static) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

/// The binary behind `cargo dev`.
pub(crate) fn local() -> Command {
    Command::new(env!("CARGO_BIN_EXE_local"))
}

/// A function's binary, as Lambda would start it. `cargo test` builds no function's binary, so
/// this does.
pub(crate) fn function(name: &str) -> Command {
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--package", name, "--bin", name])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo");
    assert!(built.success(), "{name} does not build");
    let folder = PathBuf::from(env!("CARGO_BIN_EXE_local"));
    Command::new(folder.with_file_name(name))
}

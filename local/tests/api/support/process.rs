//! Programs of this workspace, run as their users run them.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Read};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use super::leaks::mark_in;

/// Longer than any program here takes to say or do something.
const PATIENCE: Duration = Duration::from_secs(60);

/// A program that runs until it is told to stop, or is dropped.
pub(crate) struct Process {
    child: Child,
    lines: mpsc::Receiver<String>,
    said: RefCell<Vec<String>>,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("a process");
        let (sender, lines) = mpsc::channel();
        read_lines(child.stdout.take().expect("standard output"), sender.clone());
        read_lines(child.stderr.take().expect("standard error"), sender);
        Self { child, lines, said: RefCell::default() }
    }

    /// Waits for a line that holds the text.
    pub(crate) fn wait_for(&self, text: &str) -> String {
        let until = Instant::now() + PATIENCE;
        while let Ok(line) = self.lines.recv_timeout(until - Instant::now()) {
            self.said.borrow_mut().push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
        panic!("it never said {text:?}; it said {:?}", self.said());
    }

    /// Everything it wrote so far.
    pub(crate) fn said(&self) -> Vec<String> {
        self.said.borrow_mut().extend(self.lines.try_iter());
        self.said.borrow().clone()
    }

    /// Sends a signal.
    pub(crate) fn send(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().expect("kill");
        assert!(sent.success());
    }

    /// Sends a signal and waits for the end.
    pub(crate) fn stop_with(mut self, signal: &str) -> ExitStatus {
        self.send(signal);
        self.child.wait().expect("an end")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
        // A test that failed says why.
        if !std::thread::panicking() {
            let marked = self.said().into_iter().find(|line| mark_in(line).is_some());
            assert_eq!(marked, None, "it holds what must come out nowhere");
        }
    }
}

fn read_lines(stream: impl Read + Send + 'static, sender: mpsc::Sender<String>) {
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}

/// The binary behind `cargo dev`.
pub(crate) fn local() -> Command {
    Command::new(env!("CARGO_BIN_EXE_local"))
}

/// A function's binary, as Lambda would start it. `cargo test` builds no function's binary, so
/// this does, in the profile of the tests.
pub(crate) fn function(name: &str) -> Command {
    let local = PathBuf::from(env!("CARGO_BIN_EXE_local"));
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--quiet", "--package", name, "--bin", name]);
    if local.parent().is_some_and(|folder| folder.ends_with("release")) {
        build.arg("--release");
    }
    let built = build.current_dir(env!("CARGO_MANIFEST_DIR")).status().expect("cargo");
    assert!(built.success(), "{name} does not build");
    Command::new(local.with_file_name(name))
}

//! `cargo xtask`: what the repository needs beside building and testing.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command answers on both")]

mod api_page;
mod jwks;
mod manifest;
mod names;
mod new_function;
mod openapi;
mod rust_text;
mod sizes;
mod template;
mod tidy;
mod tree;
mod yaml;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs, io};

use new_function::Order;
use tree::Tree;

const USAGE: &str = "usage: cargo xtask <command>

  new-function VERB-NOUN METHOD PATH [--action dynamodb:ACTION]... [--surface NAME]
                           makes everything that one function needs, from its name
                           --action      what its policy allows on the table besides GetItem; once for each
                           --surface     lead-alerts unless given, channel-preferences, account-email, inbox or platform
  tidy                     checks that the names line up and the sources keep the house's rules
  api-page                 makes docs/api.md of openapi.yaml
  sizes [--profile NAME] [--host-glibc]
                           weighs every built function against xtask/budgets.json
                           --profile     the folder of target/ to look in, release unless given
                           --host-glibc  do not mind a glibc newer than Lambda's
  bench functions|instructions|watchers|fairness|digests|growth|load|soak
                           measures what it takes to answer a request, to dispatch an event, or to send digests,
                           and what that grows with; `bench help` says how
  jwks FILE                prints a JWKS with only what checks a signature; `-` reads standard input

exit status: 0 fine, 1 something is wrong, 2 this usage was not followed";

/// Why a command did not succeed.
enum Failure {
    /// The command line cannot be understood.
    Usage(String),
    /// What was asked for cannot be done, or something is wrong.
    Fault(String),
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Fault(message)
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Usage(message)) => {
            eprintln!("xtask: {message}\n\n{USAGE}");
            ExitCode::from(2)
        }
        Err(Failure::Fault(message)) => {
            eprintln!("xtask: {message}");
            ExitCode::from(1)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), Failure> {
    match arguments {
        ["new-function", order @ ..] => new_function(order),
        ["tidy"] => tidy(),
        ["api-page"] => api_page(),
        ["sizes", options @ ..] => sizes(options),
        ["jwks", file] => jwks(file),
        ["bench", arguments @ ..] => bench(arguments),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        [] => Err(Failure::Usage("a command is needed".to_owned())),
        [command @ ("tidy" | "api-page" | "jwks"), ..] => {
            Err(Failure::Usage(format!("these are not the arguments of `{command}`")))
        }
        [command, ..] => Err(Failure::Usage(format!("there is no command `{command}`"))),
    }
}

fn new_function(arguments: &[&str]) -> Result<(), Failure> {
    let order = Order::parse(arguments).map_err(Failure::Usage)?;
    let (root, tree) = repository()?;
    let files =
        new_function::plan(&tree, &order).map_err(|why| format!("nothing is written: {why}"))?;
    for (path, text) in &files {
        let file = root.join(path);
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        let written = folder.and_then(|()| fs::write(&file, text));
        written.map_err(|error| format!("{path}: {error}"))?;
        println!("{}  {path}", if tree.text(path).is_some() { "changed" } else { "made   " });
    }
    println!(
        "next: `cargo fmt` and `cargo check` (which adds the package to Cargo.lock); \
         the surface in local/tests/api/across/routes.rs, if the path begins like no other; \
         then the handler, its tests, its description and its budget"
    );
    Ok(())
}

fn tidy() -> Result<(), Failure> {
    let (_, tree) = repository()?;
    let faults = tidy::faults(&tree);
    for fault in &faults {
        println!("{fault}");
    }
    match faults.len() {
        0 => {
            println!("tidy: {} functions, every name lines up", tree.functions().len());
            Ok(())
        }
        count => Err(Failure::Fault(format!("tidy: {count} to put right"))),
    }
}

fn api_page() -> Result<(), Failure> {
    let (root, tree) = repository()?;
    let page = api_page::of_tree(&tree).map_err(|fault| fault.to_string())?;
    let path = api_page::PATH;
    fs::write(root.join(path), page).map_err(|error| format!("{path}: {error}"))?;
    println!("made     {path}");
    Ok(())
}

fn sizes(arguments: &[&str]) -> Result<(), Failure> {
    let options = sizes::Options::parse(arguments).map_err(Failure::Usage)?;
    let (root, tree) = repository()?;
    let weighed = sizes::weigh(&root, &tree, &options)?;
    println!("{}", sizes::heading());
    for function in &weighed {
        println!("{function}");
    }
    match weighed.iter().filter(|function| !function.is_fine()).count() {
        0 => Ok(()),
        count => Err(Failure::Fault(format!(
            "sizes: {count} of {} are over budget, not fit to ship or not built",
            weighed.len()
        ))),
    }
}

fn jwks(file: &str) -> Result<(), Failure> {
    let text = match file {
        "-" => io::read_to_string(io::stdin()),
        path => fs::read_to_string(path),
    };
    let text = text.map_err(|error| format!("{file}: {error}"))?;
    let stripped = jwks::strip(&text).map_err(|error| format!("{file}: {error}"))?;
    for warning in &stripped.warnings {
        eprintln!("{warning}");
    }
    println!("{}", stripped.json);
    Ok(())
}

/// The variables in which cargo says what it runs, as far as the tree's build scripts look at them.
const OF_THIS_PACKAGE: [&str; 7] = [
    "CARGO_MANIFEST_DIR",
    "CARGO_MANIFEST_LINKS",
    "CARGO_PKG_NAME",
    "CARGO_PKG_VERSION_MAJOR",
    "CARGO_PKG_VERSION_MINOR",
    "CARGO_PKG_VERSION_PATCH",
    "CARGO_PKG_VERSION_PRE",
];

/// Builds the benchmark as what ships is built, but for the linking, and runs it: without the
/// optimizer it measures something else.
fn bench(arguments: &[&str]) -> Result<(), Failure> {
    let (root, _) = repository()?;
    let mut cargo = Command::new("cargo");
    cargo.args(["run", "--profile", "fast-link", "--package", "bench", "--"]).args(arguments);
    // What cargo told this process about itself; crates that look at it would be built anew.
    for variable in OF_THIS_PACKAGE {
        cargo.env_remove(variable);
    }
    let status = cargo.current_dir(root).status();
    let status = status.map_err(|error| format!("cargo: {error}"))?;
    // Why not, it has said itself.
    if status.success() { Ok(()) } else { Err(Failure::Fault(format!("bench: {status}"))) }
}

/// The root of the repository, from wherever in it the command was started, and its files.
fn repository() -> Result<(PathBuf, Tree), String> {
    let here = env::current_dir().map_err(|error| format!("the current folder: {error}"))?;
    let root = here.ancestors().find(|folder| folder.join("xtask/Cargo.toml").is_file());
    let root = root.map(Path::to_owned).ok_or("no folder above this one holds xtask/Cargo.toml")?;
    let tree = Tree::read(&root).map_err(|error| format!("{}: {error}", root.display()))?;
    Ok((root, tree))
}

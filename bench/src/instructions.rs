//! `cargo xtask bench instructions`: how many instructions the paths take that most people's requests
//! and events go along, held against what they were found to take before.
//!
//! Programs are linked as the profile `fast-link` does, so the figures are somewhat higher than those of
//! what ships: they are here to be compared with themselves.

mod band;
mod paths;

use std::path::PathBuf;

use local::problem::Problem;

use crate::functions::stage::Stage;
use crate::functions::subject::{self, Build};
use band::Figures;
use paths::PATHS;

/// What is done with what was counted. It is printed in any case.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Where the programs are, as `cargo lambda build` or `sam build` leaves them. They are built, in
    /// the profile that links fast, unless given
    #[arg(long, value_name = "DIR")]
    functions: Option<PathBuf>,
    /// The file that has the figures they are held against: more than 3 % above or below is an error
    #[arg(long, value_name = "FILE", conflicts_with = "write")]
    check: Option<PathBuf>,
    /// The file that the figures are written into
    #[arg(long, value_name = "FILE")]
    write: Option<PathBuf>,
}

/// Counts, and prints what came of it.
pub(crate) async fn run(options: &Options) -> Result<(), Problem> {
    let Options { functions, check, write } = options;
    let mut names: Vec<String> = PATHS.iter().map(|path| path.function.to_owned()).collect();
    names.dedup();
    let programs = subject::programs(functions.as_deref(), &names, Build::FastLink)?;
    let programs: Vec<_> = names.into_iter().zip(programs).collect();
    let stage = Stage::set(paths::TOKENS).await?;
    let mut counted = Figures::default();
    for path in &PATHS {
        let file = programs.iter().find(|(name, _)| name == path.function);
        let file = file.ok_or_else(|| Problem(format!("nobody built {}", path.function)))?;
        let count = path.count(&stage, file.1.clone()).await?;
        println!("{:>9}  {}", count, path.name);
        counted.0.insert(path.name.to_owned(), count);
    }
    match (check, write) {
        (Some(file), _) => Figures::read(file)?.hold(&counted),
        (None, Some(file)) => counted.write(file),
        (None, None) => Ok(()),
    }
}

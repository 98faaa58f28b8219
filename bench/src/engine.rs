//! The engine with the data, in a process of its own.

use std::io::{self, BufRead as _, BufReader};
use std::net::Ipv4Addr;
use std::process::{Child, Command, Stdio};

use local::engine::{self, Storage};
use local::problem::Problem;

/// A running engine, which keeps its data in memory. It ends with this value, and also if this
/// process is killed.
pub(crate) struct Engine {
    process: Child,
    endpoint: String,
}

impl Engine {
    /// Starts an engine that holds nothing.
    pub(crate) fn start() -> Result<Self, Problem> {
        let failed = |error| Problem::new("the engine cannot be started", error);
        let mut command = this_program()?;
        command.arg("engine").stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut process = command.spawn().map_err(failed)?;
        let mut endpoint = String::new();
        if let Some(said) = process.stdout.take() {
            BufReader::new(said).read_line(&mut endpoint).map_err(failed)?;
        }
        let endpoint = endpoint.trim().to_owned();
        let engine = Self { process, endpoint };
        if engine.endpoint.is_empty() {
            return Err(Problem("the engine did not say where it is".to_owned()));
        }
        Ok(engine)
    }

    /// Where it is.
    pub(crate) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // If it cannot be killed it is gone already.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// Another process of this very program.
pub(crate) fn this_program() -> Result<Command, Problem> {
    let program = std::env::current_exe();
    let program = program.map_err(|error| Problem::new("this program cannot be found", error))?;
    Ok(Command::new(program))
}

/// Serves an engine, and says where, until whoever started it is gone.
pub(crate) async fn serve() -> Result<(), Problem> {
    let address = engine::start(&Storage::Memory, (Ipv4Addr::LOCALHOST, 0).into()).await?;
    println!("http://{address}");
    let starter = tokio::task::spawn_blocking(|| io::copy(&mut io::stdin(), &mut io::sink()));
    // However it ends, nobody is there any more.
    starter.await.map(drop).ok();
    Ok(())
}

//! A function's process, as Lambda starts it.

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::rc::Rc;
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use local::problem::Problem;

use super::answer::Answer;
use super::callgrind::Callgrind;
use super::probe::Probe;
use super::runtime_api::RuntimeApi;
use super::script::Script;
use super::stage::Stage;

/// How often it is looked whether a process that says nothing is still there.
const GLANCE: Duration = Duration::from_millis(200);

/// What is run: a program, and what it gets.
#[derive(Clone)]
pub(crate) struct Program {
    /// The file.
    pub(crate) file: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<String>,
    /// Its environment, beside what Lambda sets.
    pub(crate) environment: Vec<(String, String)>,
    /// What the store says to it.
    pub(crate) script: Rc<Script>,
    /// How many connections it opens to AWS.
    pub(crate) connections: Connections,
    /// Whether it makes its machine code while it runs: an emulator has to watch for that.
    pub(crate) compiles_itself: bool,
}

/// How many connections a program opens to AWS.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Connections {
    /// Until it waits for its first request.
    pub(crate) init: usize,
    /// Until its first answer.
    pub(crate) cold: usize,
}

/// A running function. It ends with this value.
pub(crate) struct Sandbox<'a> {
    stage: &'a Stage,
    api: RuntimeApi,
    process: Child,
    program: Program,
    /// How many connections there were before it.
    connections: usize,
    /// When it was started.
    pub(crate) began: Instant,
}

impl<'a> Sandbox<'a> {
    /// Starts it, on its own or under the emulator that counts its instructions.
    pub(crate) async fn start(
        stage: &'a Stage,
        program: &Program,
        emulator: Option<&Callgrind>,
    ) -> Result<Self, Problem> {
        let api = RuntimeApi::start().await?;
        let mut command = match emulator {
            None => Command::new(&program.file),
            Some(callgrind) => callgrind.command(program),
        };
        command.args(&program.arguments).env_clear();
        command.env("AWS_LAMBDA_RUNTIME_API", api.address());
        command.envs(stage.environment.iter().map(|(name, value)| (name, value)));
        command.envs(program.environment.iter().map(|(name, value)| (name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        stage.stand_in.play(&program.script);
        let began = Instant::now();
        let process = command.spawn().map_err(|error| {
            Problem::new(format!("{} cannot be started", program.file.display()), error)
        })?;
        let (program, connections) = (program.clone(), stage.stand_in.connections());
        Ok(Self { stage, api, process, program, connections, began })
    }

    /// Waits until it waits for an invocation.
    pub(crate) async fn ready(&mut self) -> Result<(), Problem> {
        let Self { api, process, program, .. } = self;
        unless_gone(api.ready(), process, program).await
    }

    /// Waits until it waits for an invocation and does nothing else.
    pub(crate) async fn rest(&mut self) -> Result<(), Problem> {
        self.ready().await?;
        self.probe().wait_for_rest()
    }

    /// Invokes it, which it has to do well.
    pub(crate) async fn invoke(&mut self, event: Bytes) -> Result<Answer, Problem> {
        let answer = self.ask(event).await?;
        let place = |problem| Problem::new(self.program.file.display(), problem);
        self.stage.stand_in.check().map_err(place)?;
        answer.check().map_err(place)?;
        Ok(answer)
    }

    /// Invokes it, and takes whatever it answers.
    pub(crate) async fn ask(&mut self, event: Bytes) -> Result<Answer, Problem> {
        self.stage.stand_in.play(&self.program.script);
        let Self { api, process, program, .. } = self;
        unless_gone(api.invoke(event), process, program).await
    }

    /// How many connections it opened to AWS.
    pub(crate) fn connections(&self) -> usize {
        self.stage.stand_in.connections().saturating_sub(self.connections)
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Looks at it.
    pub(crate) fn probe(&self) -> Probe {
        Probe::at(self.id())
    }

    /// Asks it to end, and waits for that: an emulator has something to write.
    pub(crate) fn end(mut self) -> Result<(), Problem> {
        let failed = |error: &dyn std::fmt::Display| Problem::new("a function does not end", error);
        let id = self.id().to_string();
        let asked = Command::new("kill").args(["-TERM", &id]).status();
        asked.map_err(|error| failed(&error))?;
        self.process.wait().map_err(|error| failed(&error))?;
        Ok(())
    }
}

impl Drop for Sandbox<'_> {
    fn drop(&mut self) {
        // If it cannot be killed it is gone already.
        self.process.kill().ok();
        self.process.wait().ok();
    }
}

/// What comes of it, unless the process ends before.
async fn unless_gone<T>(
    outcome: impl Future<Output = Result<T, Problem>>,
    process: &mut Child,
    program: &Program,
) -> Result<T, Problem> {
    tokio::pin!(outcome);
    loop {
        tokio::select! {
            biased;
            outcome = &mut outcome => return outcome,
            () = tokio::time::sleep(GLANCE) => {}
        }
        if let Ok(Some(status)) = process.try_wait() {
            return Err(Problem::new(program.file.display(), status));
        }
    }
}

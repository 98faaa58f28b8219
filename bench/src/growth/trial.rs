//! One function, one event, one engine: what that takes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;

use local::problem::Problem;
use serde_json::Value;

use super::curve::Took;
use crate::functions::callgrind;
use crate::functions::events::Event;
use crate::functions::metering::Metered;
use crate::functions::recorded;
use crate::functions::sandbox::{Connections, Program, Sandbox};
use crate::functions::stage::Stage;
use crate::functions::subject::{self, Build};

/// How often something is invoked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rounds {
    /// Of how many warm requests instructions are the mean.
    warm: usize,
    /// After how many requests memory is looked at.
    requests: usize,
}

/// A request.
pub(super) const MANY: Rounds = Rounds { warm: 10, requests: 200 };

/// A message that takes as much as a hundred requests.
pub(super) const FEW: Rounds = Rounds { warm: 4, requests: 20 };

/// The stage, and the functions' programs.
pub(super) struct Bench {
    /// What plays Lambda and AWS.
    pub(super) stage: Stage,
    programs: BTreeMap<String, PathBuf>,
    counts: bool,
}

impl Bench {
    /// Sets the stage for these functions, which are built unless there is a folder of them; and whether
    /// their instructions are counted.
    pub(super) async fn set(
        names: &[&str],
        folder: Option<&Path>,
        counts: bool,
    ) -> Result<Self, Problem> {
        let stage = Stage::set(MANY.requests.max(MANY.warm.saturating_add(1))).await?;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let files = subject::programs(folder, &names, Build::FastLink)?;
        Ok(Self { stage, programs: names.into_iter().zip(files).collect(), counts })
    }

    /// A function of the template, with more in its environment.
    pub(super) fn program(
        &self,
        name: &str,
        more: &[(String, String)],
    ) -> Result<Program, Problem> {
        let missing = || Problem(format!("there is no program of {name}"));
        let mut functions = self.stage.template.functions.iter();
        let function = functions.find(|function| function.name == name).ok_or_else(missing)?;
        let mut environment = self.stage.environment_of(function);
        environment.extend(more.iter().cloned());
        Ok(Program {
            file: self.programs.get(name).ok_or_else(missing)?.clone(),
            arguments: Vec::new(),
            environment,
            script: Rc::default(),
            connections: Connections::default(),
            compiles_itself: false,
        })
    }

    /// Invokes it once with that engine in front of it, for what the engine is asked; and, with what the
    /// engine said, again and again, for instructions and memory.
    pub(super) async fn measure(
        &self,
        engine: &str,
        program: &Program,
        event: &Event,
        rounds: Rounds,
    ) -> Result<(Took, Metered), Problem> {
        let stage = &self.stage;
        let program = Program { script: Rc::default(), ..program.clone() };
        let metered = {
            stage.stand_in.learn(engine);
            let mut sandbox = Sandbox::start(stage, &program, None).await?;
            let ready = sandbox.rest().await;
            stage.stand_in.metered();
            let answer = sandbox.invoke(event.with(stage.tokens.get(0))).await;
            stage.stand_in.repeat();
            ready?;
            answer?;
            sandbox.rest().await?;
            stage.stand_in.metered()
        };
        let instructions = match self.counts {
            true => Some(self.count(&program, event, rounds.warm).await?),
            false => None,
        };
        let memory = self.memory(&program, event, rounds.requests).await?;
        let took = Took {
            calls: f64::from(metered.calls),
            read: metered.read,
            written: metered.written,
            instructions,
            memory,
        };
        Ok((took, metered))
    }

    /// The instructions of a further request, the mean of so many.
    async fn count(&self, program: &Program, event: &Event, more: usize) -> Result<f64, Problem> {
        let tokens: Vec<usize> = (0..=more).collect();
        callgrind::further(&self.stage, program, event, &tokens).await.map(number)
    }

    /// The most memory that it has after so many requests, in MiB.
    async fn memory(
        &self,
        program: &Program,
        event: &Event,
        requests: usize,
    ) -> Result<f64, Problem> {
        let mut sandbox = Sandbox::start(&self.stage, program, None).await?;
        for number in 0..requests {
            sandbox.invoke(event.with(self.stage.tokens.get(number))).await?;
        }
        sandbox.rest().await?;
        Ok(mebibytes(sandbox.probe().peak_memory()?))
    }
}

/// KiB in MiB.
#[expect(clippy::cast_precision_loss, reason = "no process here has 2^53 KiB")]
pub(super) fn mebibytes(kibibytes: u64) -> f64 {
    kibibytes as f64 / 1024.0
}

#[expect(clippy::cast_precision_loss, reason = "counts are below 2^53")]
fn number(instructions: u64) -> f64 {
    instructions as f64
}

/// The recorded event of a function, with these values at these places.
pub(super) fn event(
    function: &str,
    changes: impl IntoIterator<Item = (&'static str, Value)>,
) -> Result<Event, Problem> {
    let mut event = recorded::event(function)?;
    for (name, value) in changes {
        if let Value::Object(fields) = &mut event {
            fields.insert(name.to_owned(), value);
        }
    }
    Ok(Event::new(event))
}

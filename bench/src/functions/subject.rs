//! Who is measured: a function, or a peer that does the same.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;

use local::problem::Problem;
use local::template::{Function, Route, Template, Trigger};
use serde_json::Value;

use super::events::Event;
use super::recorded;
use super::sandbox::{Connections, Program, Sandbox};
use super::script::Script;
use super::stage::Stage;

/// Something to measure.
pub(crate) struct Subject {
    /// What it is called in a table.
    pub(crate) name: String,
    /// What is run.
    pub(crate) program: Program,
    /// What it is invoked with.
    pub(crate) event: Event,
}

/// The functions behind a route of the template, each with the route that its recorded event asks
/// for; all of them, or those of these names.
pub(crate) fn functions<'a>(
    template: &'a Template,
    only: &[String],
) -> Result<Vec<(&'a Function, Route)>, Problem> {
    let is_wanted = |name: &String| only.is_empty() || only.contains(name);
    let mut found = Vec::new();
    for function in template.functions.iter().filter(|function| is_wanted(&function.name)) {
        let asked = recorded::event(&function.name)?;
        let asked = asked.get("routeKey").and_then(Value::as_str).unwrap_or_default();
        let route = function.triggers.iter().find_map(|trigger| match trigger {
            Trigger::Route(route) if format!("{} {}", route.method, route.path) == asked => {
                Some(route.clone())
            }
            Trigger::Route(_) | Trigger::Queue { .. } | Trigger::Bus | Trigger::Schedule(_) => None,
        });
        found.extend(route.map(|route| (function, route)));
    }
    let missing = only.iter().find(|name| !found.iter().any(|(of, _)| of.name == **name));
    match missing {
        Some(name) => Err(Problem(format!("{name} is no function behind a route"))),
        None => Ok(found),
    }
}

impl Subject {
    /// A function of the template, as it is deployed, in that file.
    pub(crate) async fn function(
        stage: &Stage,
        (function, route): (&Function, &Route),
        file: PathBuf,
    ) -> Result<Self, Problem> {
        let program = Program {
            file,
            arguments: Vec::new(),
            environment: stage.environment_of(function),
            script: Rc::default(),
            connections: Connections::default(),
            compiles_itself: false,
        };
        let event = stage.world.event(route)?;
        Self::new(stage, function.name.clone(), program, event).await
    }

    /// A program that is invoked with that event. It is invoked once with the store in front of it,
    /// for what it is told from then on.
    pub(crate) async fn new(
        stage: &Stage,
        name: String,
        program: Program,
        event: Event,
    ) -> Result<Self, Problem> {
        let mut program = Program { script: Rc::new(Script::default()), ..program };
        let store = stage.world.open(&stage.template).await?;
        stage.stand_in.learn(store.endpoint());
        let mut sandbox = Sandbox::start(stage, &program, None).await?;
        let token = stage.tokens.get(0);
        let ready = sandbox.rest().await;
        let init = sandbox.connections();
        let answer = sandbox.invoke(event.with(token)).await;
        stage.stand_in.repeat();
        ready?;
        answer?;
        let connections = Connections { init, cold: sandbox.connections() };
        drop(sandbox);
        program.connections = connections;
        Ok(Self { name, program, event })
    }
}

/// The functions' programs: those of a folder, or else built now with that profile.
pub(crate) fn programs(
    folder: Option<&Path>,
    names: &[String],
    profile: &str,
) -> Result<Vec<PathBuf>, Problem> {
    match folder {
        Some(folder) => names.iter().map(|name| in_folder(folder, name)).collect(),
        None => built(names, profile),
    }
}

/// As `cargo lambda build` leaves it, by the function's name, or `sam build`, by its resource's.
fn in_folder(folder: &Path, name: &str) -> Result<PathBuf, Problem> {
    let resource: String = name.split('-').map(capitalized).collect();
    let places = [name.to_owned(), format!("{resource}Function")];
    let files = places.map(|place| folder.join(place).join("bootstrap"));
    let found = files.into_iter().find(|file| file.is_file());
    found.ok_or_else(|| Problem(format!("{} holds no bootstrap of {name}", folder.display())))
}

fn capitalized(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or((word, ""));
    first.to_uppercase() + rest
}

fn built(names: &[String], profile: &str) -> Result<Vec<PathBuf>, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new("cargo builds no function", error);
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--profile", profile, "--locked"]);
    cargo.arg("--message-format=json-render-diagnostics");
    for name in names {
        cargo.args(["--package", name]);
    }
    let output = cargo.current_dir(recorded::root()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|error| failed(&error))?;
    if !output.status.success() {
        return Err(failed(&output.status));
    }
    let lines = String::from_utf8_lossy(&output.stdout);
    let artifacts = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let artifacts: Vec<Value> = artifacts.collect();
    let executable = |name: &String| {
        let of_it = artifacts.iter().filter(|artifact| {
            artifact.pointer("/target/name").and_then(Value::as_str) == Some(name)
        });
        let mut files = of_it.filter_map(|artifact| artifact.get("executable")?.as_str());
        files.next().map(PathBuf::from).ok_or_else(|| failed(name))
    };
    names.iter().map(executable).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_is_named_after_its_function() {
        let words = "put-notification-prefs".split('-').map(capitalized);
        assert_eq!(words.collect::<String>(), "PutNotificationPrefs");
    }

    #[test]
    fn functions_are_those_behind_a_route_and_others_are_refused_by_name() {
        let template = Template::load().unwrap();
        let all = functions(&template, &[]).unwrap();
        assert_eq!(all.len(), local::functions::endpoints().len());
        let refused = functions(&template, &["dispatch-events".to_owned()]).err();
        assert!(refused.unwrap().0.contains("dispatch-events"));
    }
}

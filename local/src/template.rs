//! `template.yaml`, as far as a laptop needs it: functions and what triggers them, queues, the table,
//! CORS, the environment.

mod function;
mod queue;
mod schedule;

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::problem::Problem;
use crate::yaml;

pub use function::{Function, Route, Trigger};
pub use queue::QueueRules;
pub use schedule::Schedule;

/// The template that is deployed, as it was when this was built.
const TEMPLATE: &str = include_str!("../../template.yaml");

/// What the template says.
#[derive(Debug)]
pub struct Template {
    /// The functions.
    pub functions: Vec<Function>,
    /// The queues that functions take messages from, by their logical id.
    pub queues: BTreeMap<String, QueueRules>,
    /// The properties of the table.
    pub table: Value,
    /// Who may call from a browser.
    pub cors: Cors,
    /// The environment that all functions have.
    pub environment: BTreeMap<String, Variable>,
}

/// The gateway's answers to other origins.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cors {
    /// Origins, or `*`.
    pub allow_origins: Vec<String>,
    /// Verbs.
    pub allow_methods: Vec<String>,
    /// Request headers.
    pub allow_headers: Vec<String>,
    /// Answer headers that a page may read.
    pub expose_headers: Vec<String>,
    /// How long a preflight is good, in seconds.
    pub max_age: Option<u64>,
}

/// Where a variable's value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Variable {
    /// It stands in the template, or is a parameter's default.
    Value(String),
    /// It is given with the deployment: a parameter without a default, or a resource's name.
    Given(String),
}

impl Template {
    /// The template of this repository.
    ///
    /// # Errors
    ///
    /// [`Problem`], if it lacks what a laptop needs.
    pub fn load() -> Result<Self, Problem> {
        Self::parse(TEMPLATE).map_err(|error| Problem::new("template.yaml cannot be used", error))
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        let template = yaml::parse(text)?;
        let missing = |what: &str| Problem(format!("it has no {what}"));
        let resources = template.get("Resources").and_then(Value::as_object);
        let resources = resources.ok_or_else(|| missing("Resources"))?;
        let of_type = |kind: &'static str| {
            resources.values().filter(move |resource| resource.get("Type") == Some(&kind.into()))
        };
        let table = of_type("AWS::DynamoDB::Table").find_map(|table| table.get("Properties"));
        let globals = template.pointer("/Globals/Function");
        let globals = globals.ok_or_else(|| missing("Globals.Function"))?;
        let timeout = globals.get("Timeout").and_then(Value::as_u64);
        let timeout = timeout.ok_or_else(|| missing("Globals.Function.Timeout"))?;
        let functions = of_type("AWS::Serverless::Function")
            .map(|function| function::read(&template, function, Duration::from_secs(timeout)));
        let cors = of_type("AWS::Serverless::HttpApi")
            .find_map(|api| api.pointer("/Properties/CorsConfiguration"));
        Ok(Self {
            functions: functions.collect::<Result<_, _>>()?,
            queues: queue::read_all(resources)?,
            table: table.ok_or_else(|| missing("table"))?.clone(),
            cors: cors.map(|cors| read_cors(&template, cors)).unwrap_or_default(),
            environment: read_environment(&template, globals),
        })
    }

    /// The routes of the HTTP API.
    #[must_use]
    pub fn routes(&self) -> Vec<Route> {
        let triggers = self.functions.iter().flat_map(|function| &function.triggers);
        let routes = triggers.filter_map(|trigger| match trigger {
            Trigger::Route(route) => Some(route.clone()),
            Trigger::Queue { .. } | Trigger::Bus | Trigger::Schedule(_) | Trigger::Operator => None,
        });
        routes.collect()
    }

    /// A variable that all functions have, or one of them.
    #[must_use]
    pub fn variable(&self, name: &str) -> Option<&Variable> {
        let of_one = self.functions.iter().find_map(|function| function.environment.get(name));
        self.environment.get(name).or(of_one)
    }

    /// Whether that logical id is a queue's, or a queue's of dead letters.
    #[must_use]
    pub fn is_queue(&self, logical_id: &str) -> bool {
        let mut dead_letters = self.queues.values().map(|rules| &rules.dead_letters);
        self.queues.contains_key(logical_id) || dead_letters.any(|name| name == logical_id)
    }

    /// The function that takes messages from the queue of that logical id, and how many at once.
    #[must_use]
    pub fn worker(&self, queue: &str) -> Option<(&Function, usize)> {
        self.functions.iter().find_map(|function| {
            function.triggers.iter().find_map(|trigger| match trigger {
                Trigger::Queue { queue: name, batch } if name == queue => Some((function, *batch)),
                Trigger::Queue { .. }
                | Trigger::Route(_)
                | Trigger::Bus
                | Trigger::Schedule(_)
                | Trigger::Operator => None,
            })
        })
    }
}

/// The variables of a function, or of all of them.
fn read_environment(template: &Value, properties: &Value) -> BTreeMap<String, Variable> {
    let variables = properties.pointer("/Environment/Variables").and_then(Value::as_object);
    let variables = variables.into_iter().flatten();
    variables.map(|(name, value)| (name.clone(), read_variable(template, value))).collect()
}

fn read_variable(template: &Value, value: &Value) -> Variable {
    let Some(name) = value.get("Ref").and_then(Value::as_str) else {
        return Variable::Value(scalar(value));
    };
    match parameter_default(template, name) {
        Some(default) => Variable::Value(scalar(default)),
        None => Variable::Given(name.to_owned()),
    }
}

fn parameter_default<'a>(template: &'a Value, name: &str) -> Option<&'a Value> {
    template.get("Parameters")?.get(name)?.get("Default")
}

fn scalar(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn read_cors(template: &Value, cors: &Value) -> Cors {
    let list = |name: &str| -> Vec<String> {
        let list = cors.get(name).map(|list| match list.get("Ref").and_then(Value::as_str) {
            Some(parameter) => parameter_default(template, parameter).unwrap_or(list),
            None => list,
        });
        match list {
            Some(Value::Array(entries)) => entries.iter().map(scalar).collect(),
            Some(Value::String(text)) => text.split(',').map(str::to_owned).collect(),
            _ => Vec::new(),
        }
    };
    Cors {
        allow_origins: list("AllowOrigins"),
        allow_methods: list("AllowMethods"),
        allow_headers: list("AllowHeaders"),
        expose_headers: list("ExposeHeaders"),
        max_age: cors.get("MaxAge").and_then(Value::as_u64),
    }
}

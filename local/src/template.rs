//! `template.yaml`, as far as a laptop needs it: routes, the table, CORS, the environment.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::Value;

use crate::problem::Problem;
use crate::yaml;

/// The template that is deployed, as it was when this was built.
const TEMPLATE: &str = include_str!("../../template.yaml");

/// What the template says.
#[derive(Debug)]
pub struct Template {
    /// The routes of the HTTP API.
    pub routes: Vec<Route>,
    /// The properties of the table.
    pub table: Value,
    /// Who may call from a browser.
    pub cors: Cors,
    /// How long a function may take.
    pub timeout: Duration,
    /// The functions' environment: a variable's value, or the parameter or resource it refers to.
    pub environment: BTreeMap<String, Variable>,
}

/// One route, and the function behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The verb, in capitals.
    pub method: String,
    /// The path, with `{names}` for what varies.
    pub path: String,
    /// The function's folder, package and binary.
    pub function: String,
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
        let mut routes = Vec::new();
        for function in of_type("AWS::Serverless::Function") {
            routes.extend(read_routes(function)?);
        }
        let table = of_type("AWS::DynamoDB::Table").find_map(|table| table.get("Properties"));
        let globals = template.pointer("/Globals/Function");
        let timeout = globals.and_then(|globals| globals.get("Timeout")?.as_u64());
        let variables =
            globals.and_then(|globals| globals.pointer("/Environment/Variables")?.as_object());
        let environment = variables
            .ok_or_else(|| missing("Globals.Function.Environment"))?
            .iter()
            .map(|(name, value)| (name.clone(), read_variable(&template, value)));
        let cors = of_type("AWS::Serverless::HttpApi")
            .find_map(|api| api.pointer("/Properties/CorsConfiguration"));
        Ok(Self {
            routes,
            table: table.ok_or_else(|| missing("table"))?.clone(),
            cors: cors.map(|cors| read_cors(&template, cors)).unwrap_or_default(),
            timeout: Duration::from_secs(
                timeout.ok_or_else(|| missing("Globals.Function.Timeout"))?,
            ),
            environment: environment.collect(),
        })
    }
}

fn read_routes(function: &Value) -> Result<Vec<Route>, Problem> {
    let code = function.pointer("/Properties/CodeUri").and_then(Value::as_str);
    let name = code.and_then(|code| code.rsplit('/').next());
    let name = name.ok_or_else(|| Problem("a function has no CodeUri".to_owned()))?;
    let events = function.pointer("/Properties/Events").and_then(Value::as_object);
    let events = events.into_iter().flat_map(|events| events.values());
    let routes = events.filter(|event| event.get("Type") == Some(&"HttpApi".into()));
    let text = |event: &Value, pointer: &str| {
        let text = event.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
        text.ok_or_else(|| Problem(format!("an event of {name} has no {pointer}")))
    };
    routes
        .map(|event| {
            Ok(Route {
                method: text(event, "/Properties/Method")?.to_ascii_uppercase(),
                path: text(event, "/Properties/Path")?,
                function: name.to_owned(),
            })
        })
        .collect()
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

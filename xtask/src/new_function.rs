//! `cargo xtask new-function`: everything that one name needs, in every file that knows names.
//!
//! What it makes is no stub that looks finished: it lets in whom its surface lets in, answers them
//! an empty object, and has a test that says so. From there the function is written.

mod descriptions;
mod insertion;
mod order;
mod skeleton;

pub(crate) use order::Order;

use std::collections::BTreeMap;

use crate::sizes::budget;
use crate::template::{self, Route};
use crate::tree::Tree;
use crate::{api_page, names};
use insertion::insert_sorted;

/// The deployment package of a function that links the store alone, with room; each gets its own
/// figure when it is done.
const ZIP_BYTES: u64 = 3_355_443;

/// Every file to be written, by its path, with its whole text.
///
/// # Errors
/// Why nothing is written: the name or the route is taken, or a file is not as expected.
pub(crate) fn plan(tree: &Tree, order: &Order) -> Result<BTreeMap<String, String>, String> {
    refuse_what_is_taken(tree, order)?;
    let (name, snake) = (order.name.as_str(), names::snake(&order.name));
    let functions = tree.functions();
    let is_workspace_line = |line: &str| line.contains("{ path = \"functions/");
    let is_dependency = |line: &str| {
        line.strip_suffix(".workspace = true").is_some_and(|name| functions.contains(name))
    };
    let is_endpoint = |line: &str| line.trim_end().ends_with("::handle)),");
    let is_module = |line: &str| line.starts_with("mod ") && line.ends_with(';');
    let is_budget = |line: &str| line.trim_start().starts_with('"');
    let is_row = |line: &str| {
        let route = line.strip_prefix("| `").and_then(|rest| rest.split('`').next());
        route.is_some_and(|route| order::is_method(route.split(" /").next().unwrap_or_default()))
    };
    let sorted = |path: &str, line: String, is_sibling: &dyn Fn(&str) -> bool| {
        let text = tree.text(path).ok_or_else(|| format!("{path} is missing"))?;
        let text =
            insert_sorted(text, &line, is_sibling).map_err(|error| format!("{path}: {error}"))?;
        Ok::<_, String>((path.to_owned(), text))
    };

    let workspace_line = format!("{name} = {{ path = \"functions/{name}\" }}");
    let endpoint = format!("        (\"{name}\", endpoint({snake}::handle)),");
    let description = descriptions::with_operation(tree, order)?;
    let page = api_page::of_description(&description).map_err(|fault| fault.to_string())?;
    let mut files = BTreeMap::from([
        sorted("Cargo.toml", workspace_line, &is_workspace_line)?,
        sorted("local/Cargo.toml", format!("{name}.workspace = true"), &is_dependency)?,
        sorted("local/src/functions.rs", endpoint, &is_endpoint)?,
        sorted("local/tests/api/main.rs", format!("mod {snake};"), &is_module)?,
        (template::PATH.to_owned(), descriptions::with_resource(tree, order)?),
        (crate::openapi::PATH.to_owned(), description),
        (api_page::PATH.to_owned(), page),
        (format!("functions/{name}/Cargo.toml"), skeleton::manifest(order)),
        (format!("functions/{name}/src/lib.rs"), skeleton::handler(order)),
        (format!("functions/{name}/src/main.rs"), skeleton::main(order)),
        (format!("events/{name}.json"), skeleton::event(tree, order)?),
        (format!("local/tests/api/{snake}.rs"), skeleton::test(order)),
    ]);
    let figure = format!("  \"{name}\": {{ \"zip_bytes\": {ZIP_BYTES}, \"clients\": [] }},");
    let (path, text) = sorted(budget::PATH, figure, &is_budget)?;
    files.insert(path, with_commas_between(&text));
    if tree.text("README.md").is_some() {
        let (path, text) = sorted("README.md", skeleton::readme_row(order), &is_row)?;
        files.insert(path, text);
    }
    Ok(files)
}

fn refuse_what_is_taken(tree: &Tree, order: &Order) -> Result<(), String> {
    let name = &order.name;
    if tree.functions().contains(name.as_str()) {
        return Err(format!("functions/{name} is there already"));
    }
    let resources = template::functions(tree).map_err(|fault| fault.to_string())?;
    if let Some(resource) =
        resources.iter().find(|resource| resource.logical_id == names::logical_id(name))
    {
        return Err(format!(
            "{}:{}: `{}` is there already",
            template::PATH,
            resource.line,
            resource.logical_id
        ));
    }
    let taken = resources
        .iter()
        .flat_map(|resource| &resource.routes)
        .find(|route| same(route, &order.route));
    match taken {
        Some(route) => {
            Err(format!("{}:{}: the route `{route}` is taken", template::PATH, route.line))
        }
        None => Ok(()),
    }
}

/// To the gateway `/a/{b}` and `/a/{c}` are one path.
fn same(one: &Route, other: &Route) -> bool {
    let shape = |path: &str| -> Vec<String> {
        let segment =
            |segment: &str| if segment.starts_with('{') { "{}" } else { segment }.to_owned();
        path.split('/').map(segment).collect()
    };
    one.method == other.method && shape(&one.path) == shape(&other.path)
}

/// JSON wants a comma after every entry but the last.
fn with_commas_between(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_entry = |line: &&&str| line.trim_start().starts_with('"');
    let entries = lines.iter().filter(is_entry).count();
    let mut seen = 0;
    let mut result = String::with_capacity(text.len());
    for line in &lines {
        let mut line = line.trim_end_matches(',').to_owned();
        if line.trim_start().starts_with('"') {
            seen += 1;
            line.push_str(if seen < entries { "," } else { "" });
        }
        result.push_str(&line);
        result.push('\n');
    }
    result
}

#[cfg(test)]
mod tests;

//! What describes the functions: the template, the API description, the README, the budgets.

use std::collections::BTreeSet;

use crate::api_page;
use crate::openapi::{self, Operation};
use crate::sizes::budget;
use crate::template::{self, Function, Route};
use crate::tree::{Fault, Tree};
use crate::{names, tree};

/// A folder without a resource is never deployed.
pub(super) fn template_has_every_function(tree: &Tree) -> Vec<Fault> {
    let resources = match template::functions(tree) {
        Ok(resources) => resources,
        Err(fault) => return vec![fault],
    };
    let mut faults = Vec::new();
    for name in tree.functions() {
        let (id, uri) = (names::logical_id(name), format!("functions/{name}"));
        let right = format!("`{id}` with `CodeUri: {uri}`");
        match resources.iter().find(|resource| resource.logical_id == id) {
            Some(resource) if resource.code_uri == uri => {}
            Some(resource) => {
                let what = format!("`{id}` has CodeUri `{}`", resource.code_uri);
                faults.push(Fault::new(template::PATH, resource.line, what, right));
            }
            None => {
                let what = format!("no resource for functions/{name}");
                faults.push(Fault::new(template::PATH, 1, what, right));
            }
        }
    }
    faults
}

/// A resource without its folder does not build; two of one folder are two names of one thing.
pub(super) fn template_has_no_other_function(tree: &Tree) -> Vec<Fault> {
    let resources = match template::functions(tree) {
        Ok(resources) => resources,
        Err(fault) => return vec![fault],
    };
    let known: BTreeSet<String> = tree.functions().into_iter().map(names::logical_id).collect();
    let fault = |resource: &Function| {
        let what = format!("`{}` is the name of no function", resource.logical_id);
        Fault::new(
            template::PATH,
            resource.line,
            what,
            "the name of a folder of functions/ and `Function`",
        )
    };
    resources.iter().filter(|r| !known.contains(&r.logical_id)).map(fault).collect()
}

/// A caller finds every route in the description, under the name of its function.
pub(super) fn openapi_has_every_route(tree: &Tree) -> Vec<Fault> {
    let (resources, operations) = match (template::functions(tree), openapi::operations(tree)) {
        (Ok(resources), Ok(operations)) => (resources, operations),
        (Err(fault), _) | (_, Err(fault)) => return vec![fault],
    };
    let mut faults = Vec::new();
    for function in &resources {
        let name = function.name().unwrap_or(&function.logical_id);
        for route in &function.routes {
            let right = format!("`operationId: {name}` at `{route}`");
            match operations.iter().find(|operation| operation.route.is(route)) {
                Some(operation) if is_named(operation, name, function.routes.len()) => {}
                Some(operation) => {
                    let what = format!("the operation of `{route}` is named `{}`", operation.id);
                    faults.push(Fault::new(openapi::PATH, operation.route.line, what, right));
                }
                None => {
                    let what = format!("no operation for `{route}`");
                    faults.push(Fault::new(openapi::PATH, 1, what, right));
                }
            }
        }
    }
    faults
}

/// A function of several routes names each operation after itself: `unsubscribe`,
/// `unsubscribe-page`.
fn is_named(operation: &Operation, name: &str, routes: usize) -> bool {
    let longer = operation.id.strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    operation.id == name || (routes > 1 && longer)
}

/// A route that nobody answers is a promise not kept.
pub(super) fn openapi_has_no_other_route(tree: &Tree) -> Vec<Fault> {
    let (resources, operations) = match (template::functions(tree), openapi::operations(tree)) {
        (Ok(resources), Ok(operations)) => (resources, operations),
        (Err(fault), _) | (_, Err(fault)) => return vec![fault],
    };
    let routes: Vec<&Route> = resources.iter().flat_map(|function| &function.routes).collect();
    let fault = |operation: &Operation| {
        let what = format!("no function answers `{}`", operation.route);
        let right = format!("a route of {}", template::PATH);
        Fault::new(openapi::PATH, operation.route.line, what, right)
    };
    operations.iter().filter(|o| !routes.iter().any(|r| r.is(&o.route))).map(fault).collect()
}

/// A page that says something else than the description is worse than none.
pub(super) fn api_page_is_of_openapi(tree: &Tree) -> Vec<Fault> {
    let page = match api_page::of_tree(tree) {
        Ok(page) => page,
        Err(fault) => return vec![fault],
    };
    let text = tree.text(api_page::PATH).unwrap_or_default();
    if text == page {
        return Vec::new();
    }
    let same = text.lines().zip(page.lines()).take_while(|(is, ought)| is == ought).count();
    let what = format!("it is not the page of {}", openapi::PATH);
    vec![Fault::new(api_page::PATH, same + 1, what, "what `cargo xtask api-page` makes")]
}

/// The README's table is the first thing a reader looks for.
pub(super) fn readme_lists_every_route(tree: &Tree) -> Vec<Fault> {
    let (Some(readme), Ok(resources)) = (tree.text("README.md"), template::functions(tree)) else {
        return Vec::new();
    };
    let row = |route: &Route| {
        let ends =
            |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || "-_/{".contains(c));
        readme.lines().any(|line| {
            let at = line.match_indices(route.path.as_str());
            line.trim_start().starts_with('|')
                && line.contains(&route.method)
                && at
                    .into_iter()
                    .any(|(start, path)| line.get(start + path.len()..).is_some_and(ends))
        })
    };
    let fault = |route: &Route| {
        let right = "one row for each route, with its method and path";
        Fault::new("README.md", tree::line_of(readme, "| "), format!("no row for `{route}`"), right)
    };
    resources.iter().flat_map(|f| &f.routes).filter(|route| !row(route)).map(fault).collect()
}

/// A worker has no route that a reader could find it by.
pub(super) fn readme_lists_every_worker(tree: &Tree) -> Vec<Fault> {
    let (Some(readme), Ok(resources)) = (tree.text("README.md"), template::functions(tree)) else {
        return Vec::new();
    };
    let has_row = |name: &str| {
        let name = format!("`{name}`");
        readme.lines().any(|line| line.trim_start().starts_with('|') && line.contains(&name))
    };
    let workers = resources.iter().filter(|function| function.routes.is_empty());
    let unlisted = workers.filter_map(Function::name).filter(|name| !has_row(name));
    let fault = |name: &str| {
        let right = "one row for each function without a route, with its name";
        Fault::new("README.md", tree::line_of(readme, "| "), format!("no row for `{name}`"), right)
    };
    unlisted.map(fault).collect()
}

/// What a user would notice has a line.
pub(super) fn changelog_exists(tree: &Tree) -> Vec<Fault> {
    match tree.text("CHANGELOG.md") {
        Some(_) => Vec::new(),
        None => vec![Fault::new(
            "CHANGELOG.md",
            1,
            "it is missing",
            "a line for what a user would notice",
        )],
    }
}

/// Every function has its own checked-in figure, and no figure outlives its function.
pub(super) fn budgets_name_every_function(tree: &Tree) -> Vec<Fault> {
    let budgets = match budget::read(tree) {
        Ok(budgets) => budgets,
        Err(fault) => return vec![fault],
    };
    let functions = tree.functions();
    let text = tree.text(budget::PATH).unwrap_or_default();
    let missing = functions.iter().filter(|name| !budgets.contains_key(**name)).map(|name| {
        let what = format!("no budget for functions/{name}");
        Fault::new(
            budget::PATH,
            1,
            what,
            format!("\"{name}\": {{ \"zip_bytes\": …, \"clients\": [] }}"),
        )
    });
    let stray = budgets.keys().filter(|name| !functions.contains(name.as_str())).map(|name| {
        let line = tree::line_of(text, &format!("\"{name}\""));
        Fault::new(
            budget::PATH,
            line,
            format!("no function is named `{name}`"),
            "a folder of functions/",
        )
    });
    missing.chain(stray).collect()
}

#[cfg(test)]
mod tests;

//! `cargo xtask api-page`: `openapi.yaml` as a page for people.
//!
//! It is Markdown, so that a change of the API shows in its diff. What a regular expression says of a
//! text is left to the document; its descriptions say it in words.

mod answers;
mod examples;
mod operations;
mod schemas;

use crate::openapi;
use crate::tree::{Fault, Tree};
use crate::yaml::Node;

/// Where the page is.
pub(crate) const PATH: &str = "docs/api.md";

/// The page of the description in the tree.
///
/// # Errors
/// The description is missing, or is no YAML.
pub(crate) fn of_tree(tree: &Tree) -> Result<String, Fault> {
    let missing = || {
        Fault::new(openapi::PATH, 1, "it is missing", "the OpenAPI 3.1 description of every route")
    };
    of_description(tree.text(openapi::PATH).ok_or_else(missing)?)
}

/// The page of a description.
///
/// # Errors
/// It is no YAML.
pub(crate) fn of_description(text: &str) -> Result<String, Fault> {
    let document = Node::parse(openapi::PATH, text)?;
    let title = document.at(&["info", "title"]).and_then(Node::text).unwrap_or_default();
    let mut page = format!(
        "<!-- `cargo xtask api-page` makes this page of openapi.yaml. A change belongs there. -->\n\n\
         # {title}: the API\n\n"
    );
    push(&mut page, document.at(&["info", "description"]));
    operations::write(&mut page, &document);
    answers::write(&mut page, &document);
    schemas::write(&mut page, &document);
    Ok(format!("{}\n", page.trim_end()))
}

/// Adds a description as it is, as paragraphs of its own.
fn push(page: &mut String, description: Option<&Node>) {
    if let Some(text) = description.and_then(Node::text) {
        page.push_str(text.trim_end());
        page.push_str("\n\n");
    }
}

/// A description in one cell of a table.
fn cell(description: Option<&Node>) -> String {
    let text = description.and_then(Node::text).unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// What a reference names: `#/components/schemas/Row` names `Row`.
fn referred(node: &Node) -> Option<&str> {
    node.get("$ref").and_then(Node::text)?.rsplit('/').next()
}

/// The node itself, or what it refers to among the components of that kind.
fn resolved<'a>(document: &'a Node, kind: &str, node: &'a Node) -> &'a Node {
    let found = referred(node).and_then(|name| document.at(&["components", kind, name]));
    found.unwrap_or(node)
}

#[cfg(test)]
mod tests;

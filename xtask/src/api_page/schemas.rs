//! The shapes of bodies: a table of fields for each.

use super::{cell, push, referred};
use crate::yaml::{Entry, Node};

pub(super) fn write(page: &mut String, document: &Node) {
    page.push_str("## Shapes\n\n");
    let schemas = document.at(&["components", "schemas"]).map(Node::entries).unwrap_or_default();
    for Entry { key, line: _, node } in schemas {
        page.push_str(&format!("### {key}\n\n"));
        push(page, node.get("description"));
        if let Some(base) = referred(node) {
            page.push_str(&format!("All of {}, and:\n\n", link(base)));
        }
        let mut rows = Vec::new();
        fields(node, "", &mut rows);
        let branches = node.get("oneOf").map(Node::items).unwrap_or_default();
        if rows.is_empty() && branches.is_empty() {
            page.push_str(&format!("{}\n\n", kind(node)));
        } else if !rows.is_empty() {
            page.push_str("| Field | Type | |\n|---|---|---|\n");
            page.push_str(&rows.concat());
            page.push('\n');
        }
        // One of these it is, besides what the table says.
        for branch in branches {
            write_branch(page, branch);
        }
        if !branches.is_empty() {
            page.push('\n');
        }
    }
}

fn write_branch(page: &mut String, branch: &Node) {
    let name = branch.get("title").or_else(|| branch.get("description")).and_then(Node::text);
    let properties = branch.get("properties").map(Node::entries).unwrap_or_default();
    let field = |entry: &Entry| format!("`{}` {}", entry.key, kind(&entry.node));
    let fields: Vec<String> = properties.iter().map(field).collect();
    let what = if fields.is_empty() { kind(branch) } else { fields.join("; ") };
    let name = name.map(|name| format!("{}: ", name.trim_end_matches('.'))).unwrap_or_default();
    page.push_str(&format!("- {name}{what}\n"));
}

/// A row for each field of an object, and for those of the objects and lists in it that have no name
/// of their own.
fn fields(schema: &Node, prefix: &str, rows: &mut Vec<String>) {
    let required = schema.get("required").map(Node::items);
    let is_required = |key: &str| match required {
        Some(keys) => keys.iter().any(|own| own.text() == Some(key)),
        // What narrows another shape leaves that to it.
        None => referred(schema).is_some(),
    };
    for Entry { key, line: _, node } in
        schema.get("properties").map(Node::entries).unwrap_or_default()
    {
        let needed = if is_required(key) { "" } else { ", optional" };
        let about = cell(node.get("description"));
        rows.push(format!("| `{prefix}{key}` | {}{needed} | {about} |\n", kind(node)));
        fields(node, &format!("{prefix}{key}."), rows);
        if let Some(items) = node.get("items") {
            fields(items, &format!("{prefix}{key}[]."), rows);
        }
    }
}

/// What a value may be, in a few words.
pub(super) fn kind(schema: &Node) -> String {
    if let Some(name) = referred(schema) {
        return link(name);
    }
    if let Some(value) = schema.get("const") {
        return format!("`{}`", value.json());
    }
    if let Some(values) = schema.get("enum") {
        let values = values.items().iter().map(|value| format!("`{}`", value.json()));
        return values.collect::<Vec<_>>().join(" or ");
    }
    if let Some(branches) = schema.get("oneOf").filter(|_| schema.get("properties").is_none()) {
        return branches.items().iter().map(kind).collect::<Vec<_>>().join(" or ");
    }
    let Some(declared) = schema.get("type") else { return String::new() };
    let names: Vec<&str> = match declared.text() {
        Some(name) => vec![name],
        None => declared.items().iter().filter_map(Node::text).collect(),
    };
    let name = names.join(" or ");
    if let Some(places) = schema.get("prefixItems") {
        let kinds: Vec<String> = places.items().iter().map(kind).collect();
        return format!("array of {}", kinds.join(", "));
    }
    match schema.get("items").filter(|_| names == ["array"]) {
        Some(items) => {
            format!("array of {}{}", kind(items), bounds(schema, "minItems", "maxItems", ""))
        }
        None if names.contains(&"string") => {
            match bounds(schema, "minLength", "maxLength", " characters") {
                bounds if bounds == ", at least 1 characters" => format!("{name}, not empty"),
                bounds => format!("{name}{bounds}"),
            }
        }
        None => format!("{name}{}", bounds(schema, "minimum", "maximum", "")),
    }
}

fn bounds(schema: &Node, least: &str, most: &str, unit: &str) -> String {
    let text = |key| schema.get(key).and_then(Node::text);
    match (text(least), text(most)) {
        (Some(least), Some(most)) if least == most => format!(", {least}{unit}"),
        (Some(least), Some(most)) => format!(", {least} to {most}{unit}"),
        (Some(least), None) => format!(", at least {least}{unit}"),
        (None, Some(most)) => format!(", at most {most}{unit}"),
        (None, None) => String::new(),
    }
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_ascii_lowercase())
}

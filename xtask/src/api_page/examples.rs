//! Examples, as JSON that fits the page.

use crate::yaml::Node;

/// A line of code is no longer than this.
const WIDTH: usize = 120;

/// Adds every example of a body, each under its summary.
pub(super) fn write(page: &mut String, body: &Node) {
    if let Some(example) = body.get("example") {
        page.push_str(&block(example));
    }
    for example in body.get("examples").map(Node::entries).unwrap_or_default() {
        let Some(value) = example.node.get("value") else { continue };
        if let Some(summary) = example.node.get("summary").and_then(Node::text) {
            page.push_str(&format!("{summary}:\n\n"));
        }
        page.push_str(&block(value));
    }
}

fn block(value: &Node) -> String {
    format!("```json\n{}\n```\n\n", lines(value, 0))
}

/// On one line if there is room beside `indent` spaces, else one line for each part.
fn lines(value: &Node, indent: usize) -> String {
    let line = value.json();
    if indent + line.chars().count() <= WIDTH {
        return line;
    }
    let (inner, outer) = (" ".repeat(indent + 2), " ".repeat(indent));
    let fields = value.entries().iter().map(|entry| {
        let key = serde_json::Value::from(entry.key.as_str());
        format!("{inner}{key}: {}", lines(&entry.node, indent + 2))
    });
    let items = value.items().iter().map(|item| format!("{inner}{}", lines(item, indent + 2)));
    let (open, close) = if value.items().is_empty() { ('{', '}') } else { ('[', ']') };
    let parts: Vec<String> = fields.chain(items).collect();
    // A long text has no parts.
    if parts.is_empty() { line } else { format!("{open}\n{}\n{outer}{close}", parts.join(",\n")) }
}

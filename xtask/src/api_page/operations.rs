//! The operations, by their tag: who may ask, with what, and what is answered.

use super::schemas::kind;
use super::{cell, examples, push, referred, resolved};
use crate::openapi::METHODS;
use crate::yaml::{Entry, Node};

/// One method of one path.
struct Operation<'a> {
    path: &'a str,
    method: &'a Entry,
}

impl Operation<'_> {
    fn get(&self, key: &str) -> Option<&Node> {
        self.method.node.get(key)
    }

    fn id(&self) -> &str {
        self.get("operationId").and_then(Node::text).unwrap_or_default()
    }

    fn route(&self) -> String {
        format!("{} {}", self.method.key.to_ascii_uppercase(), self.path)
    }

    fn has_tag(&self, tag: &str) -> bool {
        let tags = self.get("tags").map(Node::items).unwrap_or_default();
        tags.iter().any(|own| own.text() == Some(tag))
    }
}

pub(super) fn write(page: &mut String, document: &Node) {
    let operations = all(document);
    page.push_str("| Operation | Route | |\n|---|---|---|\n");
    for operation in &operations {
        let (id, route, summary) =
            (operation.id(), operation.route(), cell(operation.get("summary")));
        page.push_str(&format!("| [{id}](#{id}) | `{route}` | {summary} |\n"));
    }
    page.push('\n');
    for tag in document.get("tags").map(Node::items).unwrap_or_default() {
        let name = tag.get("name").and_then(Node::text).unwrap_or_default();
        page.push_str(&format!("## {name}\n\n"));
        push(page, tag.get("description"));
        for operation in operations.iter().filter(|operation| operation.has_tag(name)) {
            write_one(page, document, operation);
        }
    }
}

fn all(document: &Node) -> Vec<Operation<'_>> {
    let paths = document.get("paths").map(Node::entries).unwrap_or_default();
    let operations = paths.iter().flat_map(|path| {
        let methods = path.node.entries().iter();
        let methods = methods.filter(|entry| METHODS.contains(&entry.key.as_str()));
        methods.map(|method| Operation { path: &path.key, method })
    });
    operations.collect()
}

fn write_one(page: &mut String, document: &Node, operation: &Operation<'_>) {
    page.push_str(&format!("### {}\n\n`{}`\n\n", operation.id(), operation.route()));
    push(page, operation.get("summary"));
    push(page, operation.get("description"));
    let security = operation.get("security").or_else(|| document.get("security"));
    page.push_str(&format!("Credential: {}.\n\n", credential(security)));
    write_parameters(page, document, operation);
    if let Some(body) = operation.get("requestBody") {
        write_body(page, body);
    }
    write_answers(page, operation);
}

/// Which credentials an operation takes, in words.
fn credential(security: Option<&Node>) -> String {
    let schemes = security.map(Node::items).unwrap_or_default().iter().flat_map(Node::entries);
    let names: Vec<String> = schemes.map(|scheme| format!("`{}`", scheme.key)).collect();
    if names.is_empty() { "none".to_owned() } else { names.join(" or ") }
}

fn write_parameters(page: &mut String, document: &Node, operation: &Operation<'_>) {
    let parameters = operation.get("parameters").map(Node::items).unwrap_or_default();
    if parameters.is_empty() {
        return;
    }
    page.push_str("| Parameter | In | Type | |\n|---|---|---|---|\n");
    for parameter in parameters {
        let parameter = resolved(document, "parameters", parameter);
        let text = |key| parameter.get(key).and_then(Node::text).unwrap_or_default();
        let needed = if text("required") == "true" { ", required" } else { "" };
        let kind = parameter.get("schema").map(kind).unwrap_or_default();
        let about = cell(parameter.get("description"));
        page.push_str(&format!(
            "| `{}` | {} | {kind}{needed} | {about} |\n",
            text("name"),
            text("in")
        ));
    }
    page.push('\n');
}

fn write_body(page: &mut String, body: &Node) {
    let is_required = body.get("required").and_then(Node::text) == Some("true");
    let needed = if is_required { "" } else { ", may be left out" };
    for content in body.get("content").map(Node::entries).unwrap_or_default() {
        let kind = content.node.get("schema").map(kind).unwrap_or_default();
        let kind = if kind.is_empty() { String::new() } else { format!(": {kind}") };
        page.push_str(&format!("**Body** `{}`{needed}{kind}\n\n", content.key));
        push(page, body.get("description"));
        examples::write(page, &content.node);
    }
}

fn write_answers(page: &mut String, operation: &Operation<'_>) {
    let responses = operation.get("responses").map(Node::entries).unwrap_or_default();
    page.push_str("| Status | Body | Headers | |\n|---|---|---|---|\n");
    for response in responses.iter().filter(|response| referred(&response.node).is_none()) {
        let contents = response.node.get("content").map(Node::entries).unwrap_or_default();
        let kinds = contents.iter().filter_map(|content| content.node.get("schema").map(kind));
        let body = kinds.collect::<Vec<_>>().join(" or ");
        let headers = header_names(&response.node).join(", ");
        let about = cell(response.node.get("description"));
        page.push_str(&format!("| {} | {body} | {headers} | {about} |\n", response.key));
    }
    let shared = responses.iter().filter_map(|response| {
        let name = referred(&response.node)?;
        Some(format!("{} [{name}](#answer-{})", response.key, name.to_ascii_lowercase()))
    });
    page.push_str(&format!("\nAnd: {}.\n\n", shared.collect::<Vec<_>>().join(", ")));
    for response in responses {
        for content in response.node.get("content").map(Node::entries).unwrap_or_default() {
            page.push_str(&format!("**{}**\n\n", response.key));
            examples::write(page, &content.node);
        }
    }
}

/// The names of an answer's headers, as code.
pub(super) fn header_names(response: &Node) -> Vec<String> {
    let headers = response.get("headers").map(Node::entries).unwrap_or_default();
    headers.iter().map(|header| format!("`{}`", header.key)).collect()
}

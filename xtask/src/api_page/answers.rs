//! What several operations answer, and the headers of all answers.

use super::operations::header_names;
use super::schemas::kind;
use super::{cell, examples, push, referred};
use crate::yaml::Node;

pub(super) fn write(page: &mut String, document: &Node) {
    let components =
        |kind| document.at(&["components", kind]).map(Node::entries).unwrap_or_default();
    page.push_str("## Credentials\n\n| Credential | |\n|---|---|\n");
    for scheme in components("securitySchemes") {
        let about = cell(scheme.node.get("description"));
        page.push_str(&format!("| `{}` | {about} |\n", scheme.key));
    }
    page.push_str("\n## Headers\n\n| Header | Type | |\n|---|---|---|\n");
    for header in components("headers") {
        let kind = header.node.get("schema").map(kind).unwrap_or_default();
        let about = cell(header.node.get("description"));
        page.push_str(&format!("| `{}` | {kind} | {about} |\n", header.key));
    }
    page.push_str("\n## Answers that several operations give\n\n");
    for response in components("responses") {
        page.push_str(&format!("### Answer {}\n\n", response.key));
        push(page, response.node.get("description"));
        let headers = header_names(&response.node).join(", ");
        if !headers.is_empty() {
            page.push_str(&format!("Headers: {headers}.\n\n"));
        }
        for content in response.node.get("content").map(Node::entries).unwrap_or_default() {
            let schema = content.node.get("schema");
            let name = schema.and_then(referred).unwrap_or_default();
            page.push_str(&format!(
                "`{}`, [{name}](#{})\n\n",
                content.key,
                name.to_ascii_lowercase()
            ));
            examples::write(page, &content.node);
        }
    }
}

//! The operations of `openapi.yaml`.

use crate::template::Route;
use crate::tree::{Fault, Tree};
use crate::yaml::Node;

/// Where the description of the API is.
pub(crate) const PATH: &str = "openapi.yaml";

/// The keys of a path that are operations.
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// One operation: its route, and the name it has.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Operation {
    /// The method and path, with the line of the method.
    pub(crate) route: Route,
    /// `operationId`; empty if it is left out.
    pub(crate) id: String,
}

/// Every operation of the description in its order.
///
/// # Errors
/// The description is missing, is no YAML, or has no `paths`.
pub(crate) fn operations(tree: &Tree) -> Result<Vec<Operation>, Fault> {
    let missing = |what| Fault::new(PATH, 1, what, "the OpenAPI 3.1 description of every route");
    let text = tree.text(PATH).ok_or_else(|| missing("it is missing"))?;
    let description = Node::parse(PATH, text)?;
    let paths = description.get("paths").ok_or_else(|| missing("it has no `paths`"))?;
    let mut operations = Vec::new();
    for path in paths.entries() {
        for method in path.node.entries().iter().filter(|e| METHODS.contains(&e.key.as_str())) {
            let id = method.node.get("operationId").and_then(Node::text).unwrap_or_default();
            let (verb, path) = (method.key.to_ascii_uppercase(), path.key.clone());
            let route = Route { method: verb, path, line: method.line };
            operations.push(Operation { route, id: id.to_owned() });
        }
    }
    Ok(operations)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_have_their_route_and_id() {
        let text = "paths:
  /a:
    parameters: []
    get:
      operationId: get-a
    put: {}
";
        let operations = operations(&Tree::of(&[(PATH, text)])).unwrap();
        let seen: Vec<_> =
            operations.iter().map(|o| (o.route.to_string(), o.route.line, o.id.as_str())).collect();
        assert_eq!(seen, [("GET /a".into(), 4, "get-a"), ("PUT /a".into(), 6, "")]);
    }
}

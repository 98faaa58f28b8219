//! What `template.yaml` says of the functions: it is the route table.

use std::fmt;

use crate::tree::{Fault, Tree};
use crate::yaml::{Entry, Node};

/// Where the template is.
pub(crate) const PATH: &str = "template.yaml";

/// One `AWS::Serverless::Function`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Function {
    pub(crate) logical_id: String,
    /// The line of the logical id.
    pub(crate) line: usize,
    /// `CodeUri` as it is written.
    pub(crate) code_uri: String,
    /// The routes it answers: none for a worker.
    pub(crate) routes: Vec<Route>,
}

impl Function {
    /// The folder of `functions/` that the resource is built from.
    pub(crate) fn name(&self) -> Option<&str> {
        self.code_uri.strip_prefix("functions/").filter(|name| !name.contains('/'))
    }
}

/// A method and a path, as in the `routeKey` of an event.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Route {
    pub(crate) method: String,
    pub(crate) path: String,
    /// The line of the event that declares it.
    pub(crate) line: usize,
}

impl Route {
    /// Whether both are the same method and path, wherever they are written.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.method == other.method && self.path == other.path
    }
}

impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

/// Every function of the template in its order.
///
/// # Errors
/// The template is missing, is no YAML, or has no `Resources`.
pub(crate) fn functions(tree: &Tree) -> Result<Vec<Function>, Fault> {
    let missing = |what| Fault::new(PATH, 1, what, "the SAM template with one function a route");
    let text = tree.text(PATH).ok_or_else(|| missing("it is missing"))?;
    let template = Node::parse(PATH, text)?;
    let resources = template.get("Resources").ok_or_else(|| missing("it has no `Resources`"))?;
    let function = |entry: &Entry| {
        let text = |keys| entry.node.at(keys).and_then(Node::text);
        (text(&["Type"]) == Some("AWS::Serverless::Function")).then(|| Function {
            logical_id: entry.key.clone(),
            line: entry.line,
            code_uri: text(&["Properties", "CodeUri"]).unwrap_or_default().to_owned(),
            routes: routes(&entry.node),
        })
    };
    Ok(resources.entries().iter().filter_map(function).collect())
}

fn routes(function: &Node) -> Vec<Route> {
    let events = function.at(&["Properties", "Events"]).map(Node::entries).unwrap_or_default();
    let route = |event: &Entry| {
        let text = |keys| event.node.at(keys).and_then(Node::text);
        if text(&["Type"]) != Some("HttpApi") {
            return None;
        }
        let method = text(&["Properties", "Method"])?.to_ascii_uppercase();
        let path = text(&["Properties", "Path"])?.to_owned();
        Some(Route { method, path, line: event.line })
    };
    events.iter().filter_map(route).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_have_their_code_and_routes() {
        let template = "Resources:
  Table:
    Type: AWS::DynamoDB::Table
  GetAFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/get-a
      Events:
        Http:
          Type: HttpApi
          Properties: { Method: get, Path: /a, ApiId: !Ref Api }
        Queue: { Type: SQS }
";
        let functions = functions(&Tree::of(&[(PATH, template)])).unwrap();
        let route = Route { method: "GET".into(), path: "/a".into(), line: 9 };
        let expected = Function {
            logical_id: "GetAFunction".into(),
            line: 4,
            code_uri: "functions/get-a".into(),
            routes: vec![route],
        };
        assert_eq!(functions, [expected]);
        assert_eq!(functions[0].name(), Some("get-a"));
        assert_eq!(functions[0].routes[0].to_string(), "GET /a");
    }

    #[test]
    fn a_missing_template_is_a_fault() {
        assert!(functions(&Tree::default()).is_err());
    }
}

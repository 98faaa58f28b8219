//! The recorded events: one a function, of the same name, for `sam local invoke`. A function behind
//! a route is asked for that route; what invokes a worker is no request.

use serde_json::Value;

use crate::template::{self, Route};
use crate::tree::{Fault, Tree, line_of};

/// The public key that the credentials of the recorded events are signed with: no event.
const KEY_SET: &str = "jwks";

/// The event file is how a person tries a function without deploying it.
pub(super) fn exist_for_every_function(tree: &Tree) -> Vec<Fault> {
    let functions = tree.functions();
    let events = tree.stems("events", ".json");
    let missing = functions.iter().filter(|name| !events.contains(name)).map(|name| {
        let path = format!("events/{name}.json");
        Fault::new(path, 1, "it is missing", format!("the event of functions/{name}"))
    });
    let is_stray = |event: &&&str| **event != KEY_SET && !functions.contains(**event);
    let stray = events.iter().filter(is_stray).map(|event| {
        let path = format!("events/{event}.json");
        Fault::new(
            path,
            1,
            format!("no function is named `{event}`"),
            "the name of a folder of functions/",
        )
    });
    missing.chain(stray).collect()
}

/// An event of another route would try something else than it is named after.
pub(super) fn ask_for_a_route_of_their_function(tree: &Tree) -> Vec<Fault> {
    let functions = match template::functions(tree) {
        Ok(functions) => functions,
        Err(fault) => return vec![fault],
    };
    let fault = |function: &template::Function| {
        let path = format!("events/{}.json", function.name()?);
        let text = tree.text(&path)?;
        let event: Value = match serde_json::from_str(text) {
            Ok(event) => event,
            Err(error) => return Some(Fault::new(path, error.line(), error.to_string(), "JSON")),
        };
        match function.routes.as_slice() {
            [] => a_request(&path, text, &event),
            routes => wrong_route(&path, text, &event, routes),
        }
    };
    functions.iter().filter_map(fault).collect()
}

fn a_request(path: &str, text: &str, event: &Value) -> Option<Fault> {
    event.get("routeKey")?;
    let line = line_of(text, "\"routeKey\"");
    let right = "an event of what invokes the function, such as a queue";
    Some(Fault::new(path, line, "it is a request, and its function has no route", right))
}

fn wrong_route(path: &str, text: &str, event: &Value, routes: &[Route]) -> Option<Fault> {
    let at = |pointer| event.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    let asked = at("/routeKey");
    let names: Vec<String> = routes.iter().map(Route::to_string).collect();
    let Some(route) = routes.iter().find(|route| route.to_string() == asked) else {
        let line = line_of(text, "\"routeKey\"");
        let right = format!("`{}`, as in {}", names.join("` or `"), template::PATH);
        return Some(Fault::new(path, line, format!("its routeKey is `{asked}`"), right));
    };
    let expected = [
        ("/version", "2.0"),
        ("/requestContext/routeKey", asked),
        ("/requestContext/http/method", route.method.as_str()),
    ];
    let (pointer, right) = expected.into_iter().find(|(pointer, right)| at(pointer) != *right)?;
    let key = pointer.rsplit('/').next().unwrap_or_default();
    let line = line_of(text, &format!("\"{key}\""));
    let what = format!("`{pointer}` is `{}`", at(pointer));
    Some(Fault::new(path, line, what, format!("`{right}`, as in its routeKey and payload 2.0")))
}

#[cfg(test)]
mod tests {
    use super::super::assert_rule;
    use super::*;

    const TEMPLATE: &str = "Resources:
  GetA:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/get-a
      Events: { Http: { Type: HttpApi, Properties: { Method: GET, Path: /a } } }
";

    const EVENT: &str = "{\"version\":\"2.0\",\"routeKey\":\"GET /a\",
\"requestContext\":{\"routeKey\":\"GET /a\",\"http\":{\"method\":\"GET\"}}}";

    #[test]
    fn every_function_has_its_event_and_every_event_its_function() {
        let function = ("functions/get-a/Cargo.toml", "");
        let good = Tree::of(&[function, ("events/get-a.json", "{}"), ("events/jwks.json", "{}")]);
        let stray = Tree::of(&[("events/get-b.json", "{}")]);
        let bad = [(Tree::of(&[function]), "events/get-a.json"), (stray, "`get-b`")];
        assert_rule(exist_for_every_function, &good, &bad);
    }

    #[test]
    fn events_ask_for_a_route_of_their_function() {
        let with = |from, to| {
            assert!(EVENT.contains(from));
            let event = EVENT.replace(from, to);
            Tree::of(&[(template::PATH, TEMPLATE), ("events/get-a.json", &event)])
        };
        let bad = [
            (with("GET /a", "GET /b"), "its routeKey is `GET /b`"),
            (
                with("\"method\":\"GET\"", "\"method\":\"PUT\""),
                "get-a.json:2: `/requestContext/http/method`",
            ),
            (with("2.0", "1.0"), "`/version` is `1.0`"),
            (with("}}}", "}}"), "EOF"),
            (Tree::default(), "template.yaml"),
        ];
        assert_rule(ask_for_a_route_of_their_function, &with("", ""), &bad);
    }

    #[test]
    fn what_invokes_a_worker_is_json_and_no_request() {
        let (start, _) = TEMPLATE.split_once("Events").unwrap();
        let worker = format!("{start}Events: {{ Queue: {{ Type: SQS }} }}\n");
        let with =
            |event| Tree::of(&[(template::PATH, worker.as_str()), ("events/get-a.json", event)]);
        let bad = [
            (with(EVENT), "get-a.json:1: it is a request"),
            (with("{\"Records\":[]"), "get-a.json:1: EOF"),
        ];
        assert_rule(ask_for_a_route_of_their_function, &with("{\"Records\":[]}"), &bad);
    }
}

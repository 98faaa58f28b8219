//! `openapi.yaml`, held against every exchange that a test makes: neither can drift alone.

mod query;

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use http::header::CONTENT_TYPE;
use http::{Method, Response, Uri};
use hyper::body::Bytes;
use jiff::Timestamp;
use jsonschema::Validator;
use local::template::Route;
use serde_json::{Value, json};
use shared::json::Json;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    local::yaml::parse(include_str!("../../../../openapi.yaml")).expect("the OpenAPI document")
});

static VALIDATORS: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);

/// The route of a request, if it has one.
pub(crate) fn route<'a>(routes: &'a [Route], method: &Method, uri: &Uri) -> Option<&'a Route> {
    routes.iter().find(|route| leads_to(route, method, uri.path()))
}

/// Fails unless the exchange is one that the document describes. What the gateway answers by
/// itself, to a path or verb that has no route, is not in the document.
pub(crate) fn check(
    routes: &[Route],
    method: &Method,
    uri: &Uri,
    request: &Bytes,
    response: &Response<Bytes>,
) {
    let Some(route) = route(routes, method, uri) else { return };
    let place = format!("{method} {} → {}", route.path, response.status().as_u16());
    let operation = pointer(&["paths", &route.path, &method.as_str().to_ascii_lowercase()]);
    let (status, responses) = (response.status().as_u16().to_string(), "responses".to_owned());
    let described = format!("{operation}/{responses}/{}", escape(&status));
    let Some(described) = resolve(&described) else { panic!("{place} is not described") };

    let headers = DOCUMENT.pointer(&format!("{described}/headers"));
    for name in headers.and_then(Value::as_object).into_iter().flat_map(|headers| headers.keys()) {
        check_header(&place, &format!("{described}/headers/{}", escape(name)), name, response);
    }
    let media_type = response.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap());
    match media_type {
        None => assert!(response.body().is_empty(), "{place}: a body without a media type"),
        Some(media_type) => {
            let media_type = media_type.split(';').next().unwrap_or_default();
            let schema = format!("{described}/content/{}/schema", escape(media_type));
            let body = if media_type == "text/html" {
                json!(std::str::from_utf8(response.body()).expect("text"))
            } else {
                serde_json::from_slice(response.body()).expect("a JSON body")
            };
            validate(&place, &schema, &body);
        }
    }
    let wrong = query::wrong_parameters(&operation, uri.query().unwrap_or_default());
    if response.status().is_success() {
        assert_eq!(wrong, Vec::<String>::new(), "{place}: the document does not allow the query");
    }
    let schema = format!("{operation}/requestBody/content/application~1json/schema");
    // Where any media type will do, or any JSON, nobody looks at the body.
    let takes_anything = pointer_to(&operation, "requestBody/content/*~1*").is_some()
        || DOCUMENT.pointer(&schema) == Some(&json!({}));
    if response.status().is_success() && !request.is_empty() && !takes_anything {
        let body = serde_json::from_slice(request).expect("an accepted body is JSON");
        validate(&format!("{place}, its request"), &schema, &body);
    }
    let body: Value = serde_json::from_slice(request).unwrap_or_default();
    let takes_a_body = pointer_to(&operation, "requestBody").is_some();
    let repeats =
        serde_json::from_slice(request).is_ok_and(|json: Json| !json.repeated_fields().is_empty());
    if takes_a_body && !repeats && has_faults(&body, response) && wrong.is_empty() {
        assert!(!validator(&schema).is_valid(&body), "{place}: the document allows {body}");
    }
}

/// What stands there below an operation, if it does.
fn pointer_to<'a>(operation: &str, place: &str) -> Option<&'a Value> {
    DOCUMENT.pointer(&format!("{operation}/{place}"))
}

/// Whether the answer tells of faults that a schema can see. It sees no repeated field, which
/// categories and push services there are is the deployment's to say, it knows no curve, and neither the time nor the calendar, nor
/// sizes in bytes, nor what is stored, and to it `1.0` is `1`.
fn has_faults(request: &Value, response: &Response<Bytes>) -> bool {
    const UNSEEN: [&str; 11] = [
        "in the future",
        "minutes ahead",
        "before 1970",
        "KiB",
        "data.category",
        "that a Link header gave",
        "one of your notifications",
        "Idempotency-Key",
        "report_watcher_ids",
        "push service that messages may be sent to",
        "point of the curve",
    ];
    let answer: Value = serde_json::from_slice(response.body()).unwrap_or_default();
    let text = answer.to_string();
    let is_unseen = UNSEEN.iter().any(|words| text.contains(words))
        || answer["error"]["code"] == "parameter_invalid" && answer["error"]["param"] == "category"
        || holds(request, is_a_whole_float)
        || holds(request, is_no_instant);
    let in_a_list = answer["errors"].as_array().is_some_and(|faults| !faults.is_empty());
    let in_an_envelope = answer["error"]["param"].is_string();
    !is_unseen && (in_a_list || in_an_envelope || response.status() == 422)
}

/// Whether anything in it is like that.
fn holds(value: &Value, is_it: fn(&Value) -> bool) -> bool {
    match value {
        Value::Array(elements) => elements.iter().any(|element| holds(element, is_it)),
        Value::Object(fields) => fields.values().any(|field| holds(field, is_it)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => is_it(value),
    }
}

/// A number that is written with a fraction that is nothing.
fn is_a_whole_float(value: &Value) -> bool {
    let float = value.as_f64().filter(|_| value.is_f64());
    float.is_some_and(|number| number.fract() == 0.0)
}

/// Digits as in an instant, on a day or at an hour that there is not.
fn is_no_instant(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default();
    let day = text.split(['T', 't']).next().unwrap_or_default();
    let is_digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
    day.len() == "2026-03-13".len()
        && day.as_bytes().iter().all(is_digit)
        && text.parse::<Timestamp>().is_err()
}

#[test]
fn every_example_of_the_document_is_as_its_schema_says() {
    let mut seen = 0;
    visit(&DOCUMENT, "", &mut |pointer, described| {
        let schema = format!("{pointer}/schema");
        let examples = described.get("examples").and_then(Value::as_object).into_iter().flatten();
        let examples = examples.map(|(_, example)| &example["value"]);
        for example in examples.chain(described.get("example")) {
            validate(pointer, &schema, example);
            seen += 1;
        }
    });
    assert!(seen >= 100, "{seen} examples");
}

/// Calls back for everything that has a schema: bodies, headers, and parameters, which stand in lists.
fn visit(node: &Value, pointer: &str, found: &mut impl FnMut(&str, &Value)) {
    if node.get("schema").is_some() {
        found(pointer, node);
    }
    let fields = node.as_object().into_iter().flatten();
    for (name, child) in fields {
        visit(child, &format!("{pointer}/{}", escape(name)), found);
    }
    for (place, child) in node.as_array().into_iter().flatten().enumerate() {
        visit(child, &format!("{pointer}/{place}"), found);
    }
}

fn leads_to(route: &Route, method: &Method, path: &str) -> bool {
    let segments = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (pattern, actual) = (segments(&route.path), segments(path));
    route.method == method.as_str()
        && pattern.len() == actual.len()
        && pattern.iter().zip(&actual).all(|(expected, actual)| {
            expected == actual || (expected.starts_with('{') && !actual.is_empty())
        })
}

fn check_header(place: &str, pointer: &str, name: &str, response: &Response<Bytes>) {
    let pointer = resolve(pointer).expect("a header that is described");
    let value = response.headers().get(name).map(|value| value.to_str().expect("text"));
    match value {
        Some(value) => {
            validate(&format!("{place}, {name}"), &format!("{pointer}/schema"), &json!(value))
        }
        None => {
            let required = DOCUMENT.pointer(&format!("{pointer}/required"));
            assert_ne!(required, Some(&json!(true)), "{place} has no {name}");
        }
    }
}

fn validate(place: &str, schema: &str, instance: &Value) {
    let validator = validator(schema);
    let faults: Vec<String> = validator
        .iter_errors(instance)
        .map(|error| format!("{} at `{}`", error, error.instance_path()))
        .collect();
    assert!(faults.is_empty(), "{place} is not as described: {faults:?} in {instance}");
}

fn validator(pointer: &str) -> Arc<Validator> {
    let mut validators = VALIDATORS.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || {
        assert!(DOCUMENT.pointer(pointer).is_some(), "nothing is described at {pointer}");
        // The reference stands in the document itself, so that its own references resolve.
        let mut schema = DOCUMENT.clone();
        let fragment = pointer.replace('{', "%7B").replace('}', "%7D");
        schema["$ref"] = json!(format!("#{fragment}"));
        Arc::new(jsonschema::draft202012::new(&schema).expect("a schema"))
    };
    validators.entry(pointer.to_owned()).or_insert_with(build).clone()
}

/// Follows a `$ref` that stands where a response or a header might.
fn resolve(pointer: &str) -> Option<String> {
    let found = DOCUMENT.pointer(pointer)?;
    match found.get("$ref").and_then(Value::as_str) {
        Some(reference) => Some(reference.trim_start_matches('#').to_owned()),
        None => Some(pointer.to_owned()),
    }
}

fn pointer(steps: &[&str]) -> String {
    steps.iter().map(|step| format!("/{}", escape(step))).collect()
}

fn escape(step: &str) -> String {
    step.replace('~', "~0").replace('/', "~1")
}

//! The files of a new function.

use super::Order;
use crate::names;
use crate::tree::Tree;

/// What a new function does until it is written: the operation's summary, and the handler's first
/// line.
pub(super) const SUMMARY: &str = "Lets the caller in, and shows them an empty object.";

pub(super) fn manifest(order: &Order) -> String {
    let name = &order.name;
    format!(
        "[package]
name = \"{name}\"
version.workspace = true
edition.workspace = true
rust-version.workspace = true
license.workspace = true
publish.workspace = true

[lib]
test = false
doctest = false

[[bin]]
name = \"{name}\"
path = \"src/main.rs\"
test = false

[lints]
workspace = true

[dependencies]
shared.workspace = true
"
    )
}

pub(super) fn handler(order: &Order) -> String {
    let Order { name: _, route, actions: _, surface } = order;
    let error = surface.error;
    let errors = match (surface.asks_for_org_unit, surface.knows_machines) {
        (true, false) => "400 without an org unit, 401 without a person's token",
        (true, true) => {
            "400 without an org unit, 401 without a good credential, 403 for an API key"
        }
        (false, _) => "401 without a token that names an org unit, 403 for an API key",
    };
    format!(
        "//! `{route}`: lets the caller in, and nothing else yet.

use std::collections::BTreeMap;

use shared::app::App;
use shared::http::surface::{error};
use shared::http::{{Inbound, Json}};

/// {SUMMARY}
///
/// # Errors
///
/// {errors}.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Json<BTreeMap<String, String>>, {error}> {{
    app.person(&request).await?;
    Ok(Json(BTreeMap::new()))
}}
"
    )
}

pub(super) fn main(order: &Order) -> String {
    let (route, snake) = (&order.route, names::snake(&order.name));
    format!(
        "//! `{route}` as a Lambda function.

use std::process::ExitCode;

fn main() -> ExitCode {{
    shared::boot::http({snake}::handle).with_store().run(env!(\"CARGO_PKG_NAME\"))
}}
"
    )
}

/// The event of the route, with the credential of the events that are there.
pub(super) fn event(tree: &Tree, order: &Order) -> Result<String, String> {
    let events = tree.files().filter(|(path, _)| path.starts_with("events/"));
    let credential = events.filter_map(|(_, text)| text.split("\"authorization\": \"").nth(1));
    let credential = credential.filter_map(|rest| rest.split('"').next()).next();
    let credential = credential.ok_or("no event in events/ has a credential to take over")?;
    let (route, method) = (&order.route, &order.route.method);
    let path = example_path(&route.path);
    let parameters: Vec<String> = path_parameters(&route.path)
        .map(|name| format!("\"{name}\": \"{}\"", example(name)))
        .collect();
    let parameters = match parameters.as_slice() {
        [] => String::new(),
        some => format!("  \"pathParameters\": {{ {} }},\n", some.join(", ")),
    };
    Ok(format!(
        "{{
  \"version\": \"2.0\",
  \"routeKey\": \"{route}\",
  \"rawPath\": \"{path}\",
  \"rawQueryString\": \"\",
  \"headers\": {{
    \"accept\": \"application/json\",
    \"authorization\": \"{credential}\",
    \"host\": \"abc123.execute-api.eu-west-1.amazonaws.com\",
    \"x-forwarded-for\": \"203.0.113.7\",
    \"x-forwarded-port\": \"443\",
    \"x-forwarded-proto\": \"https\"
  }},
{parameters}  \"requestContext\": {{
    \"accountId\": \"123456789012\",
    \"apiId\": \"abc123\",
    \"domainName\": \"abc123.execute-api.eu-west-1.amazonaws.com\",
    \"domainPrefix\": \"abc123\",
    \"http\": {{
      \"method\": \"{method}\",
      \"path\": \"{path}\",
      \"protocol\": \"HTTP/1.1\",
      \"sourceIp\": \"203.0.113.7\",
      \"userAgent\": \"curl/8.5.0\"
    }},
    \"requestId\": \"JKJaXmPLvHcESHA=\",
    \"routeKey\": \"{route}\",
    \"stage\": \"$default\",
    \"time\": \"13/Mar/2026:14:00:00 +0000\",
    \"timeEpoch\": 1773410400000
  }},
  \"isBase64Encoded\": false
}}
"
    ))
}

/// The names in braces of a path.
pub(super) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// A path that the route matches.
fn example_path(path: &str) -> String {
    let segment =
        |segment: &str| match segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(name) => example(name),
            None => segment.to_owned(),
        };
    path.split('/').map(segment).collect::<Vec<_>>().join("/")
}

fn example(parameter: &str) -> String {
    format!("some-{}", parameter.replace('_', "-"))
}

pub(super) fn test(order: &Order) -> String {
    let Order { name: _, route, actions: _, surface: _ } = order;
    let path = example_path(&route.path);
    let (imports, call) = match route.method.as_str() {
        "GET" => ("", "get(PATH)".to_owned()),
        "PUT" => ("", "put(PATH, &json!({}))".to_owned()),
        method => (
            "use http::Method;\nuse hyper::body::Bytes;\n",
            format!("send(Method::{method}, PATH, None, Bytes::new())"),
        ),
    };
    format!(
        "//! `{route}`

{imports}use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::Api;

const PATH: &str = \"{path}\";

#[tokio::test]
async fn nobody_without_a_credential_is_let_in() {{
    let api = Api::start().await;
    let answer = api.stranger().{call}.await;
    assert_eq!(answer.status, 401);
}}

#[tokio::test]
async fn a_person_is_shown_an_empty_object() {{
    let api = Api::start().await;
    let answer = api.person(\"acme\", \"7\").{call}.await;
    assert_eq!(answer.seen(), (200, json!({{}})));
}}
"
    )
}

/// The row of the README's table of routes.
pub(super) fn readme_row(order: &Order) -> String {
    let Order { name, route, actions: _, surface: _ } = order;
    format!("| `{route}` | `{name}` | {SUMMARY} Any person signed in to an organizational unit. |")
}

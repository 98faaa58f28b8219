//! The new function in `template.yaml` and `openapi.yaml`.

use super::Order;
use super::insertion::{end_of_block, insert_at};
use super::order::LOOK_UP;
use crate::names;
use crate::tree::Tree;
use crate::{openapi, template};

/// The template with the function's resource at the end of its surface's part.
pub(super) fn with_resource(tree: &Tree, order: &Order) -> Result<String, String> {
    let text = tree.text(template::PATH).ok_or_else(|| format!("{} is missing", template::PATH))?;
    let lines: Vec<&str> = text.lines().collect();
    let resources = lines.iter().position(|line| *line == "Resources:");
    let resources = resources.ok_or_else(|| format!("{} has no `Resources:`", template::PATH))?;
    let end = end_of_block(&lines, resources);
    let heading = format!("  # ---- {}.", order.surface.title);
    let is_heading = |line: &str| line.starts_with("  # ---- ");
    let resource = resource(order);
    let start = lines.iter().position(|line| *line == heading);
    let Some(start) = start.filter(|start| (resources..end).contains(start)) else {
        return Ok(insert_at(&lines, end, &format!("\n{heading}\n{resource}")));
    };
    let next = lines.iter().take(end).skip(start + 1).position(|line| is_heading(line));
    let part = next.map_or(end, |next| start + 1 + next);
    let last = lines.iter().take(part).rposition(|line| !line.trim().is_empty());
    Ok(insert_at(&lines, last.map_or(part, |last| last + 1), &format!("\n{resource}")))
}

fn resource(order: &Order) -> String {
    let Order { name, route, actions, surface: _ } = order;
    let (id, pascal) = (names::logical_id(name), names::pascal(name));
    let statements = statements(actions);
    let (method, path) = (&route.method, &route.path);
    format!(
        "  {id}:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: rust-cargolambda
    Properties:
      CodeUri: functions/{name}
      VersionDescription: !Ref ConfigurationVersion
      LoggingConfig:
        LogGroup: !Ref {pascal}LogGroup
      Policies:
        - Version: \"2012-10-17\"
          Statement:
{statements}      Events:
        Api:
          Type: HttpApi
          Properties:
            ApiId: !Ref Api
            Method: {method}
            Path: {path}

  {pascal}LogGroup:
    Type: AWS::Logs::LogGroup
    Properties:
      LogGroupName: !Sub /aws/lambda/${{AWS::StackName}}/{name}
      RetentionInDays: !Ref LogRetentionDays
"
    )
}

/// What the function may do: look API keys up, and the rest in the partitions of people. Whatever it needs
/// beside these is added by hand.
fn statements(actions: &[String]) -> String {
    let (look_up, rest): (Vec<&str>, Vec<&str>) =
        actions.iter().map(String::as_str).partition(|action| *action == LOOK_UP);
    let mut text = statement(&look_up, &of_api_keys());
    if !rest.is_empty() {
        text.push_str(&statement(&rest, &of_people()));
    }
    text
}

fn statement(actions: &[&str], partition: &str) -> String {
    let actions = match actions {
        [action] => (*action).to_owned(),
        actions => format!("[{}]", actions.join(", ")),
    };
    format!(
        "            - Effect: Allow
              Action: {actions}
              Resource: !GetAtt Table.Arn
              Condition: {{ \"ForAllValues:StringLike\": {{ \"dynamodb:LeadingKeys\": [\"{partition}\"] }} }}
"
    )
}

/// The partitions of API keys, as IAM's `StringLike` has them.
fn of_api_keys() -> String {
    ["KEY", "*"].join("#")
}

/// The partitions of people, likewise; in pieces, since one file alone may spell a key.
fn of_people() -> String {
    ["OU", "*", "USER", "*"].join("#")
}

/// The API description with the function's operation: with its path, or at the end of the paths.
pub(super) fn with_operation(tree: &Tree, order: &Order) -> Result<String, String> {
    let path = openapi::PATH;
    let text = tree.text(path).ok_or_else(|| format!("{path} is missing"))?;
    for response in responses(order) {
        if !text.contains(&format!("\n    {response}:\n")) {
            return Err(format!(
                "{path}: the surface `{}` needs `#/components/responses/{response}`: describe its errors there first",
                order.surface.name
            ));
        }
    }
    let lines: Vec<&str> = text.lines().collect();
    let line = |wanted: &str| lines.iter().position(|line| *line == wanted);
    if let Some(start) = line(&format!("  {}:", order.route.path)) {
        let end = end_of_block(&lines, start);
        return Ok(insert_at(&lines, end, &format!("\n{}", operation(order))));
    }
    let start = line("paths:").ok_or_else(|| format!("{path} has no `paths:`"))?;
    let end = end_of_block(&lines, start);
    Ok(insert_at(&lines, end, &format!("\n  {}:\n{}", order.route.path, operation(order))))
}

/// The responses that every operation of the surface has, beside 200, by their names.
fn responses(order: &Order) -> Vec<String> {
    let surface = order.surface;
    // The gateway has no surface.
    let names = [
        (surface.responses, "NoOrgUnit", surface.asks_for_org_unit),
        (surface.responses, "Unauthorized", true),
        (surface.responses, "Forbidden", surface.knows_machines),
        ("", "TooManyRequests", true),
        (surface.responses, "InternalServerError", true),
        (surface.responses, "ServiceUnavailable", true),
    ];
    let names = names.into_iter().filter(|(_, _, is_answered)| *is_answered);
    names.map(|(surface, name, _)| format!("{surface}{name}")).collect()
}

fn operation(order: &Order) -> String {
    let method = order.route.method.to_ascii_lowercase();
    let mut text = format!(
        "    {method}:
      operationId: {name}
      tags: [{tag}]
      summary: {summary}
{parameters}{body}      responses:
        \"200\":
          description: An empty object.
          headers:
            X-Request-Id: {{ $ref: \"#/components/headers/X-Request-Id\" }}
            Cache-Control: {{ $ref: \"#/components/headers/Cache-Control\" }}
          content:
            application/json:
              schema: {{ type: object, maxProperties: 0 }}
              example: {{}}
",
        name = order.name,
        tag = order.surface.title,
        summary = super::skeleton::SUMMARY,
        parameters = parameters(order),
        body = body(order),
    );
    for response in responses(order) {
        let status = match response.trim_start_matches(order.surface.responses) {
            "NoOrgUnit" => 400,
            "Unauthorized" => 401,
            "Forbidden" => 403,
            "TooManyRequests" => 429,
            "ServiceUnavailable" => 503,
            _ => 500,
        };
        text.push_str(&format!(
            "        \"{status}\": {{ $ref: \"#/components/responses/{response}\" }}\n"
        ));
    }
    text
}

fn parameters(order: &Order) -> String {
    let mut text = String::new();
    for name in super::skeleton::path_parameters(&order.route.path) {
        if text.is_empty() {
            text.push_str("      parameters:\n");
        }
        text.push_str(&format!(
            "        - {{ name: {name}, in: path, required: true, schema: {{ type: string }} }}\n"
        ));
    }
    text
}

/// What a writing method may carry: any object, until the handler reads it.
fn body(order: &Order) -> &'static str {
    match order.route.method.as_str() {
        "GET" | "DELETE" => "",
        _ => {
            "      requestBody:
        content:
          application/json:
            schema: { type: object }
"
        }
    }
}

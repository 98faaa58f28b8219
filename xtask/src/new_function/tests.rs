use super::*;
use crate::{openapi, tidy};

const TEMPLATE: &str = "# The deployment.
Resources:
  Table:
    Type: AWS::DynamoDB::Table

  # ---- Lead alerts.
  GetAFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/get-a
      Events:
        Api: { Type: HttpApi, Properties: { Method: GET, Path: /a } }

  # ---- Channel preferences.
  # Nothing yet.

Outputs: {}
";

const OPENAPI: &str = "paths:
  /a:
    get:
      operationId: get-a

  /z: {}

components:
  responses:
    NoOrgUnit:
    Unauthorized:
    Forbidden:
    TooManyRequests:
    InternalServerError:
    ServiceUnavailable:
      description: d
";

const MANIFEST: &str = "[package]
name = \"get-a\"

[lib]
test = false
doctest = false

[[bin]]
name = \"get-a\"
test = false

[lints]
workspace = true
";

const EVENT: &str = "{ \"version\": \"2.0\", \"routeKey\": \"GET /a\",
  \"headers\": { \"authorization\": \"Bearer a.b.c\" },
  \"requestContext\": { \"routeKey\": \"GET /a\", \"http\": { \"method\": \"GET\" } } }
";

fn repository() -> Tree {
    let page = api_page::of_description(OPENAPI).unwrap();
    Tree::of(&[
        (
            "Cargo.toml",
            "[workspace.dependencies]\nget-a = { path = \"functions/get-a\" }\nserde = \"1\"\n",
        ),
        ("functions/get-a/Cargo.toml", MANIFEST),
        ("functions/get-a/src/main.rs", ""),
        (
            "local/Cargo.toml",
            "[lints]\nworkspace = true\n\n[dependencies]\n# One a function.\nget-a.workspace = true\n",
        ),
        ("local/src/functions.rs", "fn f() {\n        (\"get-a\", endpoint(get_a::handle)),\n}\n"),
        ("local/tests/api/main.rs", "mod across;\nmod get_a;\nmod support;\n\nfn x() {}\n"),
        ("local/tests/api/get_a.rs", ""),
        ("local/tests/api/across.rs", ""),
        ("local/tests/api/support.rs", ""),
        ("events/get-a.json", EVENT),
        (template::PATH, TEMPLATE),
        (openapi::PATH, OPENAPI),
        (api_page::PATH, &page),
        (budget::PATH, "{\n  \"get-a\": { \"zip_bytes\": 1, \"clients\": [] }\n}\n"),
        ("README.md", "| route | function |\n|---|---|\n| `GET /a` | `get-a` |\n"),
        ("CHANGELOG.md", ""),
    ])
}

fn order(name: &str, method: &str, path: &str) -> Order {
    Order::parse(&[name, method, path, "--action", "dynamodb:GetItem"]).unwrap()
}

fn made(order: &Order) -> Tree {
    let mut tree = repository();
    for (path, text) in plan(&tree, order).unwrap() {
        tree.put(path, text);
    }
    tree
}

#[test]
fn what_it_makes_is_tidy() {
    assert_eq!(tidy::faults(&repository()), [].into(), "before");
    for (name, method, path) in [
        ("put-a", "PUT", "/a"),
        ("delete-thing", "DELETE", "/z/{z_id}/b/{b}"),
        ("list-all", "GET", "/all"),
    ] {
        assert_eq!(tidy::faults(&made(&order(name, method, path))), [].into(), "{name}");
    }
}

#[test]
fn every_line_of_the_old_files_stays_in_its_order() {
    let (before, after) = (repository(), made(&order("delete-thing", "DELETE", "/z/{z_id}")));
    for (path, text) in before.files().filter(|(path, _)| *path != budget::PATH) {
        let mut lines = after.text(path).unwrap().lines();
        for line in text.lines() {
            assert!(lines.any(|other| other == line), "{path} lost `{line}`");
        }
    }
}

#[test]
fn lines_are_put_in_their_order() {
    let tree = made(&order("add-thing", "POST", "/things"));
    let lines =
        |path: &str| tree.text(path).unwrap().lines().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(
        lines("local/Cargo.toml")[5..],
        ["add-thing.workspace = true", "get-a.workspace = true"]
    );
    assert_eq!(
        lines("local/tests/api/main.rs")[..3],
        ["mod across;", "mod add_thing;", "mod get_a;"]
    );
    let budgets = lines(budget::PATH);
    assert!(budgets[1].starts_with("  \"add-thing\"") && budgets[1].ends_with("},"), "{budgets:?}");
    assert!(budgets[2].starts_with("  \"get-a\"") && budgets[2].ends_with('}'), "{budgets:?}");
}

#[test]
fn the_resource_stands_in_the_part_of_its_surface() {
    let tree = made(&order("put-a", "PUT", "/a"));
    let text = tree.text(template::PATH).unwrap();
    let at = |needle: &str| text.find(needle).unwrap();
    assert!(at("GetAFunction:") < at("PutAFunction:"));
    assert!(at("  PutALogGroup:") < at("  # ---- Channel preferences."));
    let order = Order::parse(&[
        "list-all",
        "GET",
        "/all",
        "--action",
        "dynamodb:Query",
        "--surface",
        "platform",
    ])
    .unwrap();
    let tree = made(&order);
    let text = tree.text(template::PATH).unwrap();
    let (heading, outputs) =
        (text.find("\n\n  # ---- Platform.\n  ListAllFunction:"), text.find("\nOutputs"));
    assert!(heading.is_some() && heading < outputs, "{text}");
}

#[test]
fn a_function_may_look_api_keys_up_and_reach_people_alone() {
    let arguments = ["put-a", "PUT", "/a", "--action", "dynamodb:UpdateItem"];
    let tree = made(&Order::parse(&arguments).unwrap());
    let text = tree.text(template::PATH).unwrap();
    let statement = |action: &str, partition: &str| {
        format!(
            "            - Effect: Allow
              Action: {action}
              Resource: !GetAtt Table.Arn
              Condition: {{ \"ForAllValues:StringLike\": {{ \"dynamodb:LeadingKeys\": [\"{partition}\"] }} }}
"
        )
    };
    let people = ["OU", "*", "USER", "*"].join("#");
    let both = statement("dynamodb:GetItem", "KEY#*") + &statement("dynamodb:UpdateItem", &people);
    assert!(text.contains(&format!("          Statement:\n{both}      Events:\n")), "{text}");
}

#[test]
fn an_api_key_is_refused_where_its_surface_knows_one() {
    for (surface, refuses) in [("lead-alerts", false), ("platform", true)] {
        let arguments =
            ["get-b", "GET", "/b", "--action", "dynamodb:GetItem", "--surface", surface];
        let tree = made(&Order::parse(&arguments).unwrap());
        let text = tree.text(openapi::PATH).unwrap();
        let described = "\"403\": { $ref: \"#/components/responses/Forbidden\" }";
        assert_eq!(text.contains(described), refuses, "{surface}");
    }
}

#[test]
fn what_is_taken_is_refused() {
    let refused = |name, method, path| plan(&repository(), &order(name, method, path)).unwrap_err();
    assert_eq!(refused("get-a", "GET", "/b"), "functions/get-a is there already");
    assert_eq!(refused("list-a", "GET", "/a"), "template.yaml:12: the route `GET /a` is taken");
    let mut tree = repository();
    let text = TEMPLATE.replace("Path: /a", "Path: \"/a/{id}\"");
    tree.put(template::PATH, text);
    let taken = plan(&tree, &order("list-a", "GET", "/a/{name}")).unwrap_err();
    assert!(taken.contains("`GET /a/{id}` is taken"), "{taken}");
}

#[test]
fn a_surface_whose_errors_are_not_described_is_refused() {
    let arguments = ["get-b", "GET", "/b", "--action", "dynamodb:GetItem", "--surface", "inbox"];
    let refused = plan(&repository(), &Order::parse(&arguments).unwrap()).unwrap_err();
    assert!(refused.contains("#/components/responses/InboxUnauthorized"), "{refused}");
}

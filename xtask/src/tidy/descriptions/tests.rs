use super::super::assert_rule;
use super::*;

const TEMPLATE: &str = "Resources:
  GetAFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/get-a
      Events: { Http: { Type: HttpApi, Properties: { Method: GET, Path: /a } } }
";

const OPENAPI: &str = "paths:
  /a:
    get:
      operationId: get-a
";

const README: &str = "# R\n\n| route | function |\n|---|---|\n| `GET /a` | `get-a` |\n";

const BUDGETS: &str = "{ \"get-a\": { \"zip_bytes\": 1, \"clients\": [] } }";

fn tree() -> Tree {
    let page = api_page::of_description(OPENAPI).unwrap();
    Tree::of(&[
        ("functions/get-a/Cargo.toml", ""),
        (template::PATH, TEMPLATE),
        (openapi::PATH, OPENAPI),
        (api_page::PATH, &page),
        (budget::PATH, BUDGETS),
        ("README.md", README),
        ("CHANGELOG.md", "# Changelog\n"),
    ])
}

fn with(path: &str, from: &str, to: &str) -> Tree {
    let mut tree = tree();
    let text = tree.text(path).unwrap();
    assert!(text.contains(from), "{path} has no {from}");
    let text = text.replace(from, to);
    tree.put(path, text);
    tree
}

#[test]
fn the_template_has_every_function() {
    let bad = [
        (
            with(template::PATH, "functions/get-a", "functions/get-b"),
            "template.yaml:2: `GetAFunction` has CodeUri",
        ),
        (with(template::PATH, "GetAFunction", "GetA"), "no resource for functions/get-a"),
        (with(template::PATH, "Resources:\n", "Resources: [\n"), "template.yaml:"),
    ];
    assert_rule(template_has_every_function, &tree(), &bad);
}

#[test]
fn the_template_has_no_other_function() {
    let bad =
        [(with(template::PATH, "GetAFunction", "GetBFunction"), "template.yaml:2: `GetBFunction`")];
    assert_rule(template_has_no_other_function, &tree(), &bad);
}

#[test]
fn the_api_description_has_every_route() {
    let bad = [
        (
            with(openapi::PATH, "operationId: get-a", "operationId: get-ab"),
            "openapi.yaml:3: the operation of `GET /a`",
        ),
        (
            with(openapi::PATH, "operationId: get-a", "operationId: get-a-page"),
            "is named `get-a-page`",
        ),
        (with(openapi::PATH, "/a:", "/b:"), "no operation for `GET /a`"),
        (with(openapi::PATH, "paths", "path"), "no `paths`"),
    ];
    assert_rule(openapi_has_every_route, &tree(), &bad);
}

#[test]
fn a_function_of_several_routes_names_its_operations_after_itself() {
    let events = "Events: { Http: { Type: HttpApi, Properties: { Method: GET, Path: /a } },
        Click: { Type: HttpApi, Properties: { Method: POST, Path: /a } } }\n";
    let (start, _) = TEMPLATE.split_once("Events").unwrap();
    let mut tree = tree();
    tree.put(template::PATH, format!("{start}{events}"));
    let operations =
        OPENAPI.replace("get-a", "get-a-page") + "    post:\n      operationId: get-a\n";
    tree.put(openapi::PATH, operations);
    assert_eq!(openapi_has_every_route(&tree), []);
}

#[test]
fn the_api_description_has_no_other_route() {
    let bad = [(
        with(openapi::PATH, "    get:", "    put:"),
        "openapi.yaml:3: no function answers `PUT /a`",
    )];
    assert_rule(openapi_has_no_other_route, &tree(), &bad);
}

#[test]
fn the_readme_lists_every_route() {
    let bad = [
        (with("README.md", "GET /a", "GET /ab"), "no row for `GET /a`"),
        (with("README.md", "GET /a", "PUT /a"), "no row for `GET /a`"),
        (with("README.md", "| `GET", "* `GET"), "no row for `GET /a`"),
    ];
    assert_rule(readme_lists_every_route, &tree(), &bad);
    assert_eq!(readme_lists_every_route(&Tree::of(&[(template::PATH, TEMPLATE)])), []);
}

#[test]
fn the_readme_lists_every_worker() {
    let as_worker = |path, from, to| {
        let mut tree = with(path, from, to);
        let (start, _) = TEMPLATE.split_once("Events").unwrap();
        tree.put(template::PATH, format!("{start}Events: {{ Queue: {{ Type: SQS }} }}\n"));
        tree
    };
    let bad = [
        (as_worker("README.md", "`get-a`", "`get-ab`"), "README.md:3: no row for `get-a`"),
        (as_worker("README.md", "| `GET", "* `GET"), "no row for `get-a`"),
    ];
    assert_rule(readme_lists_every_worker, &as_worker("README.md", "", ""), &bad);
    // Who has a route is found by that.
    assert_eq!(readme_lists_every_worker(&with("README.md", "`get-a`", "it")), []);
}

#[test]
fn there_is_a_changelog() {
    assert_rule(changelog_exists, &tree(), &[(Tree::default(), "CHANGELOG.md")]);
}

#[test]
fn every_function_has_a_budget_and_every_budget_a_function() {
    let other = "{ \"get-a\": { \"zip_bytes\": 1, \"clients\": [] },\n\"get-b\": { \"zip_bytes\": 1, \"clients\": [] } }";
    let bad = [
        (with(budget::PATH, BUDGETS, "{}"), "no budget for functions/get-a"),
        (with(budget::PATH, BUDGETS, other), "budgets.json:2: no function is named `get-b`"),
        (with(budget::PATH, BUDGETS, "{"), "budgets.json:1:"),
    ];
    assert_rule(budgets_name_every_function, &tree(), &bad);
}

#[test]
fn the_page_of_the_api_is_of_its_description() {
    let bad = [
        (with(openapi::PATH, "get-a", "put-a"), "docs/api.md:7: it is not the page of"),
        (with(api_page::PATH, "get-a", "put-a"), "docs/api.md:7: it is not the page of"),
        (with(api_page::PATH, "\n", ""), "docs/api.md:1: it is not the page of"),
        (with(openapi::PATH, "paths:\n", "paths: [\n"), "openapi.yaml:"),
    ];
    assert_rule(api_page_is_of_openapi, &tree(), &bad);
}

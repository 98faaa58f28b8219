//! `template.yaml`, as far as the functions and the data depend on it.

use std::cell::RefCell;
use std::collections::BTreeSet;

use local::template::Template;
use local::yaml;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::config::Config;

use crate::support::{Api, Setup, identity, recorded, recorded_event};

fn template() -> Value {
    yaml::parse(include_str!("../../../../template.yaml")).expect("YAML")
}

fn of_type<'a>(
    template: &'a Value,
    kind: &'a str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let resources = template["Resources"].as_object().expect("resources").iter();
    resources.filter(move |(_, resource)| resource["Type"] == kind)
}

#[test]
fn the_table_is_kept_backed_up_and_encrypted_whatever_happens_to_the_stack() {
    let template = template();
    let tables: Vec<_> = of_type(&template, "AWS::DynamoDB::Table").collect();
    assert_eq!(tables.len(), 1);
    let (_, table) = tables[0];
    assert_eq!(table["DeletionPolicy"], "Retain");
    assert_eq!(table["UpdateReplacePolicy"], "Retain");
    let properties = &table["Properties"];
    assert_eq!(properties["DeletionProtectionEnabled"], true);
    let recovery = &properties["PointInTimeRecoverySpecification"];
    assert_eq!(recovery["PointInTimeRecoveryEnabled"], true);
    assert_eq!(properties["SSESpecification"]["SSEEnabled"], true);
    assert_eq!(properties["BillingMode"], "PAY_PER_REQUEST");
    let expiry = json!({ "AttributeName": "expires_at", "Enabled": true });
    assert_eq!(properties["TimeToLiveSpecification"], expiry);
}

#[test]
fn the_table_has_every_key_and_index_from_the_start() {
    let template = template();
    let (_, table) = of_type(&template, "AWS::DynamoDB::Table").next().expect("a table");
    let properties = &table["Properties"];
    let keys = |schema: &Value| {
        let keys = schema.as_array().expect("a key schema").iter();
        keys.map(|key| key["AttributeName"].as_str().expect("a name").to_owned())
            .collect::<Vec<_>>()
    };
    let index = |name: &str| {
        let index = &properties[name][0];
        assert_eq!(properties[name].as_array().expect("indexes").len(), 1);
        assert_eq!(index["Projection"]["ProjectionType"], "KEYS_ONLY");
        (index["IndexName"].as_str().expect("a name").to_owned(), keys(&index["KeySchema"]))
    };
    assert_eq!(keys(&properties["KeySchema"]), ["pk", "sk"]);
    let unread = ("unread".to_owned(), vec!["pk".to_owned(), "unread_id".to_owned()]);
    assert_eq!(index("LocalSecondaryIndexes"), unread);
    let gsi1 = ("gsi1".to_owned(), vec!["gsi1pk".to_owned(), "gsi1sk".to_owned()]);
    assert_eq!(index("GlobalSecondaryIndexes"), gsi1);
}

#[tokio::test]
async fn every_function_has_just_the_rights_it_uses() {
    let template = template();
    // The key of the recorded events, and the one of the admin who makes API keys.
    let mut jwks = recorded_event("jwks");
    let local = identity().jwks()["keys"][0].clone();
    jwks["keys"].as_array_mut().expect("keys").push(local);
    let environment = vec![("AUTH_JWKS", jwks.to_string())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let properties = &function["Properties"];
        let mut allowed = BTreeSet::new();
        for policy in properties["Policies"].as_array().expect("policies") {
            let statements = policy["Statement"].as_array().expect("an inline policy").iter();
            for statement in statements {
                assert_eq!(statement["Effect"], "Allow", "{name}");
                let action = &statement["Action"];
                let several = action.as_array().cloned().unwrap_or_else(|| vec![action.clone()]);
                let actions = several.iter().map(|action| action.as_str().unwrap().to_owned());
                let resource = statement["Resource"].to_string();
                allowed.extend(actions.map(|action| (action, resource.clone())));
            }
        }
        let folder = properties["CodeUri"].as_str().expect("a folder");
        let function = folder.rsplit('/').next().expect("a name");
        // A key that nobody presented yet, so that it is looked up; and one more to list.
        let key = api.machine("acme").with_all().key().await;
        let by_machine = with_api_key(function, &key);
        api.faults.set(local::faults::Plan::default());
        api.gateway.replay(function, &recorded(function)).await.expect("an answer");
        api.gateway.replay(function, &by_machine).await.expect("an answer");
        let calls = api.faults.calls().into_iter().zip(api.faults.bodies());
        let used: BTreeSet<_> = calls.map(|(call, body)| right(&call, &body)).collect();
        assert_eq!(allowed, used, "{name}");
    }
}

/// The recorded event, sent by the machine that has the key.
fn with_api_key(function: &str, key: &Value) -> String {
    let mut event = recorded_event(function);
    let key = key["key"].as_str().expect("a key");
    event["headers"]["authorization"] = json!(format!("Bearer {key}"));
    event.to_string()
}

/// The action that a call is, and what it is done to.
fn right(call: &str, body: &Value) -> (String, String) {
    let resource = match body["IndexName"].as_str() {
        Some(index) => json!({ "Fn::Sub": format!("${{Table.Arn}}/index/{index}") }),
        None => json!({ "Fn::GetAtt": "Table.Arn" }),
    };
    (format!("dynamodb:{call}"), resource.to_string())
}

#[test]
fn every_function_has_a_log_that_forgets() {
    let template = template();
    let logs: BTreeSet<&String> = of_type(&template, "AWS::Logs::LogGroup")
        .inspect(|(name, log)| {
            let retention = json!({ "Ref": "LogRetentionDays" });
            assert_eq!(log["Properties"]["RetentionInDays"], retention, "{name}");
        })
        .map(|(name, _)| name)
        .collect();
    for (name, function) in of_type(&template, "AWS::Serverless::Function") {
        let log = function.pointer("/Properties/LoggingConfig/LogGroup/Ref");
        let log = log.and_then(Value::as_str).map(str::to_owned);
        assert!(log.is_some_and(|log| logs.contains(&log)), "{name}");
    }
}

#[test]
fn every_variable_that_is_read_is_declared_in_the_template() {
    let read = RefCell::new(BTreeSet::new());
    let configured = Config::from_lookup(|name| {
        read.borrow_mut().insert(name.to_owned());
        match name {
            "AUTH_JWKS" => Some(recorded("jwks")),
            "AUTH_ISSUER" | "AUTH_AUDIENCE" | "TABLE_NAME" | "AWS_REGION" => Some("x".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("x".to_owned()),
            _ => None,
        }
    });
    configured.expect("a configuration");
    // Lambda sets these, or a layer or a developer does.
    let given = [
        "AWS_ACCESS_KEY_ID",
        "AWS_CA_BUNDLE",
        "AWS_ENDPOINT_URL",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
    ];
    let mut declared: BTreeSet<String> = given.map(str::to_owned).into_iter().collect();
    declared.extend(Template::load().expect("the template").environment.into_keys());
    assert_eq!(read.into_inner(), declared);
}

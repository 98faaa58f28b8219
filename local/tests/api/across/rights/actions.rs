//! Which rights a call to the store takes.

use serde_json::{Value, json};

use super::Right;

/// The actions that a call is: of a transaction, those of its parts.
pub(super) fn rights(call: &str, body: &Value) -> Vec<Right> {
    let resource = match body["IndexName"].as_str() {
        Some(index) => json!({ "Fn::Sub": format!("${{Table.Arn}}/index/{index}") }),
        None => json!({ "Fn::GetAtt": "Table.Arn" }),
    };
    let parts = body["TransactItems"].as_array().into_iter().flatten();
    let parts = parts.flat_map(|part| part.as_object().expect("a part").keys());
    let parts: Vec<&str> = parts
        .map(|part| match part.as_str() {
            "Update" => "UpdateItem",
            "Delete" => "DeleteItem",
            "ConditionCheck" => "ConditionCheckItem",
            other => panic!("{other}"),
        })
        .collect();
    let actions = if parts.is_empty() { vec![call] } else { parts };
    let right = |action| (format!("dynamodb:{action}"), resource.to_string());
    actions.into_iter().map(right).collect()
}

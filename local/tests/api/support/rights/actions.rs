//! Which rights a call to the store takes.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Right;

/// An action on the table or on an index of it.
#[derive(Debug)]
pub(crate) struct Access {
    action: String,
    resource: String,
    /// What it is about: the values of the partition key.
    pub(super) leading_keys: BTreeSet<String>,
}

impl Access {
    pub(crate) fn right(&self) -> Right {
        (self.action.clone(), self.resource.clone())
    }
}

/// The actions that a call is: of a transaction, those of its parts. Whether AWS judges such a part by its own key or
/// by those of all it does not say, so each is about all of them here.
pub(crate) fn accesses(call: &str, body: &Value) -> Vec<Access> {
    let resource = match body["IndexName"].as_str() {
        Some(index) => json!({ "Fn::Sub": format!("${{Table.Arn}}/index/{index}") }),
        None => json!({ "Fn::GetAtt": "Table.Arn" }),
    };
    let parts = body["TransactItems"].as_array().into_iter().flatten();
    let parts = parts.flat_map(|part| part.as_object().expect("a part").keys());
    let parts: BTreeSet<&str> = parts
        .map(|part| match part.as_str() {
            "Put" => "PutItem",
            "Update" => "UpdateItem",
            "Delete" => "DeleteItem",
            "ConditionCheck" => "ConditionCheckItem",
            other => panic!("{other}"),
        })
        .collect();
    let actions = if parts.is_empty() { BTreeSet::from([call]) } else { parts };
    let leading_keys = leading_keys(body);
    assert!(!leading_keys.is_empty(), "{call} is about nothing: {body}");
    let access = |action| Access {
        action: format!("dynamodb:{action}"),
        resource: resource.to_string(),
        leading_keys: leading_keys.clone(),
    };
    actions.into_iter().map(access).collect()
}

/// The partitions that a call is about: of a query the one that its condition names.
fn leading_keys(body: &Value) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    match body["KeyConditionExpression"].as_str() {
        Some(condition) => {
            let name = condition.split_once("pk=").expect("a partition").1;
            let end = name.find(|c: char| c != ':' && c != '_' && !c.is_ascii_alphanumeric());
            let value = &body["ExpressionAttributeValues"][&name[..end.unwrap_or(name.len())]]["S"];
            keys.insert(value.as_str().expect("a text").to_owned());
        }
        None => collect(body, &mut keys),
    }
    keys
}

fn collect(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            keys.extend(members.get("pk").and_then(|key| key["S"].as_str()).map(str::to_owned));
            members.values().for_each(|member| collect(member, keys));
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect(element, keys)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => (),
    }
}

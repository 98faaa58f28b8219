//! Halving a batch: what comes back unprocessed is named in the answer, as DynamoDB does.

use hyper::body::Bytes;
use serde_json::{Map, Value, json};

/// The batch with half of each table's entries, and the other half.
pub(super) fn split(operation: &str, body: &Bytes) -> Option<(Bytes, Value)> {
    let mut request: Value = serde_json::from_slice(body).ok()?;
    let mut rest = Map::new();
    for (table, entries) in request.get_mut("RequestItems")?.as_object_mut()? {
        let list = match operation {
            "BatchGetItem" => entries.get_mut("Keys")?.as_array_mut()?,
            "BatchWriteItem" => entries.as_array_mut()?,
            _ => return None,
        };
        let second_half = Value::Array(list.split_off(list.len().div_ceil(2)));
        if second_half == json!([]) {
            continue;
        }
        let unprocessed = match operation {
            "BatchGetItem" => {
                let mut unprocessed = entries.clone();
                unprocessed.as_object_mut()?.insert("Keys".to_owned(), second_half);
                unprocessed
            }
            _ => second_half,
        };
        rest.insert(table.clone(), unprocessed);
    }
    Some((request.to_string().into(), Value::Object(rest)))
}

/// The answer to a batch of which nothing is done.
pub(super) fn nothing_done(operation: &str, body: &Bytes) -> Option<Bytes> {
    let mut request: Value = serde_json::from_slice(body).ok()?;
    let entries = request.get_mut("RequestItems")?.take();
    join(operation, &Bytes::from_static(br#"{"Responses":{}}"#), entries)
}

/// The answer to the first half, naming the rest.
pub(super) fn join(operation: &str, answer: &Bytes, rest: Value) -> Option<Bytes> {
    let mut answer: Value = serde_json::from_slice(answer).ok()?;
    let name = if operation == "BatchGetItem" { "UnprocessedKeys" } else { "UnprocessedItems" };
    answer.as_object_mut()?.insert(name.to_owned(), rest);
    Some(answer.to_string().into())
}

//! The query of a request, held against the parameters of its operation.

use std::collections::BTreeMap;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};

use super::{DOCUMENT, resolve, validator};

/// The parameters that the document describes and does not allow to be what they are here.
pub(super) fn wrong_parameters(operation: &str, query: &str) -> Vec<String> {
    let parameters = DOCUMENT.pointer(&format!("{operation}/parameters"));
    let parameters = parameters.and_then(Value::as_array).map_or(0, Vec::len);
    let given = values(query);
    let mut wrong = Vec::new();
    for place in 0..parameters {
        let described = resolve(&format!("{operation}/parameters/{place}")).expect("a parameter");
        let parameter = DOCUMENT.pointer(&described).expect("a parameter");
        let name = parameter["name"].as_str().expect("a name");
        let Some(text) = given.get(name).filter(|_| parameter["in"] == "query") else { continue };
        let schema = format!("{described}/schema");
        // Text stands for a number or a boolean where one is described, and for itself elsewhere. To a
        // schema `5.0` is `5`.
        let value: Option<Value> = serde_json::from_str(text).ok();
        let value = value.filter(|value| !value.is_f64());
        let is_text = parameter["schema"]["type"] == "string";
        let value = value.filter(|_| !is_text).unwrap_or_else(|| json!(text));
        if !validator(&schema).is_valid(&value) {
            wrong.push(name.to_owned());
        }
    }
    wrong
}

/// The parameters as the gateway decodes and joins them.
fn values(query: &str) -> BTreeMap<String, String> {
    let decode = |text: &str| {
        let text = text.replace('+', " ");
        percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    let mut values: BTreeMap<String, String> = BTreeMap::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = decode(value);
        let joined = values.entry(decode(name));
        joined.and_modify(|joined| *joined = format!("{joined},{value}")).or_insert(value.clone());
    }
    values
}

//! The places of a good body, and the same body with something else there.

use serde_json::{Value, json};

/// What stands for the place while the rest is written.
const MARK: &str = "the place";

/// Where everything in it is that holds nothing else, as JSON Pointers; of a list the last element
/// stands for all.
pub(super) fn leaves(value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) => below(fields.iter()),
        Value::Array(elements) => {
            let last = elements.last().map(|last| (elements.len() - 1, last));
            below(last.into_iter())
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => vec![String::new()],
    }
}

/// The places, each with others of the tokens, so that every token comes at every fourth place, and at
/// the only one at least.
pub(super) fn shared_out<'t>(value: &Value, tokens: &[&'t str]) -> Vec<(String, &'t str)> {
    let places = leaves(value);
    let step = places.len().clamp(1, 4);
    let of_place = |(number, place): (usize, String)| {
        let tokens = tokens.iter().skip(number % step).step_by(step);
        tokens.map(move |token| (place.clone(), *token)).collect::<Vec<_>>()
    };
    places.into_iter().enumerate().flat_map(of_place).collect()
}

fn below<'a>(inside: impl Iterator<Item = (impl ToString, &'a Value)>) -> Vec<String> {
    let of_one = |(step, value): (_, &Value)| -> Vec<String> {
        let step = ToString::to_string(&step);
        leaves(value).into_iter().map(|rest| format!("/{step}{rest}")).collect()
    };
    inside.flat_map(of_one).collect()
}

/// Where every object in it is, as JSON Pointers.
pub(super) fn objects(value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    visit(value, String::new(), &mut found);
    found
}

fn visit(value: &Value, at: String, found: &mut Vec<String>) {
    for (name, field) in value.as_object().into_iter().flatten() {
        visit(field, format!("{at}/{name}"), found);
    }
    for (index, element) in value.as_array().into_iter().flatten().enumerate() {
        visit(element, format!("{at}/{index}"), found);
    }
    if value.is_object() {
        found.push(at);
    }
}

/// The text of the value, with that instead of what is at the place.
pub(super) fn with(value: &Value, place: &str, token: &[u8]) -> Vec<u8> {
    let mut value = value.clone();
    *value.pointer_mut(place).expect("a place") = json!(MARK);
    let text = value.to_string();
    let (before, after) = text.split_once(&json!(MARK).to_string()).expect("the mark");
    [before.as_bytes(), token, after.as_bytes()].concat()
}

/// The text of the value, with a field first in the object at that place.
pub(super) fn with_field(value: &Value, object: &str, field: &str) -> String {
    let old = value.pointer(object).expect("an object").to_string();
    let rest = old.strip_prefix('{').expect("an object");
    let comma = if rest == "}" { "" } else { "," };
    let new = format!("{{{field}{comma}{rest}");
    String::from_utf8(with(value, object, new.as_bytes())).expect("text")
}

//! What is no secret: the words of the documentation, and what is too short to be told from others.

use std::collections::HashSet;
use std::sync::LazyLock;

use jiff::Timestamp;
use local::environment::{AUDIENCE, ISSUER};
use serde_json::Value;
use shared::domain::channel_preference::DEFAULT_CATEGORIES;

use crate::support::openapi::DOCUMENT;

/// In bytes: shorter texts are in other words.
const SHORTEST: usize = 4;

/// What a ULID takes.
const ULID: usize = 26;

/// What a line of the log says of any local request, what every token says, and what JSON has words for.
const KNOWN: [&str; 7] = [ISSUER, AUDIENCE, "local", "info", "true", "false", "null"];

/// The names and values of `openapi.yaml`, what stands as code in the page about logs, the categories that a deployment
/// has which names none, and what is known besides.
static WORDS: LazyLock<HashSet<String>> = LazyLock::new(|| {
    let mut words = HashSet::new();
    words_of(&DOCUMENT, &mut words);
    let page = include_str!("../../../../../docs/observability.md");
    for code in page.split('`').skip(1).step_by(2) {
        words.insert(code.to_lowercase());
        words.extend(code.split('.').map(str::to_lowercase));
    }
    words.extend(DEFAULT_CATEGORIES.split(',').map(|category| category.trim().to_lowercase()));
    words.extend(KNOWN.map(str::to_lowercase));
    words
});

/// Whether a text says something that would be told from what everyone knows, wherever it stood.
pub(super) fn is_telling(text: &str) -> bool {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.,:".contains(&byte));
    text.len() >= SHORTEST
        && !is_number
        && !is_ulid(text)
        && text.parse::<Timestamp>().is_err()
        && !WORDS.contains(&text.to_lowercase())
}

/// Requests have such ids, which the log says.
fn is_ulid(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_uppercase();
    text.len() == ULID && text.starts_with('0') && text.bytes().all(is_digit)
}

/// Names of fields, and the values that a schema lists. What is an example is none of them.
fn words_of(node: &Value, words: &mut HashSet<String>) {
    let Value::Object(fields) = node else {
        let elements = node.as_array().into_iter().flatten();
        return elements.for_each(|element| words_of(element, words));
    };
    for (name, field) in fields {
        let texts = |value: &Value| value.as_str().map(str::to_lowercase);
        match (name.as_str(), field) {
            ("example" | "examples", _) => continue,
            ("properties" | "content", Value::Object(fields)) => {
                words.extend(fields.keys().map(|name| name.to_lowercase()));
            }
            ("enum", Value::Array(values)) => words.extend(values.iter().filter_map(texts)),
            ("const" | "default" | "name", value) => words.extend(texts(value)),
            _ => {}
        }
        words_of(field, words);
    }
}

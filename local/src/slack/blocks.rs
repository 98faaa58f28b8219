//! Block Kit, as far as messages here use it: sections, context, headers, dividers. Lengths are in
//! characters, as they are sent. Another kind of block is refused, though Slack has more.

use serde_json::{Map, Value};

/// The most blocks of a message.
const MAX_BLOCKS: usize = 50;
/// The longest text of a section.
const MAX_SECTION: usize = 3_000;
/// The most fields of a section, and the longest one.
const MAX_FIELDS: usize = 10;
const MAX_FIELD: usize = 2_000;
/// The longest header.
const MAX_HEADER: usize = 150;
/// The most elements of a context. The longest one is as with any text object.
const MAX_ELEMENTS: usize = 10;
const MAX_TEXT_OBJECT: usize = 3_000;
/// The longest id of a block.
const MAX_BLOCK_ID: usize = 255;

/// What is wrong with some blocks, in Slack's manner: `must be …  [json-pointer:/blocks/0/text]`.
pub(super) fn check(blocks: &[Value]) -> Result<(), String> {
    if blocks.len() > MAX_BLOCKS {
        return wrong("no more than 50 items allowed", "/blocks");
    }
    let places = (0..).map(|number: usize| format!("/blocks/{number}"));
    blocks.iter().zip(places).try_for_each(|(block, place)| check_block(block, &place))
}

fn wrong<T>(what: &str, place: &str) -> Result<T, String> {
    Err(format!("{what} [json-pointer:{place}]"))
}

fn check_block(block: &Value, place: &str) -> Result<(), String> {
    let block = object(block, place)?;
    if let Some(id) = block.get("block_id") {
        check_length(id, MAX_BLOCK_ID, &format!("{place}/block_id"))?;
    }
    match block.get("type").and_then(Value::as_str) {
        Some("section") => {
            check_keys(block, &["type", "block_id", "text", "fields", "expand"], place)?;
            check_section(block, place)
        }
        Some("header") => {
            check_keys(block, &["type", "block_id", "text"], place)?;
            let place = format!("{place}/text");
            let text = block.get("text").unwrap_or(&Value::Null);
            check_text(text, MAX_HEADER, &["plain_text"], &place)
        }
        Some("context") => {
            check_keys(block, &["type", "block_id", "elements"], place)?;
            let place = format!("{place}/elements");
            check_texts(block.get("elements"), MAX_ELEMENTS, MAX_TEXT_OBJECT, &place)
        }
        Some("divider") => check_keys(block, &["type", "block_id"], place),
        Some(_) | None => wrong("unsupported type", &format!("{place}/type")),
    }
}

/// A section has a text or fields, or both.
fn check_section(block: &Map<String, Value>, place: &str) -> Result<(), String> {
    let (text, fields) = (block.get("text"), block.get("fields"));
    if text.is_none() && fields.is_none() {
        return wrong("missing required field: text or fields", place);
    }
    if let Some(text) = text {
        check_text(text, MAX_SECTION, &["plain_text", "mrkdwn"], &format!("{place}/text"))?;
    }
    match fields {
        None => Ok(()),
        fields => check_texts(fields, MAX_FIELDS, MAX_FIELD, &format!("{place}/fields")),
    }
}

/// At least one text, and no more than so many of so many characters each.
fn check_texts(
    texts: Option<&Value>,
    most: usize,
    longest: usize,
    place: &str,
) -> Result<(), String> {
    let Some(Value::Array(texts)) = texts else {
        return wrong("must be an array", place);
    };
    if !(1..=most).contains(&texts.len()) {
        return wrong(&format!("must have 1 to {most} items"), place);
    }
    let places = (0..).map(|number: usize| format!("{place}/{number}"));
    texts
        .iter()
        .zip(places)
        .try_for_each(|(text, place)| check_text(text, longest, &["plain_text", "mrkdwn"], &place))
}

/// A text object: `emoji` is for plain text, `verbatim` for the other kind.
fn check_text(text: &Value, longest: usize, kinds: &[&str], place: &str) -> Result<(), String> {
    let text = object(text, place)?;
    let kind = text.get("type").and_then(Value::as_str).unwrap_or_default();
    if !kinds.contains(&kind) {
        return wrong("unsupported type", &format!("{place}/type"));
    }
    let flag = if kind == "mrkdwn" { "verbatim" } else { "emoji" };
    check_keys(text, &["type", "text", flag], place)?;
    if !text.get(flag).is_none_or(Value::is_boolean) {
        return wrong("must be a boolean", &format!("{place}/{flag}"));
    }
    check_length(text.get("text").unwrap_or(&Value::Null), longest, &format!("{place}/text"))
}

fn check_length(text: &Value, longest: usize, place: &str) -> Result<(), String> {
    let Some(text) = text.as_str() else {
        return wrong("must be a string", place);
    };
    match text.chars().count() {
        0 => wrong("must be more than 0 characters", place),
        length if length > longest => {
            wrong(&format!("must be less than {} characters", longest + 1), place)
        }
        _ => Ok(()),
    }
}

fn check_keys(object: &Map<String, Value>, known: &[&str], place: &str) -> Result<(), String> {
    match object.keys().find(|key| !known.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) => wrong(&format!("invalid additional property: {key}"), place),
    }
}

fn object<'a>(value: &'a Value, place: &str) -> Result<&'a Map<String, Value>, String> {
    value.as_object().map_or_else(|| wrong("must be an object", place), Ok)
}

//! What is the same in both worlds: everything but what is drawn, and what tells how often something was tried.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::world::Worlds;
use crate::support::{Answer, Api};

/// Who did it, when they came to it, and how often: of requests, attempts and rounds.
const MASKED: [&str; 22] = [
    "instance",
    "request_id",
    "attempts",
    "at",
    "claimed_by",
    "free_at",
    "made_by",
    "deleted_by",
    "done_at",
    "run_by",
    "run_until",
    "push_removed_by",
    "updated_at",
    "newly_mapped",
    "gsi1sk",
    "expires_at",
    "version",
    "erased_at",
    "digest",
    "left_at",
    "created_at",
    "flips",
];

/// Without any of it.
fn masked(mut value: Value) -> Value {
    match &mut value {
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                let is_masked = MASKED.contains(&name.as_str())
                    || name.starts_with("channel_id.")
                    || name.starts_with("channel_updated_at.");
                let is_drawn = value.as_str().is_some_and(|text| text.starts_with("nfpf_"));
                *value = if is_masked || is_drawn { Value::Null } else { masked(value.take()) };
            }
        }
        Value::Array(values) => {
            values.iter_mut().for_each(|value| *value = masked(value.take()));
            // Those of one moment are in the order of their ids, which are drawn.
            if values.iter().all(|value| value["object"] == "notification_preference") {
                values.sort_by_key(|row| row["category"].to_string());
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    value
}

/// The same, of lists that are in no order.
fn in_no_order(value: Value) -> Value {
    let mut value = masked(value);
    for list in value.as_object_mut().into_iter().flat_map(|fields| fields.values_mut()) {
        if let Some(list) = list.as_array_mut() {
            list.sort_by_key(Value::to_string);
        }
    }
    value
}

/// What an answer says.
pub(super) fn answered(answer: &Answer) -> (u16, Value) {
    let body = serde_json::from_str(&answer.body).unwrap_or_else(|_| json!(answer.body));
    (answer.status, masked(body))
}

/// Everything that is stored, by its key. Which digest an email waits for is left out: it depends on when
/// it was decided, and all of them are sent in the end.
pub(super) async fn stored(api: &Api) -> BTreeMap<String, Value> {
    let text = |item: &Value, name: &str| item[name].as_str().expect("a key").to_owned();
    let items = api.items().await.into_iter().map(|item| {
        let key = format!("{} / {}", text(&item, "pk"), text(&item, "sk"));
        (key, masked(item))
    });
    items.filter(|(key, _)| !key.contains(" / DIGEST#")).collect()
}

/// Where what is stored differs: the items with their fields, in this one and in its twin.
pub(super) async fn differences(worlds: &Worlds) -> Vec<String> {
    let (stored, expected) = (stored(&worlds.faulty).await, stored(&worlds.twin).await);
    let keys: BTreeSet<&String> = stored.keys().chain(expected.keys()).collect();
    let mut differences = Vec::new();
    for key in keys {
        let (item, twin) = (stored.get(key), expected.get(key));
        if item.is_none() || twin.is_none() {
            differences.push(format!("{key}: {item:?}, {twin:?}"));
            continue;
        }
        let fields = |item: Option<&Value>| item.and_then(Value::as_object).cloned();
        let (item, twin) = (fields(item).unwrap_or_default(), fields(twin).unwrap_or_default());
        let names: BTreeSet<&String> = item.keys().chain(twin.keys()).collect();
        let differing = names.into_iter().filter(|name| item.get(*name) != twin.get(*name));
        let differing = differing.map(|name| (name, item.get(name), twin.get(name)));
        differences.extend(differing.map(|differing| format!("{key}: {differing:?}")));
    }
    differences
}

/// Where documents differ, whose lists are in no order.
pub(super) fn parts_that_differ(document: Value, expected: Value) -> Vec<String> {
    let mut differing = Vec::new();
    differ("", &in_no_order(document), &in_no_order(expected), &mut differing);
    differing
}

fn differ(place: &str, value: &Value, expected: &Value, differing: &mut Vec<String>) {
    match (value, expected) {
        (Value::Object(fields), Value::Object(others)) if fields.keys().eq(others.keys()) => {
            for (name, value) in fields {
                differ(&format!("{place}/{name}"), value, &others[name], differing);
            }
        }
        _ if value == expected => {}
        _ => differing.push(format!("{place}: {value}, {expected}")),
    }
}

/// What people were told outside their inboxes: whom, and of what.
pub(super) fn told(api: &Api) -> BTreeMap<(String, String), usize> {
    let mut told = BTreeMap::new();
    let mut count = |to: &str, text: &str| {
        for title in text.split("<T").skip(1).filter_map(|rest| rest.split_once('>')) {
            *told.entry((to.to_owned(), title.0.to_owned())).or_default() += 1;
        }
    };
    for email in api.outbox.emails() {
        let text = String::from_utf8_lossy(&email.message).replace("=\r\n", "");
        count(email.to.as_str(), &text);
    }
    for message in api.slack.messages() {
        count(&message.to, &message.body.to_string());
    }
    told
}

/// Everyone was told of the same, and twice only where a sender died.
pub(super) fn compare_told(worlds: &Worlds) {
    let (told, expected) = (told(&worlds.faulty), told(&worlds.twin));
    let whom = |told: &BTreeMap<_, usize>| told.keys().cloned().collect::<Vec<(String, String)>>();
    pretty_assertions::assert_eq!(whom(&told), whom(&expected));
    for (what, copies) in told {
        let more = copies.saturating_sub(expected[&what]);
        assert!(worlds.deaths > 0 || more == 0, "{what:?}: {more} second copies");
    }
}

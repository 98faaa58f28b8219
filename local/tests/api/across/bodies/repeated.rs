//! A field that comes twice: which of the two was meant, nobody can say.

use serde_json::Value;

use super::places::{objects, with_field};
use super::readers;
use super::target::{Target, prepared};
use crate::support::Answer;

/// The places that an answer names, as its surface does.
fn named(answer: &Answer) -> Vec<String> {
    let body = answer.json();
    let text = |value: &Value| value.as_str().expect("text").to_owned();
    if let Some(param) = body["error"].get("param") {
        return vec![text(param)];
    }
    match [&body["errors"], &body["error"]["details"]] {
        [Value::Array(faults), _] => faults.iter().map(|fault| text(&fault["path"])).collect(),
        [Value::Object(faults), _] | [_, Value::Object(faults)] => faults.keys().cloned().collect(),
        _ => panic!("it names nothing: {body}"),
    }
}

/// The place as the surfaces write it: `[2].data.id`, and `2.data.id`.
fn written(object: &str, name: &str) -> [String; 2] {
    let place = format!("{object}/{name}");
    let steps = place.split('/').skip(1);
    let dotted = steps.clone().collect::<Vec<_>>().join(".");
    let bracketed = steps.fold(String::new(), |path, step| match step.parse::<usize>() {
        Ok(index) => format!("{path}[{index}]"),
        Err(_) if path.is_empty() => step.to_owned(),
        Err(_) => format!("{path}.{step}"),
    });
    [dotted, bracketed]
}

#[tokio::test]
async fn a_field_that_comes_twice_anywhere_is_refused_and_named() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        let good: Value = serde_json::from_str(&target.good(function).await).expect("JSON");
        for object in objects(&good) {
            let fields = good.pointer(&object).and_then(Value::as_object).expect("an object");
            for (name, value) in fields {
                let escaped = format!("\\u{:04x}{}", u32::from(name.as_bytes()[0]), &name[1..]);
                for again in [
                    format!("\"{name}\":{value}"),
                    format!("\"{name}\":null"),
                    format!("\"{name}\":[{value}]"),
                    format!("\"{escaped}\":{value}"),
                ] {
                    let body = with_field(&good, &object, &again);
                    let answer = target.send(function, body).await;
                    assert!([400, 422].contains(&answer.status), "{function}: {}", answer.body);
                    let (named, written) = (named(&answer), written(&object, name));
                    let is_named = named.iter().any(|place| written.contains(place));
                    assert!(is_named, "{function}: {written:?} of {named:?}");
                    assert_eq!(api.faults.calls(), [""; 0], "{function}");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_field_that_comes_twice_where_nobody_looks_is_refused_too() {
    let api = prepared().await;
    let target = Target::of(&api).await;
    for function in readers() {
        let good: Value = serde_json::from_str(&target.good(function).await).expect("JSON");
        let object = if good.is_object() { "" } else { "/0" };
        for unknown in [
            "\"zz\":1,\"zz\":1",
            "\"\":1,\"\":1",
            "\"zz\":{\"a\":1,\"a\":1}",
            "\"zz\":[[{\"a\":1},{\"a\":1,\"b\":{},\"a\":1}]]",
        ] {
            let answer = target.send(function, with_field(&good, object, unknown)).await;
            assert!([400, 422].contains(&answer.status), "{function}: {}", answer.body);
            assert_ne!(named(&answer), [""; 0]);
            assert_eq!(api.faults.calls(), [""; 0], "{function}");
        }
    }
}

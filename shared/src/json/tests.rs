//! JSON that comes in order, deep, or twice.

use super::*;

fn parse(text: &str) -> Result<Json, serde_json::Error> {
    serde_json::from_str(text)
}

#[test]
fn a_field_that_comes_twice_is_found_at_any_depth() {
    let value = parse(r#"{"a":1,"b":[{"c":{"d":1,"\u0064":2}}],"a":3,"a":4}"#).unwrap();
    let inner = vec![Step::Field("b"), Step::Element(0), Step::Field("c"), Step::Field("d")];
    let outer = vec![Step::Field("a")];
    assert_eq!(value.repeated_fields(), [inner, outer.clone(), outer]);
    let once = parse(r#"{"a":{"a":[{"a":1},{"a":1}]}}"#).unwrap();
    assert!(once.repeated_fields().is_empty());
}

#[test]
fn a_pointer_leads_through_objects() {
    let value = parse(r#"{"o":{"id":"acme","a/b":{"~":true}}}"#).unwrap();
    assert_eq!(value.pointer("/o/id"), Some(&Json::String("acme".into())));
    assert_eq!(value.pointer("/o/a~1b/~0"), Some(&Json::Bool(true)));
    assert_eq!(value.pointer("/o/none"), None);
    assert_eq!(value.pointer("o"), None);
}

#[test]
fn brackets_beyond_reason_are_an_error_and_no_overflow() {
    assert!(parse(&"[".repeat(200_000)).is_err());
}

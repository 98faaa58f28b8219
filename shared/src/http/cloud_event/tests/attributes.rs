//! What is asked of every event.

use pretty_assertions::assert_eq;

use super::*;

const TYPE: EventType = EventType::IssueCreated;

fn with(name: &str, value: Value) -> Vec<String> {
    faults(&changed(TYPE, &format!("/{name}"), Some(value)))
}

#[test]
fn a_required_attribute_that_is_left_out_or_null_is_missing() {
    for name in ["specversion", "id", "source", "type", "time"] {
        let missing = [format!("{name}: is required")];
        assert_eq!(faults(&changed(TYPE, &format!("/{name}"), None)), missing);
        assert_eq!(with(name, json!(null)), missing);
    }
    assert_eq!(faults(&changed(TYPE, "/data", None)), ["data: is required"]);
    let every = ["specversion", "id", "source", "type", "time", "data"];
    assert_eq!(faults(&json!({})), every.map(|name| format!("{name}: is required")));
}

#[test]
fn an_optional_attribute_may_be_left_out_or_null() {
    for name in ["datacontenttype", "dataschema", "subject"] {
        assert_eq!(faults(&changed(TYPE, &format!("/{name}"), None)), [""; 0]);
        assert_eq!(with(name, json!(null)), [""; 0]);
    }
    assert_eq!(with("data_base64", json!(null)), [""; 0]);
}

#[test]
fn extensions_that_nobody_knows_are_passed_over() {
    for value in [json!("00-4bf9-01"), json!(null), json!({"a": [1]})] {
        assert_eq!(with("traceparent", value.clone()), [""; 0]);
        assert_eq!(with("orgunit", value), [""; 0]);
    }
}

#[test]
fn an_attribute_at_its_limit_is_taken() {
    for (name, value) in [
        ("id", "é".repeat(256)),
        ("id", " ".to_owned()),
        ("source", "a".repeat(256)),
        ("source", "urn:uuid:6e8bc430-9c3a-11d9-9669-0800200c9a66".to_owned()),
        ("source", "https://tracker.example:8443/kendo?a=%C3%A9#b".to_owned()),
        ("source", "mailto:cncf-wg-serverless@lists.cncf.io".to_owned()),
        ("source", "1-555-123-4567".to_owned()),
        ("time", "2026-03-13T14:05:00Z".to_owned()),
        ("time", "1970-01-01T00:00:00Z".to_owned()),
        ("time", "2026-03-13T15:05:00.000000000+01:00".to_owned()),
        ("datacontenttype", "application/vnd.kendo.v1+json; charset=utf-8".to_owned()),
        ("subject", "é".to_owned()),
    ] {
        assert_eq!(with(name, json!(value)), [""; 0], "{name} {value}");
    }
}

#[test]
fn a_wrong_attribute_is_told_with_its_rule() {
    let version = "must be the string \"1.0\"";
    let id = "must have 1 to 256 characters and no control characters";
    let source = "must be a URI or a reference to one, of 1 to 256 characters, such as /tracker or \
                  https://tracker.example/kendo";
    let time = "must be an RFC 3339 time with seconds, at most nine digits of a fraction, and Z or \
                an offset, such as 2026-03-13T14:00:00Z";
    let ahead = "must be at most 5 minutes ahead";
    let media = "must be application/json or another JSON media type";
    let not_empty = "must be a string that is not empty";
    let base64 = "must be left out: the data is JSON, in `data`";
    let close = "is not one of those allowed; did you mean issue.created?";
    for (name, value, rule) in [
        ("specversion", json!("0.3"), version),
        ("specversion", json!("1"), version),
        ("specversion", json!(1.0), version),
        ("id", json!(""), id),
        ("id", json!("a\tb"), id),
        ("id", json!("a\u{7f}"), id),
        ("id", json!("é".repeat(257)), id),
        ("id", json!(41), "must be a string"),
        ("source", json!(""), source),
        ("source", json!("a b"), source),
        ("source", json!("/é"), source),
        ("source", json!("/a\n"), source),
        ("source", json!("/<a>"), source),
        ("source", json!("/%4"), source),
        ("source", json!("a".repeat(257)), source),
        ("source", json!(["/a"]), "must be a string"),
        ("type", json!("issue.creatd"), close),
        ("type", json!(7), "must be a string"),
        ("time", json!("2026-03-13"), time),
        ("time", json!("2026-03-13T14:00:00"), time),
        ("time", json!(1_773_410_400), "must be a string"),
        ("time", json!("1969-12-31T23:59:59.999999999Z"), "must not be before 1970"),
        ("time", json!("2026-03-13T14:05:00.000000001Z"), ahead),
        ("time", json!("9999-12-30T00:00:00Z"), ahead),
        ("datacontenttype", json!("application/xml"), media),
        ("datacontenttype", json!(""), media),
        ("datacontenttype", json!(7), media),
        ("dataschema", json!(""), not_empty),
        ("subject", json!(""), not_empty),
        ("subject", json!(7), not_empty),
        ("data_base64", json!("e30="), base64),
        ("data", json!(null), "must be an object"),
        ("data", json!([]), "must be an object"),
        ("data", json!("{}"), "must be an object"),
    ] {
        assert_eq!(with(name, value.clone()), [format!("{name}: {rule}")], "{value}");
    }
    let far = with("type", json!("issue.deleted_for_good"));
    assert!(far[0].starts_with("type: must be one of milestone.entered, milestone.exited, "));
}

#[test]
fn without_a_type_the_data_has_to_be_an_object_and_no_more_is_asked_of_it() {
    let mut event = changed(TYPE, "/type", Some(json!("com.example.other")));
    event["data"] = json!({});
    assert_eq!(faults(&event).len(), 1);
    event["data"] = json!(7);
    assert_eq!(faults(&event).first().unwrap(), "data: must be an object");
}

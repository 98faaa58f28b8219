//! Bodies that are JSON, and those that are not.

use super::*;

fn read(body: &[u8]) -> Result<bool, BodyFault> {
    parse(None, body, deserr::deserialize)
}

fn path_of(body: &[u8]) -> String {
    match read(body) {
        Err(BodyFault::Malformed(Malformed { path, .. })) => path.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn json_media_types_are_told_from_others() {
    for json in ["application/json", "Application/JSON; charset=utf-8", "application/ld+json"] {
        assert!(is_json(json.as_bytes()), "{json}");
    }
    for other in
        ["text/plain", "application/jsonp", "json", "", "text/json", "application/+json", "a+json"]
    {
        assert!(!is_json(other.as_bytes()), "{other}");
    }
}

#[test]
fn a_fault_in_the_json_is_reported_with_the_value_it_is_in() {
    assert_eq!(path_of(br#"{"prefs":[{"muted":tru}]}"#), "prefs[0].muted");
    assert_eq!(path_of(br#"{"prefs":[{},{"muted""#), "prefs[1]");
    assert_eq!(path_of(b""), "");
    assert_eq!(path_of(b"true false"), "");
    assert_eq!(path_of(b"\"\xff\""), "");
    assert_eq!(path_of(b"\xef\xbb\xbftrue"), "");
}

#[test]
fn a_body_of_256_kib_is_read_and_one_byte_more_is_not() {
    let mut body = vec![b' '; MAX_BODY_BYTES - 4];
    body.extend(b"true");
    assert_eq!(read(&body), Ok(true));
    body.push(b' ');
    assert_eq!(read(&body), Err(BodyFault::TooLarge));
}

#[test]
fn a_repeated_field_is_reported_after_what_is_no_json_and_of_the_wrong_shape() {
    let read = |body: &[u8]| parse(None, body, |json| Ok(json.field_names().len()));
    let Err(BodyFault::Invalid(violations)) = read(br#"{"a":[{"b":1,"b":2}]}"#) else {
        panic!("it was accepted");
    };
    let violation = violations.first().unwrap();
    assert_eq!(violation.path.to_string(), "a[0].b");
    assert_eq!(violation.kind, ViolationKind::Repeated);

    assert!(matches!(read(br#"{"a":1,"a":2"#), Err(BodyFault::Malformed(_))));
    let shape = parse::<bool>(None, br#"[{"a":1,"a":2}]"#, deserr::deserialize);
    assert!(matches!(shape, Err(BodyFault::WrongShape { .. })));
}

//! One event or a batch, by media type; sizes; the bus.

use pretty_assertions::assert_eq;

use super::*;

const ONE: Option<&str> = Some("application/cloudevents+json");
const BATCH: Option<&str> = Some("application/cloudevents-batch+json; charset=utf-8");

#[test]
fn the_media_type_says_whether_it_is_one_event_or_a_batch() {
    let (one, batch) = (ASSIGNED.to_owned(), format!("[{ASSIGNED},{ASSIGNED}]"));
    for (content_type, body, count) in [
        (ONE, &one, 1),
        (Some("Application/CloudEvents+JSON"), &one, 1),
        (BATCH, &batch, 2),
        (Some("application/json"), &one, 1),
        (Some("application/json"), &batch, 2),
        (Some("application/vnd.kendo+json"), &batch, 2),
        (None, &one, 1),
        (None, &batch, 2),
    ] {
        let events = read_as(content_type, body.as_bytes()).unwrap();
        assert_eq!(events.len(), count, "{content_type:?}");
    }
    for (content_type, body) in [
        (ONE, batch.as_str()),
        (ONE, "null"),
        (BATCH, &one),
        (BATCH, "\"a\""),
        (None, "7"),
        (Some("application/json"), "null"),
    ] {
        let read = read_as(content_type, body.as_bytes());
        assert!(matches!(read, Err(BodyFault::WrongShape { .. })), "{content_type:?} {body}");
    }
}

#[test]
fn another_media_type_too_large_a_body_and_no_json_come_before_everything() {
    for other in ["text/plain", "application/cloudevents", "application/cloudevents+xml", ""] {
        let read = CloudEvents::parse(Some(other.as_bytes()), ASSIGNED.as_bytes());
        assert_eq!(read.unwrap_err(), BodyFault::UnsupportedMediaType, "{other}");
    }
    let large = vec![b' '; body::MAX_BODY_BYTES + 1];
    assert_eq!(CloudEvents::parse(None, &large).unwrap_err(), BodyFault::TooLarge);
    let cut = format!("[{ASSIGNED},{{\"data\":{{\"actor\":tru");
    let Err(BodyFault::Malformed(place)) = CloudEvents::parse(None, cut.as_bytes()) else {
        panic!("it was read");
    };
    assert_eq!(place.path.to_string(), "[1].data.actor");
    assert!(matches!(CloudEvents::parse(None, b""), Err(BodyFault::Malformed(_))));
    assert!(matches!(CloudEvents::parse(None, b"{} {}"), Err(BodyFault::Malformed(_))));
}

#[test]
fn a_batch_holds_1_to_100_events() {
    let event = json!({"type": "member.removed"});
    let rule = [": must hold 1 to 100 events"];
    assert_eq!(faults(&json!([])), rule);
    assert_eq!(faults(&Value::Array(vec![event; 101])), rule);
    let small = format!("[{}]", vec![ASSIGNED; 100].join(","));
    assert_eq!(read_as(BATCH, small.as_bytes()).map(|events| events.len()), Ok(100));
}

#[test]
fn an_event_has_at_most_32_kib_as_sent_without_the_space_around_it() {
    // Bytes, not characters, are counted.
    let (start, end) = ASSIGNED.split_at(ASSIGNED.len() - 1);
    let empty = format!("{start},\"pad\":\"é\"{end}").len();
    let of_size = |size: usize| format!("{start},\"pad\":\"é{}\"{end}", "a".repeat(size - empty));
    let (most, more) = (of_size(MAX_EVENT_BYTES), of_size(MAX_EVENT_BYTES + 1));
    assert_eq!(most.len(), 32 * 1024);
    let fault = "must have at most 32 KiB";

    assert_eq!(told(read_as(ONE, format!(" {most}\n").as_bytes())), [""; 0]);
    assert_eq!(told(read_as(ONE, more.as_bytes())), [format!(": {fault}")]);
    assert_eq!(told(read_as(BATCH, format!("[\n{most} , {ASSIGNED}]").as_bytes())), [""; 0]);
    let batch = format!("[{ASSIGNED},{more},{ASSIGNED}]");
    assert_eq!(told(read_as(BATCH, batch.as_bytes())), [format!("[1]: {fault}")]);
}

#[test]
fn all_faults_of_all_events_are_told_in_their_order() {
    let mut bad: Value = serde_json::from_str(ASSIGNED).unwrap();
    bad["type"] = json!("issue.asigned");
    bad["time"] = json!("soon");
    let lacking = json!({
        "data": {"org_member_id": 1}, "type": "member.removed", "source": "", "id": "1",
    });
    let good: Value = serde_json::from_str(ASSIGNED).unwrap();
    assert_eq!(
        faults(&json!([good, bad, 7, lacking])),
        [
            "[1].time: must be an RFC 3339 time with seconds, at most nine digits of a fraction, and Z \
         or an offset, such as 2026-03-13T14:00:00Z",
            "[1].type: is not one of those allowed; did you mean issue.assigned?",
            "[2]: must be an object",
            "[3].data.user: is required",
            "[3].source: must be a URI or a reference to one, of 1 to 256 characters, such as /tracker \
         or https://tracker.example/kendo",
            "[3].specversion: is required",
            "[3].time: is required",
        ]
    );
}

#[test]
fn no_more_than_a_hundred_faults_are_told() {
    assert_eq!(faults(&Value::Array(vec![json!({}); 100])).len(), 100);
    let mut event: Value = serde_json::from_str(ASSIGNED).unwrap();
    event["type"] = json!("account.notice");
    event["data"] = json!({"recipients": vec![json!(null); 500]});
    assert_eq!(faults(&event).len(), 100);
}

#[test]
fn a_field_that_comes_twice_is_a_fault_wherever_it_is() {
    let (start, end) = ASSIGNED.split_at(ASSIGNED.len() - 1);
    let twice = format!("{start},\"x\":{{\"y\":[{{\"z\":1,\"z\":1}}]}},\"type\":\"a\"{end}");
    let rule = "must not be given more than once";
    let batch = format!("[{ASSIGNED},{twice}]");
    let told = told(read_as(None, batch.as_bytes()));
    assert!(told.contains(&format!("[1].x.y[0].z: {rule}")), "{told:?}");
    assert!(told.contains(&format!("[1].type: {rule}")), "{told:?}");
}

#[test]
fn an_event_over_the_bus_names_its_org_unit() {
    let from_bus =
        |event: &Value| read_from_bus(event.to_string().as_bytes(), &categories(), now());
    let mut event: Value = serde_json::from_str(ASSIGNED).unwrap();
    event["orgunit"] = json!("acme");
    let (org_unit, read) = from_bus(&event).unwrap();
    assert_eq!(org_unit.as_str(), "acme");
    assert_eq!(read.event_type(), EventType::IssueAssigned);

    event["id"] = json!("");
    for (value, rule) in [
        (json!(null), "is required"),
        (json!(7), "must be a string"),
        (json!("a#b"), "may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -"),
    ] {
        event["orgunit"] = value;
        let id = "id: must have 1 to 256 characters and no control characters".to_owned();
        assert_eq!(told(from_bus(&event)), [id, format!("orgunit: {rule}")]);
    }
    let lacking: Value = serde_json::from_str(ASSIGNED).unwrap();
    assert_eq!(told(from_bus(&lacking)), ["orgunit: is required"]);
    assert!(matches!(from_bus(&json!([])), Err(BodyFault::WrongShape { .. })));
}

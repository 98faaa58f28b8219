//! From a body to events: what is taken, and what is told of what is not.

mod attributes;
mod bodies;
mod data;

use serde_json::{Value, json};

use super::*;
use crate::domain::channel_preference::DEFAULT_CATEGORIES;
use crate::domain::event::examples;
use crate::domain::permission::Permission;

/// The event of the contract.
const ASSIGNED: &str = r#"{"specversion":"1.0","id":"e-41","source":"/tracker","type":"issue.assigned","time":"2026-03-13T14:00:00Z","data":{"project":{"id":1,"name":"Kendo"},"issue":{"id":42,"key":"KD-0042","title":"Add pagination"},"actor":4,"assignee":7}}"#;

/// A good event of that type, with everything it may say.
fn example(event_type: EventType) -> Value {
    json!({
        "specversion": "1.0",
        "id": "e-41",
        "source": "/tracker",
        "type": event_type.name(),
        "time": "2026-03-13T14:00:00Z",
        "datacontenttype": "application/json",
        "dataschema": "https://tracker.example/schema",
        "subject": "issue/42",
        "data": examples::data(event_type),
    })
}

fn now() -> Timestamp {
    "2026-03-13T14:00:00Z".parse().unwrap()
}

fn categories() -> Categories {
    DEFAULT_CATEGORIES.parse().unwrap()
}

fn read_as(content_type: Option<&str>, body: &[u8]) -> Result<Vec<Event>, BodyFault> {
    CloudEvents::parse(content_type.map(str::as_bytes), body)?.read(&categories(), now())
}

fn read(body: &Value) -> Result<Vec<Event>, BodyFault> {
    read_as(None, body.to_string().as_bytes())
}

/// The faults, each as `path: what would be right`.
fn told<T>(read: Result<T, BodyFault>) -> Vec<String> {
    match read.map(drop) {
        Ok(()) => Vec::new(),
        Err(BodyFault::Invalid(violations)) => {
            violations.iter().map(|fault| format!("{}: {}", fault.path, fault.kind)).collect()
        }
        Err(other) => panic!("{other}"),
    }
}

fn faults(body: &Value) -> Vec<String> {
    told(read(body))
}

/// The example of that type with one value put in at a pointer; `None` takes it out.
fn changed(event_type: EventType, pointer: &str, value: Option<Value>) -> Value {
    let mut event = example(event_type);
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let parent = event.pointer_mut(parent).unwrap();
    match (value, parent) {
        (Some(value), Value::Object(fields)) => {
            fields.insert(name.to_owned(), value);
        }
        (Some(value), parent) => parent[name.parse::<usize>().unwrap()] = value,
        (None, parent) => {
            parent.as_object_mut().unwrap().remove(name).unwrap();
        }
    }
    event
}

#[test]
fn the_event_of_the_contract_is_read() {
    let events = read_as(Some("application/cloudevents+json"), ASSIGNED.as_bytes()).unwrap();
    let stored = serde_json::to_value(&events[0]).unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0].event_type(), EventType::IssueAssigned);
    assert_eq!(stored["time"], "2026-03-13T14:00:00.000000000Z");
    assert_eq!(stored["data"]["issue"]["key"], "KD-0042");
    assert_eq!(stored["data"]["assignee"], "7");
}

#[test]
fn every_type_is_read_and_is_what_comes_back_from_the_store() {
    for event_type in EventType::ALL {
        let events = read(&example(event_type)).unwrap();
        assert_eq!(events[0].event_type(), event_type);
        let stored = serde_json::to_string(&events[0]).unwrap();
        assert_eq!(serde_json::from_str::<Event>(&stored).unwrap(), events[0], "{event_type}");
    }
}

#[test]
fn the_directory_and_notices_take_permissions_of_their_own() {
    for event_type in EventType::ALL {
        let name = event_type.name();
        let is_of_directory =
            ["member.", "project.", "team."].iter().any(|of| name.starts_with(of));
        let expected = match name {
            "account.notice" => Permission::NoticesWrite,
            _ if is_of_directory => Permission::DirectoryWrite,
            _ => Permission::EventsWrite,
        };
        assert_eq!(event_type.permission(), expected, "{name}");
        assert!(EventType::PERMISSIONS.contains(&expected));
    }
}

#[test]
fn the_types_are_known_before_anything_is_told_of_the_events() {
    let body = json!([
        {"type": "member.removed", "data": 7},
        {"type": "issue.deleted"},
        {"type": 7},
        "account.notice",
        {"type": "account.notice"},
    ]);
    let events = CloudEvents::parse(None, body.to_string().as_bytes()).unwrap();
    let types: Vec<EventType> = events.types().collect();
    assert_eq!(types, [EventType::MemberRemoved, EventType::AccountNotice]);
    let one = CloudEvents::parse(None, ASSIGNED.as_bytes()).unwrap();
    assert_eq!(one.types().collect::<Vec<_>>(), [EventType::IssueAssigned]);
    assert_eq!(CloudEvents::parse(None, b"7").unwrap().types().count(), 0);
}

#[test]
fn debug_output_tells_nothing_of_the_events() {
    let events = CloudEvents::parse(None, ASSIGNED.as_bytes()).unwrap();
    assert_eq!(format!("{events:?}"), "CloudEvents(…)");
}

//! Events: what is taken is what others read in the same body, is stored as it was, and comes in again as it
//! was stored.

use std::sync::LazyLock;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::NOW;
use super::gateway::with_body;
use crate::domain::channel_preference::{Categories, DEFAULT_CATEGORIES};
use crate::domain::event::{Event, EventType, Occurrence};
use crate::failure::Failure;
use crate::http::body::BodyFault;
use crate::http::cloud_event::{MAX_EVENT_BYTES, MOST_EVENTS, read_from_bus};

const ONE: &str = "application/cloudevents+json";
const BATCH: &str = "application/cloudevents-batch+json";

/// The most faults that are told of a body.
const MOST_FAULTS: usize = 100;

const PRIVATE_NAME: &[u8] = b"$serde_json::private::";

static CATEGORIES: LazyLock<Categories> =
    LazyLock::new(|| DEFAULT_CATEGORIES.parse().expect("they are the default"));

/// Takes the bytes as the body of a request, and as the detail of an event on the bus. Says whether there is an
/// event in it.
pub fn event(data: &[u8]) -> bool {
    let either = read(None, data);
    let (one, batch) = (read(Some(ONE), data), read(Some(BATCH), data));
    assert!(one.is_none() || batch.is_none(), "one event is a batch");
    assert_eq!(one.or(batch), either, "the media type changes what an event says");
    if let Some(events) = &either {
        assert!((1..=MOST_EVENTS).contains(&events.len()));
        is_as_others_read_it(data, events);
        events.iter().for_each(comes_back);
    }
    comes_over_the_bus(data, either.as_deref());
    either.is_some()
}

/// Reads the body, if its events are good. The types are known before, for whoever may not send them is told
/// nothing else.
fn read(content_type: Option<&'static str>, body: &[u8]) -> Option<Vec<Event>> {
    let parsed = match with_body(content_type, body).cloud_events() {
        Ok(parsed) => parsed,
        Err(fault) => {
            can_be_told(fault);
            return None;
        }
    };
    let types: Vec<EventType> = parsed.types().collect();
    match parsed.read(&CATEGORIES, now()) {
        Ok(events) => {
            let read: Vec<EventType> = events.iter().map(Event::event_type).collect();
            assert_eq!(types, read, "a permission is asked for another type than is taken");
            Some(events)
        }
        Err(fault) => {
            can_be_told(fault);
            None
        }
    }
}

/// A body that is refused is refused for what is wrong with it, at some place, and not at length.
fn can_be_told(fault: BodyFault) {
    if let BodyFault::Invalid(violations) = &fault {
        assert!((1..=MOST_FAULTS).contains(&violations.iter().count()));
        violations.iter().for_each(|it| assert!(!format!("{}{}", it.path, it.kind).is_empty()));
    }
    assert!(!Failure::from(fault).to_string().is_empty());
}

/// A reader that keeps the last of two equal fields, in whatever order, finds the same events.
fn is_as_others_read_it(data: &[u8], events: &[Event]) {
    // To `serde_json::Value` this name means something of its own; to nobody else.
    if data.windows(PRIVATE_NAME.len()).any(|bytes| bytes == PRIVATE_NAME) {
        return;
    }
    let value: Value = serde_json::from_slice(data).expect("what was read is JSON");
    let bodies = value.as_array().cloned().unwrap_or_else(|| vec![value]);
    assert_eq!(bodies.len(), events.len());
    for (body, event) in bodies.into_iter().zip(events) {
        is_read_as(body.clone(), event);
        assert_eq!(body["type"], json!(event.event_type().name()));
        assert_eq!(body["source"], json!(event.source.as_str()));
        assert_eq!(body["id"], json!(event.id.as_str()));
        assert!(event.time.instant() <= now() + jiff::SignedDuration::from_mins(5));
    }
}

/// An event is stored as it was, and what is stored, sent as an event, is the same one.
fn comes_back(event: &Event) {
    let stored = serde_json::to_string(event).expect("an event is stored");
    let from_store: Event = serde_json::from_str(&stored).expect("what was stored is read");
    assert_eq!(&from_store, event);
    assert_eq!(serde_json::to_string(&from_store).ok(), Some(stored.clone()));
    assert_eq!(event.stamp().as_str().parse(), Ok(event.stamp()));

    let mut sent: Value = serde_json::from_str(&stored).expect("what was stored is JSON");
    sent["specversion"] = json!("1.0");
    is_read_as(sent, event);
}

/// That JSON is the event, but for its score: stored as text, and as a number read as its neighbour by some.
fn is_read_as(mut body: Value, event: &Event) {
    body["data"].as_object_mut().map(|data| data.remove("score"));
    let body = body.to_string();
    let mut expected = event.clone();
    if let Occurrence::Lead(_, alert) = &mut expected.occurrence {
        alert.score = None;
    }
    // Numbers, times and what stands for a character may be written out at greater length.
    if body.len() <= MAX_EVENT_BYTES {
        assert_eq!(read(None, body.as_bytes()), Some(vec![expected]));
    }
}

/// Over the bus comes one event with its org unit, and it is the same as in a request.
fn comes_over_the_bus(detail: &[u8], in_request: Option<&[Event]>) {
    match read_from_bus(detail, &CATEGORIES, now()) {
        Ok((org_unit, event)) => {
            let value: Value = serde_json::from_slice(detail).expect("what was read is JSON");
            assert_eq!(value["orgunit"], json!(org_unit.as_str()));
            assert_eq!(in_request, Some(std::slice::from_ref(&event)));
        }
        Err(fault) => {
            assert!(!matches!(fault, BodyFault::UnsupportedMediaType));
            can_be_told(fault);
        }
    }
}

fn now() -> Timestamp {
    Timestamp::constant(NOW, 0)
}

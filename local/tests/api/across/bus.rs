//! The bus, as it is on a laptop.

use std::cell::RefCell;
use std::rc::Rc;

use local::bus::NotAccepted;
use local::functions::{BusFunction, bus_function};
use local::queue::QueueFault;
use pretty_assertions::assert_eq;
use serde_json::value::RawValue;
use shared::app::App;
use shared::boot::BusEvent;
use shared::failure::Failure;
use shared::http::body::BodyFault;

use crate::support::{Api, Setup, letter_reasons};

pub(super) fn event(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("JSON")
}

pub(super) async fn with_function(function: BusFunction) -> Api {
    let bus_function = Some(("accept-bus-events", function));
    Api::start_with(Setup { bus_function, ..Setup::default() }).await
}

/// Takes what is an event of `acme`; the rest is wrong, or comes at a bad time.
pub(super) async fn picky(_: &App, event: &BusEvent) -> Result<(), Failure> {
    match event.detail().get() {
        detail if detail.contains("acme") => Ok(()),
        "\"panic\"" => panic!("a surprise"),
        "\"busy\"" => Err(Failure::KeysUnavailable),
        _ => Err(BodyFault::WrongShape { expected: "an event".to_owned() }.into()),
    }
}

#[tokio::test]
async fn an_event_reaches_its_function_as_it_was_put_on_the_bus() {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&seen);
    let api = with_function(bus_function(async move |_: &App, event: &BusEvent| {
        noted.borrow_mut().push(event.detail().get().to_owned());
        Ok(())
    }));
    let api = api.await;
    let text = r#"{ "b": 1.50, "a": "\u00e9" }"#;
    assert_eq!(api.put_on_bus(&event(text)).await, Ok(()));
    assert_eq!(*seen.borrow(), [text]);
    let line = api.log.lines().pop().expect("a line");
    assert!(line.contains(r#""work.outcome":"done""#), "{line}");
}

#[tokio::test]
async fn an_event_that_is_none_is_refused_with_the_reason_of_its_dead_letter() {
    let api = with_function(bus_function(picky)).await;
    let reason = "wrong_shape: the body must be an event".to_owned();
    for text in ["7", "7", "8"] {
        let refused = Err(NotAccepted::Refused(reason.clone()));
        assert_eq!(api.put_on_bus(&event(text)).await, refused);
    }
    assert_eq!(letter_reasons(&api).await, vec![reason; 3]);
    assert_eq!(api.put_on_bus(&event("\"acme\"")).await, Ok(()));
}

#[tokio::test]
async fn an_event_that_was_not_taken_may_be_put_again() {
    let api = with_function(bus_function(picky)).await;
    let undone = |why: &str| Err(NotAccepted::Undone(why.to_owned()));
    assert_eq!(api.put_on_bus(&event("\"busy\"")).await, undone("keys_unavailable"));
    assert_eq!(api.put_on_bus(&event("\"panic\"")).await, undone("panicked"));
    api.queue_faults.set(local::faults::Plan::always(QueueFault::Throttle));
    assert_eq!(api.put_on_bus(&event("7")).await, undone("queue.throttled"));
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

//! The bus, and the way in from `cargo dev`'s subcommands, as they are on a laptop.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::path::Path;
use std::rc::Rc;

use local::bus::NotAccepted;
use local::control::{Accepted, Control, ControlFile, Refused, Remote, Secret};
use local::functions::{BusFunction, bus_function};
use local::identity::Identity;
use local::queue::QueueFault;
use local::server;
use pretty_assertions::assert_eq;
use serde_json::value::RawValue;
use shared::app::App;
use shared::boot::BusEvent;
use shared::failure::Failure;
use shared::http::body::BodyFault;
use tokio::task::LocalSet;

use super::dev::Folder;
use crate::support::{Api, Setup, letter_reasons};

fn event(text: &str) -> Box<RawValue> {
    RawValue::from_string(text.to_owned()).expect("JSON")
}

async fn with_function(function: BusFunction) -> Api {
    let bus_function = Some(("accept-bus-events", function));
    Api::start_with(Setup { bus_function, ..Setup::default() }).await
}

/// Takes what is an event of `acme`; the rest is wrong, or comes at a bad time.
async fn picky(_: &App, event: &BusEvent) -> Result<(), Failure> {
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
    assert_eq!(api.bus.put(&event(text)).await, Ok(()));
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
        assert_eq!(api.bus.put(&event(text)).await, refused);
    }
    assert_eq!(letter_reasons(&api).await, vec![reason; 3]);
    assert_eq!(api.bus.put(&event("\"acme\"")).await, Ok(()));
}

#[tokio::test]
async fn an_event_that_was_not_taken_may_be_put_again() {
    let api = with_function(bus_function(picky)).await;
    let undone = |why: &str| Err(NotAccepted::Undone(why.to_owned()));
    assert_eq!(api.bus.put(&event("\"busy\"")).await, undone("keys_unavailable"));
    assert_eq!(api.bus.put(&event("\"panic\"")).await, undone("panicked"));
    api.queue_faults.set(local::faults::Plan::always(QueueFault::Throttle));
    assert_eq!(api.bus.put(&event("7")).await, undone("queue.throttled"));
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

/// Runs a control port in front of such a system, and something that uses it.
async fn controlled<T>(folder: &Path, function: BusFunction, work: impl Future<Output = T>) -> T {
    let Api { gateway, bus, clock, .. } = with_function(function).await;
    let secret = Secret::generate();
    let identity = Rc::new(Identity::load_or_create(folder).expect("an identity"));
    let listener = server::bind((Ipv4Addr::LOCALHOST, 0).into()).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let _file = ControlFile::write(folder, address, &secret).expect("a file");
    let control = Control::new(secret, identity, Rc::new(gateway), bus, clock);
    let (stop, stopping) = tokio::sync::oneshot::channel::<()>();
    let serve = server::serve(listener, control.respond(), async { drop(stopping.await) });
    let work = async {
        let done = work.await;
        drop(stop);
        done
    };
    LocalSet::new().run_until(async { tokio::join!(work, serve).0 }).await
}

#[tokio::test]
async fn the_control_port_says_how_many_events_were_accepted_and_why_the_others_were_not() {
    let folder = Folder::new("control");
    let accepted = controlled(&folder.0, bus_function(picky), async {
        let mut events = vec![event("\"acme\""); 201];
        events[0] = event("7");
        events[150] = event("\"busy\"");
        Remote::find(&folder.0).expect("a process").put_events(&events).await
    });
    let refused = vec![
        Refused {
            number: 1,
            why: "it was refused: wrong_shape: the body must be an event".to_owned(),
        },
        Refused { number: 151, why: "it was not taken: keys_unavailable".to_owned() },
    ];
    assert_eq!(accepted.await.expect("an answer"), Accepted { accepted: 199, refused });
}

#[tokio::test]
async fn the_control_port_opens_to_its_own_token_alone() {
    let folder = Folder::new("token-of-control");
    let refused = controlled(&folder.0, bus_function(picky), async {
        let path = folder.0.join("control.json");
        let mut said: serde_json::Value =
            serde_json::from_slice(&std::fs::read(&path).expect("a file")).expect("JSON");
        let token = said["token"].as_str().expect("a token");
        assert_eq!(token.len(), 64);
        said["token"] = "0".repeat(64).into();
        std::fs::write(&path, said.to_string()).expect("a file");
        Remote::find(&folder.0).expect("a process").put_events(&[event("\"acme\"")]).await
    });
    let refused = refused.await.expect_err("no answer").to_string();
    assert_eq!(refused, "cargo dev is not running; start it in another terminal");
}

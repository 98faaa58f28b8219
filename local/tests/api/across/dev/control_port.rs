//! The control port, in front of a system of the test's own.

use std::net::Ipv4Addr;
use std::path::Path;
use std::rc::Rc;

use jiff::Timestamp;
use local::control::{Accepted, Control, ControlFile, Refused, Remote, Token};
use local::functions::bus_function;
use local::identity::Identity;
use local::schedules::Ticked;
use local::server;
use pretty_assertions::assert_eq;
use tokio::task::LocalSet;

use super::Folder;
use crate::across::bus::{event, picky, with_function};
use crate::across::schedules::{INPUT, every_five_minutes, punctual};
use crate::support::Api;

/// Runs a control port in front of such a system, and something that uses it.
async fn controlled<T>(folder: &Path, api: Api, work: impl Future<Output = T>) -> T {
    let Api { gateway, bus, schedules, operators, clock, .. } = api;
    let token = Token::generate().expect("a token");
    let identity = Rc::new(Identity::load_or_create(folder).expect("an identity"));
    let listener = server::bind((Ipv4Addr::LOCALHOST, 0).into()).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let _file = ControlFile::write(folder, address, &token).expect("a file");
    let (gateway, schedules) = (Rc::new(gateway), Rc::new(schedules));
    let control = Control::new(token, identity, gateway, bus, schedules, operators, clock);
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
    let accepted = controlled(&folder.0, with_function(bus_function(picky)).await, async {
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
    let refused = controlled(&folder.0, with_function(bus_function(picky)).await, async {
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

#[tokio::test]
async fn the_control_port_says_what_became_of_a_tick_at_any_instant_or_now() {
    let folder = Folder::new("tick");
    let mut api = Api::start().await;
    api.clock.advance(60 * 60);
    api.schedules.clear();
    api.schedules.set("due", every_five_minutes(INPUT, punctual));
    let ticked = controlled(&folder.0, api, async {
        let remote = Remote::find(&folder.0).expect("a process");
        let later: Timestamp = "2026-03-13T15:30:00Z".parse().expect("an instant");
        [remote.tick(None).await, remote.tick(Some(later)).await]
    });
    let [now, later] = ticked.await.map(|ticked| ticked.expect("an answer"));
    assert_eq!(now, Ticked::from([("due".to_owned(), Ok(()))]));
    assert_eq!(later, Ticked::from([("due".to_owned(), Err("keys_unavailable".to_owned()))]));
}

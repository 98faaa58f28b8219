//! The control port, in front of a system of the test's own.

use std::net::Ipv4Addr;
use std::path::Path;
use std::rc::Rc;

use local::control::{Accepted, Control, ControlFile, Refused, Remote, Token};
use local::functions::{BusFunction, bus_function};
use local::identity::Identity;
use local::server;
use pretty_assertions::assert_eq;
use tokio::task::LocalSet;

use super::Folder;
use crate::across::bus::{event, picky, with_function};
use crate::support::Api;

/// Runs a control port in front of such a system, and something that uses it.
async fn controlled<T>(folder: &Path, function: BusFunction, work: impl Future<Output = T>) -> T {
    let Api { gateway, bus, clock, .. } = with_function(function).await;
    let token = Token::generate().expect("a token");
    let identity = Rc::new(Identity::load_or_create(folder).expect("an identity"));
    let listener = server::bind((Ipv4Addr::LOCALHOST, 0).into()).await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let _file = ControlFile::write(folder, address, &token).expect("a file");
    let control = Control::new(token, identity, Rc::new(gateway), bus, clock);
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

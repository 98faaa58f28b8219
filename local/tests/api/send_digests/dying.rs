//! A sender whose process ends at any one of its calls: nothing that it has not written down is known to
//! anyone, and the next one completes what it began.

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use local::outbox::EmailFault;
use local::queue::QueueFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{dead_digests, message_in, tick_and_send, with_messages};
use crate::support::Api;
use crate::support::mail::{deliveries, header, set_row, tell};

const THREE: &str = "2026-03-13T15:00:00Z";

/// The call that is the last: the peer does what it asks for, and its answer finds nobody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Store(usize),
    Queue(usize),
    Email(usize),
}

/// Two messages wait that are sent, and one that is not wanted by then.
async fn with_what_waits() -> Api {
    let api = with_messages("hourly", 2).await;
    tell(&api, &message_in("order.updated", "o-1", "7")).await;
    set_row(&api, "7", json!("order.updated"), true, "off").await;
    api
}

/// Has what is due found and sent, until it is done or someone dies; gives whether someone did.
async fn tick_until_death(api: &Api) -> bool {
    let work = async {
        // Whether it was done, its schedule sees.
        api.schedules.tick(THREE.parse().expect("an instant")).await;
        api.send_digests().await;
    };
    tokio::select! {
        () = work => false,
        () = api.death() => true,
    }
}

/// Every call that a tick and what it leads to make, of each peer.
async fn every_call() -> Vec<Last> {
    let api = with_what_waits().await;
    api.faults.set(Plan::default());
    api.digest_faults.set(Plan::default());
    api.email_faults.set(Plan::default());
    assert!(!tick_until_death(&api).await);
    let of_store = api.faults.calls().len();
    let of_queue = api.digest_faults.calls().len();
    let of_email = api.email_faults.calls().len();
    assert_eq!((of_store, of_queue, of_email), (16 + 1 + 5, 1, 1));
    let of_store = (1..=of_store).map(Last::Store);
    let of_queue = (1..=of_queue).map(Last::Queue);
    of_store.chain(of_queue).chain((1..=of_email).map(Last::Email)).collect()
}

#[tokio::test]
async fn a_sender_that_dies_at_any_call_is_followed_by_one_that_sends_what_it_had_not() {
    let die = async |last| {
        let api = with_what_waits().await;
        match last {
            Last::Store(call) => api.faults.set(Plan::fail_call(call, Fault::Die)),
            Last::Queue(call) => api.digest_faults.set(Plan::fail_call(call, QueueFault::Die)),
            Last::Email(call) => api.email_faults.set(Plan::fail_call(call, EmailFault::Die)),
        }
        assert!(tick_until_death(&api).await, "{last:?}");
        api.faults.set(Plan::default());
        api.digest_faults.set(Plan::default());
        api.email_faults.set(Plan::default());
        for at in ["2026-03-13T15:05:00Z", "2026-03-13T16:05:00Z", "2026-03-13T17:10:00Z"] {
            // Longer than a claim, and than a message is hidden that was handed out.
            api.clock.advance(600);
            tick_and_send(&api, at).await;
        }
        // Whoever died between the peer's answer and its record, the next one cannot know of.
        let copies = if last == Last::Email(1) { 2 } else { 1 };
        let emails = api.outbox.emails();
        assert_eq!(emails.len(), copies, "{last:?}");
        for email in emails {
            let subject = header(&String::from_utf8_lossy(&email.message), "Subject");
            assert_eq!(subject.as_deref(), Some("2 new notifications"), "{last:?}");
        }
        for (event, end) in [
            ("/chat:e-1", (json!("sent"), Value::Null)),
            ("/chat:e-2", (json!("sent"), Value::Null)),
            ("/chat:o-1", (json!("denied"), json!("digest_off"))),
        ] {
            let lines = deliveries(&api, event).await;
            let ends: Vec<_> = lines.into_iter().map(|(_, status, _, why)| (status, why)).collect();
            assert_eq!(ends, [end], "{last:?} {event}");
        }
        assert_eq!(dead_digests(&api).await, [""; 0], "{last:?}");
        assert_eq!(api.digest_queue.messages().await, Ok(vec![]), "{last:?}");
    };
    stream::iter(every_call().await).map(die).buffer_unordered(8).collect::<()>().await;
}

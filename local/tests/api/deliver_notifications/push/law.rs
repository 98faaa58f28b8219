//! Each browser is told once, whatever fails.

use local::faults::{Plan, Rates};
use local::push_peer::PushFault;
use proptest::prelude::*;

use super::{deliveries, message, subscribed, with_browsers};
use crate::across::laws::check;
use crate::deliver_notifications::law::{deliver_until_empty, of_queue, of_store};
use crate::support::mail::{dead_deliveries, tell};
use crate::support::push::{PATH, endpoint};

const BROWSERS: [&str; 4] = ["a", "b", "c", "d"];

fn of_push() -> Rates<PushFault> {
    Rates::new([
        (20, PushFault::TooMany { retry_after: 30 }),
        (10, PushFault::Answer(503)),
        (5, PushFault::Answer(413)),
        (5, PushFault::Answer(410)),
        (5, PushFault::LoseRequest),
        (5, PushFault::LoseAnswer),
        (3, PushFault::Die),
    ])
}

#[test]
fn each_browser_is_told_once_at_most_and_twice_only_where_a_sender_died() {
    check((any::<u64>(), any::<u64>()), async |api, _, (seed, number)| {
        for id in subscribed(api).await {
            let removed = api.person("acme", "7").delete(&format!("{PATH}/{id}")).await;
            assert_eq!(removed.status, 204);
        }
        with_browsers(api, BROWSERS).await;
        let id = format!("e-{seed}-{number}");
        tell(api, &message(&id)).await;
        drop(api.push_service.take_messages());
        let dead_before = dead_deliveries(api).await.len();
        api.push_service.set(Plan::seeded(seed, of_push()));
        api.faults.set(Plan::seeded(seed, of_store()));
        api.delivery_faults.set(Plan::seeded(seed, of_queue()));
        let deaths = deliver_until_empty(api, async || api.push_service.death().await).await;
        api.push_service.set(Plan::default());
        api.faults.set(Plan::default());
        api.delivery_faults.set(Plan::default());

        let told = api.push_service.take_messages();
        let copies = |name: &str| told.iter().filter(|it| it.endpoint == endpoint(name)).count();
        let dead: Vec<String> = dead_deliveries(api).await.split_off(dead_before);
        let is_worn_out = dead.iter().any(|letter| letter.starts_with("received 5 times"));
        let second_copies: usize = BROWSERS.iter().map(|name| copies(name).saturating_sub(1)).sum();
        let lines = deliveries(api, &id).await;
        let [(_, status, _, reason)] = &lines[..] else { panic!("not one delivery: {lines:?}") };
        match (status.as_str().expect("text"), reason.as_str()) {
            ("sent", None) => assert!(!told.is_empty()),
            ("failed", Some(reason)) => {
                assert!(is_worn_out || dead.iter().any(|it| it.contains(reason)), "{dead:?}");
            }
            // Who died, or could not bury what was dead, five times over leaves that to the queue.
            ("sending" | "waiting", _) => assert!(!dead.is_empty(), "{status} {reason:?}"),
            // All that were left are gone by now.
            ("denied", Some("unreachable")) => {}
            end => panic!("{end:?}: {dead:?}"),
        }
        // A death cuts off several who had their answer and not written it down.
        assert!(deaths > 0 || second_copies == 0, "{second_copies} second copies");
    });
}

//! Each notification is delivered once, whatever fails.

use local::faults::{Fault, Plan, Rates};
use local::outbox::EmailFault;
use local::queue::QueueFault;
use proptest::prelude::*;

use crate::across::laws::check;
use crate::support::Api;
use crate::support::mail::{alert_to, dead_deliveries, deliveries, know_addresses, tell};

const USERS: [&str; 6] = ["7", "8", "9", "10", "11", "12"];

/// How often something is tried that fails now and then.
const MOST_ROUNDS: usize = 80;

fn of_email() -> Rates<EmailFault> {
    Rates::new([
        (30, EmailFault::TooMany),
        (10, EmailFault::Fail),
        (5, EmailFault::Refuse),
        (5, EmailFault::TimeoutBeforeSending),
        (5, EmailFault::TimeoutAfterSending),
        (5, EmailFault::Die),
    ])
}

pub(crate) fn of_store() -> Rates<Fault> {
    Rates::new([
        (3, Fault::LoseRequest),
        (3, Fault::LoseAnswer),
        (3, Fault::Conflict),
        (3, Fault::Throttle),
    ])
}

pub(crate) fn of_queue() -> Rates<QueueFault> {
    Rates::new([
        (5, QueueFault::LoseRequest),
        (5, QueueFault::LoseAnswer),
        (5, QueueFault::Throttle),
    ])
}

/// Delivers until nothing waits; whoever dies is followed by another one. Gives how many died.
pub(super) async fn deliver_until_empty(api: &Api, death: impl AsyncFn()) -> usize {
    let mut deaths = 0;
    for _ in 0..MOST_ROUNDS {
        let died = tokio::select! {
            _ = api.deliver() => false,
            () = death() => true,
        };
        deaths += usize::from(died);
        if api.delivery_queue.messages().await == Ok(vec![]) {
            return deaths;
        }
        // Longer than any delay, any claim, and than a message is hidden that was handed out.
        api.clock.advance(1000);
    }
    panic!("never done: {:?}", api.delivery_queue.messages().await);
}

#[test]
fn each_is_sent_once_or_dead_with_its_reason_and_twice_only_where_a_sender_died() {
    check((any::<u64>(), any::<u64>()), async |api, _, (seed, number)| {
        let event = format!("e-{seed}-{number}");
        know_addresses(api, &USERS).await;
        tell(api, &alert_to(&event, &USERS)).await;
        drop(api.outbox.take());
        let dead_before = dead_deliveries(api).await.len();
        api.email_faults.set(Plan::seeded(seed, of_email()));
        api.faults.set(Plan::seeded(seed, of_store()));
        api.delivery_faults.set(Plan::seeded(seed, of_queue()));
        let deaths = deliver_until_empty(api, async || api.email_faults.death().await).await;
        api.email_faults.set(Plan::default());
        api.faults.set(Plan::default());
        api.delivery_faults.set(Plan::default());

        let emails = api.outbox.take();
        let copies = |user: &str| emails.iter().filter(|it| it.user.as_str() == user).count();
        let dead: Vec<String> = dead_deliveries(api).await.split_off(dead_before);
        let lines = deliveries(api, &format!("/accounts:{event}")).await;
        assert_eq!(lines.len(), USERS.len());
        // Who died, or could not bury what was dead, five times over leaves that to the queue.
        let is_worn_out = dead.iter().any(|letter| letter.starts_with("received 5 times"));
        let mut second_copies = 0;
        for (user, status, _, reason) in lines {
            let copies = copies(user.as_str().expect("text"));
            let is_dead = |reason| is_worn_out || dead.iter().any(|it| it.contains(reason));
            match (status.as_str().expect("text"), reason.as_str()) {
                ("sent", None) => {
                    assert!(copies >= 1, "{user}");
                    second_copies += copies - 1;
                }
                ("failed", Some(reason @ "email.refused Injected")) => {
                    assert!(is_dead(reason), "{user}: {dead:?}");
                    second_copies += copies;
                }
                ("failed", Some(reason @ "email.unanswered injected")) => {
                    assert!(is_dead(reason), "{user}: {dead:?}");
                    second_copies += copies.saturating_sub(1);
                }
                ("sending" | "waiting", _) if is_worn_out => {
                    second_copies += copies.saturating_sub(1);
                }
                end => panic!("{user} {end:?}: {dead:?}"),
            }
        }
        // Each death may have cut off several who had their answer and not written it down.
        assert!(deaths > 0 || second_copies == 0, "{second_copies} second copies");
    });
}

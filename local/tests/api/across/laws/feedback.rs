//! Who is reached by email, while addresses change and emails come back.

use std::collections::BTreeSet;

use local::faults::{Fault, Plan, Rates};
use proptest::prelude::*;
use serde_json::json;

use super::check;
use crate::decide_delivery::happen;
use crate::ingest_events::upserted;
use crate::record_email_feedback::{arrives, bounce_of, come_back, email_to, unreachable};
use crate::support::Api;

/// Something that happens around one person.
#[derive(Debug, Clone)]
enum Step {
    /// One of two entries about them has one of four addresses from now on.
    Change { entry: usize, address: usize },
    /// Emails to these addresses bounce, all at once.
    Bounce(Vec<usize>),
}

fn step() -> impl Strategy<Value = Step> {
    let change =
        (0..2_usize, 0..4_usize).prop_map(|(entry, address)| Step::Change { entry, address });
    prop_oneof![change, prop::collection::vec(0..4_usize, 1..4).prop_map(Step::Bounce)]
}

/// Some people write an address in large letters, some mail servers answer so.
fn address(user: &str, number: usize, is_loud: bool) -> String {
    let address = format!("{user}-{number}@acme.example");
    if is_loud { address.to_uppercase() } else { address }
}

async fn change(api: &Api, user: &str, step: usize, entry: usize, address: &str) {
    let mut event = upserted(&format!("{user}-{step}"), &format!("{user}-{entry}"), user, true);
    event["time"] = json!(format!("2026-03-13T13:{step:02}:00Z"));
    event["data"]["email"] = json!(address);
    happen(api, "acme", &event).await;
}

/// Has these recorded while the store fails now and then, however long it takes.
async fn bounce(api: &Api, user: &str, seed: u64, addresses: &[usize]) {
    let rates = [(15, Fault::Throttle), (15, Fault::LoseAnswer), (10, Fault::Conflict)];
    api.faults.set(Plan::seeded(seed, Rates::new(rates)));
    let events = addresses
        .iter()
        .map(|number| bounce_of(user, &address(user, *number, number % 2 == 0), "Permanent"));
    come_back(api, &events.collect::<Vec<_>>()).await;
    while api.feedback_queue.messages().await != Ok(vec![]) {
        api.clock.advance(900);
        api.record_feedback().await;
    }
    api.faults.set(Plan::default());
}

#[test]
fn who_is_reached_by_email_is_whose_address_did_not_come_back() {
    let steps = prop::collection::vec(step(), 1..8);
    check((steps, any::<u64>()), async |api, user, (steps, seed)| {
        let (mut entries, mut newest) = ([None, None], None);
        let mut marked: BTreeSet<usize> = BTreeSet::new();
        for (number, step) in steps.iter().enumerate() {
            match step {
                Step::Change { entry, address: new } => {
                    change(api, user, number, *entry, &address(user, *new, number % 2 == 1)).await;
                    (entries[*entry], newest) = (Some(*new), Some(*new));
                }
                Step::Bounce(addresses) => {
                    bounce(api, user, seed.wrapping_add(number as u64), addresses).await;
                    let theirs = addresses.iter().filter(|one| entries.contains(&Some(**one)));
                    marked.extend(theirs);
                }
            }
            let is_reached = newest.is_some_and(|address| !marked.contains(&address));
            let expected = if is_reached { arrives() } else { unreachable() };
            assert_eq!(email_to(api, "acme", user).await, expected, "{number}: {steps:?}");
        }
    });
}

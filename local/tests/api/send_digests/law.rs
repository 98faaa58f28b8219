//! Whatever people are sent, choose and do while clocks go on and things fail: each message leaves with one
//! digest or at once, or is denied with its reason.

use local::faults::{Plan, Rates};
use local::outbox::EmailFault;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::across::laws::check_some;
use crate::deliver_notifications::law::{of_queue, of_store};
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::mail::{deliveries, message_to, set_row, tell};

/// What happens, one after the other.
#[derive(Debug, Clone)]
enum Step {
    /// A message of that category.
    Message(&'static str),
    /// A row of that category, or of all others.
    Row(Option<&'static str>, bool, &'static str),
    /// They live elsewhere from then on.
    Move(&'static str),
    /// Nobody knows where they are reached any more, until they move.
    Leave,
    /// So many minutes go by.
    Wait(i64),
    /// What is due is found and sent; things fail, if there is a seed.
    Tick(Option<u64>),
}

const CATEGORIES: [&str; 3] = ["chat.message", "order.updated", "agent.alert"];

fn step() -> impl Strategy<Value = Step> {
    let scope = select(vec![None, Some("chat.message"), Some("order.updated")]);
    let digest = select(vec!["hourly", "hourly", "daily", "instant", "off"]);
    let zone = select(vec!["Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "Nowhere/Atall"]);
    prop_oneof![
        8 => select(CATEGORIES.to_vec()).prop_map(Step::Message),
        2 => (scope, prop::bool::weighted(0.8), digest)
            .prop_map(|(scope, email, digest)| Step::Row(scope, email, digest)),
        1 => zone.prop_map(Step::Move),
        1 => Just(Step::Leave),
        3 => (1..2000_i64).prop_map(Step::Wait),
        3 => prop::option::of(any::<u64>()).prop_map(Step::Tick),
    ]
}

/// Sends what is due now; gives whether a sender died of it.
async fn tick(api: &Api, seed: Option<u64>) -> bool {
    if let Some(seed) = seed {
        let of_email =
            Rates::new([(25, EmailFault::TooMany), (10, EmailFault::Fail), (5, EmailFault::Die)]);
        api.email_faults.set(Plan::seeded(seed, of_email));
        api.faults.set(Plan::seeded(seed, of_store()));
        api.digest_faults.set(Plan::seeded(seed, of_queue()));
    }
    // Whether all was found, the next tick sees.
    drop(api.schedules.tick(api.timestamp().parse().expect("an instant")).await);
    let died = tokio::select! {
        _ = api.send_digests() => false,
        () = api.email_faults.death() => true,
    };
    api.email_faults.set(Plan::default());
    api.faults.set(Plan::default());
    api.digest_faults.set(Plan::default());
    died
}

async fn know(api: &Api, user: &str, number: usize, zone: Option<&str>) {
    let mut known = upserted(&format!("{user}-{number}"), &format!("m-{user}"), user, true);
    known["time"] = json!(api.timestamp());
    match zone {
        Some(zone) => known["data"]["zoneinfo"] = json!(zone),
        None => known["type"] = json!("member.removed"),
    }
    tell(api, &known).await;
}

fn title(user: &str, number: usize) -> String {
    format!("<{user}:{number}>")
}

#[test]
fn each_message_is_in_one_digest_or_sent_at_once_or_denied_with_its_reason() {
    let steps = (vec(step(), 1..12), any::<bool>());
    check_some(8, steps, async |api, user, (steps, starts_hourly)| {
        know(api, user, 1000, Some("Europe/Berlin")).await;
        let digest = if starts_hourly { "hourly" } else { "daily" };
        set_row(api, user, Value::Null, true, digest).await;
        let (mut messages, mut deaths) = (Vec::new(), 0);
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Message(category) => {
                    let mut message = message_to(&format!("{user}-{number}"), &[user]);
                    message["data"]["category"] = json!(category);
                    message["data"]["title"] = json!(title(user, number));
                    tell(api, &message).await;
                    messages.push(number);
                }
                Step::Row(scope, email, digest) => {
                    set_row(api, user, json!(scope), email, digest).await;
                }
                Step::Move(zone) => know(api, user, number, Some(zone)).await,
                Step::Leave => know(api, user, number, None).await,
                Step::Wait(minutes) => api.clock.advance(minutes * 60),
                Step::Tick(seed) => deaths += usize::from(tick(api, seed).await),
            }
        }
        api.deliver().await;
        // Longer than any day, any claim and any delay.
        for _ in 0..3 {
            api.clock.advance(30 * 3600);
            deaths += usize::from(tick(api, None).await);
        }
        assert_eq!(api.digest_queue.messages().await, Ok(vec![]));
        let emails = api.outbox.take();
        let texts: Vec<String> = emails
            .iter()
            .map(|email| String::from_utf8_lossy(&email.message).replace("=\r\n", ""))
            .collect();
        let mut second_copies = 0;
        for number in messages {
            let copies = texts.iter().filter(|text| text.contains(&title(user, number))).count();
            let lines = deliveries(api, &format!("/chat:{user}-{number}")).await;
            let line = lines.into_iter().next();
            let line = line.map(|(_, status, _, why)| (status, why));
            match line {
                // It was decided against it as it was dispatched.
                None => assert_eq!(copies, 0, "{number}"),
                Some((status, Value::Null)) if status == "sent" => {
                    assert!(copies >= 1, "{number}");
                    second_copies += copies - 1;
                }
                Some((status, Value::String(why))) if status == "denied" => {
                    let reasons = ["muted", "digest_off", "unreachable"];
                    assert!(reasons.contains(&why.as_str()), "{number} {why}");
                    // A copy that was sent by who died of it, before it was turned off.
                    second_copies += copies;
                }
                Some(end) => panic!("{number} {end:?}"),
            }
        }
        assert!(deaths > 0 || second_copies == 0, "{second_copies} second copies");
    });
}

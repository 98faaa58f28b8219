//! Whatever people are sent, choose and do while clocks go on and things fail: each message leaves with one
//! digest or at once, or is denied with its reason.

use std::collections::HashMap;

use local::faults::{Fault, Plan, Rates};
use local::outbox::EmailFault;
use local::queue::QueueFault;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

use crate::across::laws::check_some;
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::mail::{PREFERENCES, deliveries, message_to, set_row, tell};

/// What things fail by, if they do.
type Seed = Option<u64>;

/// What happens, one after the other.
#[derive(Debug, Clone)]
enum Step {
    /// A message of that category.
    Message(&'static str, Seed),
    /// A row of that category, or of all others.
    Row(Option<&'static str>, bool, &'static str, Seed),
    /// They live elsewhere from then on.
    Move(&'static str),
    /// Nobody knows where they are reached any more, until they move.
    Leave,
    /// So many minutes go by.
    Wait(i64),
    /// What is due is found and sent.
    Tick(Seed),
}

const CATEGORIES: [&str; 3] = ["chat.message", "order.updated", "agent.alert"];

fn step() -> impl Strategy<Value = Step> {
    let scope = select(vec![None, Some("chat.message"), Some("order.updated")]);
    let digest = select(vec!["hourly", "hourly", "daily", "instant", "off"]);
    let zone = select(vec!["Europe/Berlin", "America/Santiago", "Asia/Kathmandu", "Nowhere/Atall"]);
    let seed = || prop::option::of(any::<u64>());
    prop_oneof![
        8 => (select(CATEGORIES.to_vec()), seed())
            .prop_map(|(category, seed)| Step::Message(category, seed)),
        2 => (scope, prop::bool::weighted(0.8), digest, seed())
            .prop_map(|(scope, email, digest, seed)| Step::Row(scope, email, digest, seed)),
        1 => zone.prop_map(Step::Move),
        1 => Just(Step::Leave),
        3 => (1..2000_i64).prop_map(Step::Wait),
        3 => seed().prop_map(Step::Tick),
    ]
}

/// Does it, and whatever it asks for may fail, or kill who asks; gives what came of it, if nobody died.
async fn failing<T>(api: &Api, seed: Seed, work: impl Future<Output = T>) -> Option<T> {
    let Some(seed) = seed else { return Some(work.await) };
    let of_store = [
        (3, Fault::LoseRequest),
        (3, Fault::LoseAnswer),
        (3, Fault::Conflict),
        (3, Fault::Throttle),
        (2, Fault::Die),
    ];
    let of_queue = Rates::new([
        (5, QueueFault::LoseRequest),
        (5, QueueFault::LoseAnswer),
        (5, QueueFault::Throttle),
        (3, QueueFault::Die),
    ]);
    let of_email =
        Rates::new([(25, EmailFault::TooMany), (10, EmailFault::Fail), (5, EmailFault::Die)]);
    api.faults.set(Plan::seeded(seed, Rates::new(of_store)));
    api.email_faults.set(Plan::seeded(seed, of_email));
    api.queue_faults.set(Plan::seeded(seed, of_queue.clone()));
    api.digest_faults.set(Plan::seeded(seed, of_queue));
    let done = tokio::select! {
        done = work => Some(done),
        () = api.death() => None,
    };
    api.faults.set(Plan::default());
    api.email_faults.set(Plan::default());
    api.queue_faults.set(Plan::default());
    api.digest_faults.set(Plan::default());
    done
}

/// Sends what is due now; gives whether a sender died of it.
async fn tick(api: &Api, seed: Seed) -> bool {
    let now = api.timestamp().parse().expect("an instant");
    let work = async {
        // Whether all was found, the next tick sees.
        api.schedules.tick(now).await;
        api.send_digests().await;
    };
    failing(api, seed, work).await.is_none()
}

/// Tells of a message, again if it failed, until it is dispatched.
async fn dispatch(api: &Api, message: &Value, seed: Seed) {
    let admin = api.admin("acme");
    let work = async {
        admin.post("/v1/events", message).await;
        api.dispatch().await;
    };
    failing(api, seed, work).await;
    tell(api, message).await;
    for _ in 0..5 {
        if api.queue.messages().await == Ok(vec![]) {
            return;
        }
        // Longer than a message is hidden that was handed out, and than any delay.
        api.clock.advance(1000);
        api.dispatch().await;
    }
    panic!("never dispatched");
}

async fn know(api: &Api, user: &str, number: usize, zone: Option<&str>) {
    // What is said later counts.
    api.clock.advance(1);
    let mut known = upserted(&format!("{user}-{number}"), &format!("m-{user}"), user, true);
    known["time"] = json!(api.timestamp());
    match zone {
        Some(zone) => known["data"]["zoneinfo"] = json!(zone),
        None => known["type"] = json!("member.removed"),
    }
    tell(api, &known).await;
}

/// Asks for a row, which may fail.
async fn try_row(api: &Api, user: &str, scope: Option<&str>, email: bool, digest: &str) {
    let row = json!({
        "category": scope, "in_app_enabled": true, "email_enabled": email,
        "push_enabled": false, "digest": digest,
    });
    api.person("acme", user).with("messaging:update").put(PREFERENCES, &row).await;
}

fn title(user: &str, number: usize) -> String {
    format!("<{user}:{number}>")
}

/// Someone as they chose to be told, and whether they can be.
struct Person {
    rows: HashMap<Option<&'static str>, (bool, &'static str)>,
    is_reachable: bool,
}

impl Person {
    /// Whether email about a message of that category is sent to them, at once or later.
    fn is_told(&self, category: &'static str) -> bool {
        let row = self.rows.get(&Some(category)).or_else(|| self.rows.get(&None));
        self.is_reachable && row.is_some_and(|(email, digest)| *email && *digest != "off")
    }
}

#[test]
fn each_message_is_in_one_digest_or_sent_at_once_or_denied_with_its_reason() {
    let steps = (vec(step(), 1..12), any::<bool>());
    check_some(12, steps, async |api, user, (steps, starts_hourly)| {
        know(api, user, 1000, Some("Europe/Berlin")).await;
        let digest = if starts_hourly { "hourly" } else { "daily" };
        set_row(api, user, Value::Null, true, digest).await;
        let mut person = Person { rows: [(None, (true, digest))].into(), is_reachable: true };
        let (mut messages, mut deaths) = (Vec::new(), 0);
        for (number, step) in steps.into_iter().enumerate() {
            match step {
                Step::Message(category, seed) => {
                    let mut message = message_to(&format!("{user}-{number}"), &[user]);
                    message["data"]["category"] = json!(category);
                    message["data"]["title"] = json!(title(user, number));
                    dispatch(api, &message, seed).await;
                    messages.push((number, person.is_told(category)));
                }
                Step::Row(scope, email, digest, seed) => {
                    failing(api, seed, try_row(api, user, scope, email, digest)).await;
                    // Whatever came of it, it is so by now.
                    set_row(api, user, json!(scope), email, digest).await;
                    person.rows.insert(scope, (email, digest));
                }
                Step::Move(zone) => {
                    know(api, user, number, Some(zone)).await;
                    person.is_reachable = true;
                }
                Step::Leave => {
                    know(api, user, number, None).await;
                    person.is_reachable = false;
                }
                Step::Wait(minutes) => api.clock.advance(minutes * 60),
                Step::Tick(seed) => deaths += usize::from(tick(api, seed).await),
            }
        }
        api.deliver().await;
        // Longer than any day, any claim and any delay.
        for _ in 0..3 {
            api.clock.advance(30 * 3600);
            tick(api, None).await;
        }
        assert_eq!(api.digest_queue.messages().await, Ok(vec![]));
        let emails = api.outbox.take();
        let texts: Vec<String> = emails
            .iter()
            .map(|email| String::from_utf8_lossy(&email.message).replace("=\r\n", ""))
            .collect();
        for (number, is_told) in messages {
            let copies = texts.iter().filter(|text| text.contains(&title(user, number))).count();
            let lines = deliveries(api, &format!("/chat:{user}-{number}")).await;
            assert_eq!(lines.len(), usize::from(is_told), "{number}");
            // Each who died sent one digest, or one of each cadence, of which nobody knows: one more of each.
            let of_the_dead =
                match lines.into_iter().next().map(|(_, status, _, why)| (status, why)) {
                    // It was decided against it as it was dispatched.
                    None => {
                        assert_eq!(copies, 0, "{number}");
                        0
                    }
                    Some((status, Value::Null)) if status == "sent" => {
                        assert!(copies >= 1, "{number}");
                        copies - 1
                    }
                    Some((status, Value::String(why))) if status == "denied" => {
                        let reasons = ["muted", "digest_off", "unreachable"];
                        assert!(reasons.contains(&why.as_str()), "{number} {why}");
                        copies
                    }
                    Some(end) => panic!("{number} {end:?}"),
                };
            assert!(of_the_dead <= deaths, "{number}: {of_the_dead} more, and {deaths} died");
        }
    });
}

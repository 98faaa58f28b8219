//! Each lead alert is one message, whatever fails.

use local::faults::{Plan, Rates};
use local::slack::SlackFault;
use proptest::prelude::*;
use serde_json::json;

use super::{deliveries, lead};
use crate::across::laws::check;
use crate::deliver_notifications::law::{deliver_until_empty, of_queue, of_store};
use crate::support::mail::{dead_deliveries, tell};
use crate::support::slack::{connect_slack, slack_id, slack_user};

const USERS: [&str; 4] = ["7", "8", "9", "10"];

fn of_slack() -> Rates<SlackFault> {
    Rates::new([
        (20, SlackFault::TooMany { retry_after: 30 }),
        (10, SlackFault::Fail),
        (5, SlackFault::Answer("invalid_auth")),
        (5, SlackFault::Answer("invalid_blocks")),
        (5, SlackFault::LoseRequest),
        (5, SlackFault::LoseAnswer),
        (5, SlackFault::Die),
    ])
}

#[test]
fn each_alert_is_one_message_or_dead_with_its_reason_and_two_only_where_a_sender_died() {
    check((any::<u64>(), any::<u64>()), async |api, _, (seed, number)| {
        connect_slack(api, "acme", USERS.map(slack_user));
        for user in USERS {
            api.map_to_slack("acme", user, &slack_id(user)).await;
        }
        let id = |user: &str| format!("e-{seed}-{number}-{user}");
        let alerts = USERS.map(|user| lead("surge.fired", &id(user), &json!(user)));
        tell(api, &json!(alerts)).await;
        drop(api.slack.take_messages());
        let dead_before = dead_deliveries(api).await.len();
        api.slack.set(Plan::seeded(seed, of_slack()));
        api.faults.set(Plan::seeded(seed, of_store()));
        api.delivery_faults.set(Plan::seeded(seed, of_queue()));
        let deaths = deliver_until_empty(api, async || api.slack.death().await).await;
        api.slack.set(Plan::default());
        api.faults.set(Plan::default());
        api.delivery_faults.set(Plan::default());

        let messages = api.slack.take_messages();
        let dead: Vec<String> = dead_deliveries(api).await.split_off(dead_before);
        // Who died, or could not bury what was dead, five times over leaves that to the queue.
        let is_worn_out = dead.iter().any(|letter| letter.starts_with("received 5 times"));
        let is_dead = |reason: &str| is_worn_out || dead.iter().any(|it| it.contains(reason));
        let mut second_copies = 0;
        for user in USERS {
            let copies = messages.iter().filter(|it| it.to == slack_id(user)).count();
            let lines = deliveries(api, &id(user)).await;
            let [(_, status, _, reason)] = &lines[..] else { panic!("{user}: {lines:?}") };
            match (status.as_str().expect("text"), reason.as_str()) {
                ("sent", None) => {
                    assert!(copies >= 1, "{user}");
                    second_copies += copies - 1;
                }
                ("failed", Some(reason @ "slack.refused invalid_blocks")) => {
                    assert!(is_dead(reason), "{user}: {dead:?}");
                    second_copies += copies;
                }
                ("failed", Some(reason @ "slack.unanswered connection")) => {
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

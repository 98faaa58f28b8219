//! Admins who say who someone is while others do, and while the directory changes.

use futures_util::future::join_all;
use local::faults::{Fault, Plan, Rates};
use serde_json::{Value, json};

use super::put;
use crate::ingest_events::upserted;
use crate::support::Api;
use crate::support::identities::{assert_counts_follow, tell_directory};

/// The events of a member in their order: each changes something that counts.
fn history(member: &str) -> Vec<Value> {
    let at = |second: usize, mut event: Value| {
        event["time"] = json!(format!("2026-03-13T13:00:{second:02}Z"));
        event
    };
    let id = |number: usize| format!("{member}-{number}");
    let upsert = |number, user, confirmed| upserted(&id(number), member, user, confirmed);
    let mut removed = upsert(4, "7", true);
    removed["type"] = json!("member.removed");
    let events = [
        upsert(1, "7", true),
        upsert(2, "7", false),
        upsert(3, "8", true),
        removed,
        upsert(5, "7", true),
        upsert(6, "8", false),
        upsert(7, "8", true),
    ];
    events.into_iter().enumerate().map(|(second, event)| at(second, event)).collect()
}

/// So many admins and events at once, while some requests arrive late.
async fn let_them_meet(seed: u64) {
    let api = Api::start().await;
    let members = ["m-1", "m-2", "m-3"];
    let first: Vec<Value> = members.iter().map(|member| history(member)[0].clone()).collect();
    tell_directory(&api, "acme", &first).await;
    let late = std::time::Duration::from_millis(3);
    let rates =
        Rates::new([(25, Fault::Delay(late)), (5, Fault::LoseAnswer), (5, Fault::Conflict)]);
    api.faults.set(Plan::seeded(seed, rates));
    let events = members.iter().flat_map(|member| history(member).into_iter().skip(1));
    let telling = events.map(async |event| {
        let answer = api.admin("acme").post("/v1/events", &event).await;
        assert!([202, 503].contains(&answer.status), "{}", answer.body);
    });
    let putting = (0..12).map(async |turn: usize| {
        let slack_user = [Some("U12ABCXYZ"), None, Some("U34ABCXYZ")][turn % 3];
        let status = put(&api, members[turn % members.len()], slack_user).await;
        assert!([200, 404, 503].contains(&status), "{status}");
    });
    tokio::join!(join_all(telling), join_all(putting));
    api.faults.settled().await;
    api.faults.set(Plan::default());
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn the_counts_follow_whatever_admins_and_events_come_in_between() {
    for seed in 0..6 {
        let_them_meet(seed).await;
    }
}

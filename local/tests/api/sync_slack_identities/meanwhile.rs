//! Admins and the directory, while a sync runs.

use std::time::Duration;

use futures_util::future::join_all;
use local::faults::{Fault, Rates};
use pretty_assertions::assert_eq;

use super::*;

fn later(mut event: Value) -> Value {
    event["time"] = json!("2026-03-13T13:00:01Z");
    event
}

/// What happens to a member while a sync looks for them.
fn happens_to(number: usize) -> Option<Value> {
    let (member, user) = (format!("m-{number}"), number.to_string());
    let upsert = |confirmed| later(upserted(&format!("later-{number}"), &member, &user, confirmed));
    match number % 5 {
        0 => {
            let mut removed = upsert(true);
            removed["type"] = json!("member.removed");
            Some(removed)
        }
        1 => Some(upsert(false)),
        2 => {
            let mut moved = upsert(true);
            moved["data"]["email"] = json!(format!("moved-{number}@acme.example"));
            Some(moved)
        }
        _ => None,
    }
}

async fn let_them_meet(seed: u64) {
    let api = with_members(30).await;
    connect_slack(&api, "acme", slack_users(30));
    let late = Duration::from_millis(3);
    let rates =
        Rates::new([(25, Fault::Delay(late)), (5, Fault::LoseAnswer), (5, Fault::Conflict)]);
    api.faults.set(Plan::seeded(seed, rates));
    let events: Vec<Value> = (1..=30).filter_map(happens_to).collect();
    let telling = events.chunks(3).map(async |events| {
        let answer = api.admin("acme").post("/v1/events", &json!(events)).await;
        assert!([202, 503].contains(&answer.status), "{}", answer.body);
    });
    let putting = [3, 4, 8, 9].map(async |number: usize| {
        let to = number.is_multiple_of(2).then_some("U12ABCXYZ");
        let status = put_slack(&api, "acme", &format!("m-{number}"), to).await;
        assert!([200, 503].contains(&status), "{status}");
        (number, to, status)
    });
    let (answer, _, put) = tokio::join!(sync(&api), join_all(telling), join_all(putting));
    assert!([200, 503].contains(&answer.status), "{}", answer.body);
    api.faults.settled().await;
    api.faults.set(Plan::default());
    assert_counts_follow(&api, "acme").await;
    for (number, to, status) in put {
        let mapped_to = mapped_to(&api, &number.to_string()).await;
        assert!(status == 503 || mapped_to == json!(to), "{number}: what an admin said stays");
    }
    // What a sync could not finish, or went by what was so before, the next one puts right.
    tell_directory(&api, "acme", &events).await;
    api.clock.advance(60);
    assert_eq!(sync(&api).await.status, 200);
    assert_counts_follow(&api, "acme").await;
    for number in (1..=30).filter(|number| number % 5 == 2) {
        assert_eq!(mapped_to(&api, &number.to_string()).await, Value::Null, "{number}");
    }
}

#[tokio::test]
async fn whatever_admins_and_events_come_in_between_the_counts_follow_and_overrides_stay() {
    for seed in 0..4 {
        let_them_meet(seed).await;
    }
}

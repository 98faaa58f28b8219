//! What becomes of a change while the store fails, and while others change the same.

use std::collections::BTreeSet;
use std::time::Duration;

use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use serde_json::Value;

use super::ALL;
use crate::support::inbox::{INBOX, READ, UNREAD, assigned, fill, ids, next_page, owner, these};
use crate::support::{Api, Setup};

#[tokio::test]
async fn a_fault_that_passes_is_not_noticed_by_who_changes_an_inbox() {
    for path in ALL {
        for fault in [
            Fault::LoseRequest,
            Fault::LoseAnswer,
            Fault::Throttle,
            Fault::ExceedThroughput,
            Fault::Conflict,
        ] {
            for how_many in [1, 2] {
                let api = Api::start().await;
                let all = fill(&api, how_many).await;
                api.faults.set(Plan::first([fault, fault]));
                let answer = owner(&api).post(path, &these(all)).await;
                assert_eq!(answer.status, 204, "{path} {fault:?}: {}", answer.body);
                assert_eq!(api.faults.calls().len(), 3, "{path} {fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn attempts_at_one_transaction_carry_one_token() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    api.faults.set(Plan::first([Fault::LoseAnswer, Fault::LoseRequest]));
    assert_eq!(owner(&api).post(READ, &these(all)).await.status, 204);
    let tokens = api.faults.bodies().into_iter().map(|mut body| body["ClientRequestToken"].take());
    let tokens: Vec<Value> = tokens.collect();
    assert!(tokens[0].is_string() && tokens == vec![tokens[0].clone(); 3], "{tokens:?}");
}

#[tokio::test]
async fn nothing_of_an_inbox_is_ever_logged() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    let person = owner(&api);
    let page = person.get(&format!("{INBOX}?limit=1")).await;
    let next = next_page(&page).expect("more");
    person.get(&next).await;
    person.get(&format!("{INBOX}?cursor=nonsense")).await;
    for path in ALL {
        for named in [vec![all[0]], all.clone()] {
            person.post(path, &these(named)).await;
        }
    }
    let lines = api.log.lines().join("\n");
    let cursor = next.split_once("cursor=").expect("a cursor").1;
    let cursor = cursor.split('&').next().expect("a cursor");
    let id = all[0].to_string();
    for secret in ["Alice", "pagination", "KD-0042", "nonsense", "acme", cursor, &id] {
        assert!(!lines.contains(secret), "{secret}: {lines}");
    }
}

#[tokio::test]
async fn a_fault_that_stays_is_a_503_to_who_changes_an_inbox() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    let before = api.items().await;
    for path in ALL {
        for (fault, attempts) in
            [(Fault::LoseRequest, 4), (Fault::Throttle, 4), (Fault::Conflict, 8)]
        {
            api.faults.set(Plan::always(fault));
            let answer = owner(&api).post(path, &these(all.clone())).await;
            assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{fault:?}");
            assert_eq!(api.faults.calls().len(), attempts, "{fault:?}: attempts are bounded");
        }
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn a_store_that_hangs_is_given_up_before_the_deadline() {
    let setup = Setup {
        attempt_timeout: Some(Duration::from_millis(300)),
        timeout: Some(Duration::from_millis(1000)),
        ..Setup::default()
    };
    let api = Api::start_with(setup).await;
    let all = fill(&api, 2).await;
    api.faults.set(Plan::always(Fault::Delay(Duration::from_secs(60))));
    assert_eq!(owner(&api).post(READ, &these(all)).await.status, 503);
}

#[tokio::test]
async fn two_who_change_an_inbox_at_once_never_leave_half_of_either() {
    let api = Api::start().await;
    let rates = Rates::new([(20, Fault::Conflict), (10, Fault::LoseAnswer)]);
    for seed in 0..12 {
        let all: BTreeSet<u64> = fill_anew(&api, seed).await;
        let body = these(all.iter().copied());
        let person = owner(&api);
        api.faults.set(Plan::seeded(seed, rates.clone()));
        let (read, unread) = tokio::join!(person.post(READ, &body), person.post(UNREAD, &body));
        api.faults.set(Plan::default());
        assert_eq!((read.status, unread.status), (204, 204), "seed {seed}");
        let left = ids(&person.get(&format!("{INBOX}?unread=true")).await);
        let of_these = left.iter().filter(|id| all.contains(id)).count();
        assert!([0, all.len()].contains(&of_these), "seed {seed}: {of_these}");
    }
}

async fn fill_anew(api: &Api, round: u64) -> BTreeSet<u64> {
    let mut ids = BTreeSet::new();
    for number in 0..5 {
        ids.insert(assigned(&format!("{round}-{number}")).put(api).await.as_u64());
    }
    ids
}

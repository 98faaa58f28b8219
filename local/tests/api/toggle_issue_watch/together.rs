//! Flips at the same time.

use futures_util::future::join_all;
use local::faults::{Fault, Plan, Rates};
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::watching::{ISSUE, REPORTS, watcher, watching, with_member};

#[tokio::test]
async fn so_many_flips_at_once_leave_their_parity() {
    for number in [2, 7, 50] {
        let api = with_member().await;
        let person = watcher(&api, "acme", "7");
        let answers = join_all((0..number).map(|_| person.post_nothing(ISSUE))).await;
        let on = answers.iter().filter(|answer| answer.seen() == watching(true)).count();
        let off = answers.iter().filter(|answer| answer.seen() == watching(false)).count();
        // On a busy machine others get in between too often for some of fifty.
        let given_up = answers.iter().filter(|answer| answer.status == 503).count();
        assert_eq!(on + off + given_up, number);
        if given_up > 0 {
            assert!(number == 50 && on.abs_diff(off) <= given_up + 1, "{on} {off} {given_up}");
            continue;
        }
        assert_eq!((on, off), (number - number / 2, number / 2), "each is told of its own flip");
        assert_eq!(person.get(ISSUE).await.seen(), watching(number % 2 == 1));
    }
}

#[tokio::test]
async fn so_many_flips_at_once_leave_their_parity_also_while_the_store_fails_now_and_then() {
    let rates = Rates::new([
        (4, Fault::LoseRequest),
        (8, Fault::LoseAnswer),
        (6, Fault::Conflict),
        (4, Fault::Throttle),
        (4, Fault::Unprocessed),
    ]);
    for (seed, path) in (0..4).flat_map(|seed| [(seed, ISSUE), (seed, REPORTS)]) {
        let api = with_member().await;
        let person = watcher(&api, "acme", "7");
        api.faults.set(Plan::seeded(seed, rates.clone()));
        let answers = join_all((0..12).map(|_| person.post_nothing(path))).await;
        api.faults.set(Plan::default());
        let flips = answers.iter().filter(|answer| answer.status == 200).count();
        // How many get through depends on which of them the faults meet; none is answered otherwise.
        let given_up = answers.iter().filter(|answer| answer.status == 503).count();
        assert_eq!(flips + given_up, answers.len(), "{seed}");
        // Of those nobody knows, but what is there and what was counted agree.
        let items = api.items().await;
        let is_on = items.iter().any(|item| {
            item["sk"] == "WATCHER#7" && item["since"].is_i64() && item["until"].is_null()
        });
        let watch = items.iter().find(|item| item["sk"] == "WATCHER#7").expect("a watch");
        let carried_out = watch["flips"].as_array().expect("flips").len();
        assert_eq!(watch["version"], json!(carried_out), "each counts once");
        assert_eq!(is_on, carried_out % 2 == 1, "{seed}");
        assert!((flips..=12).contains(&carried_out), "{seed}");
        if path == REPORTS {
            let count = items.iter().find(|item| item["sk"] == "WATCHERS").expect("a count");
            assert_eq!(count["watchers"], json!(u8::from(is_on)), "{seed}");
        }
    }
}

#[tokio::test]
async fn a_late_copy_of_an_attempt_changes_nothing() {
    let api = crate::support::Api::start_with(crate::support::Setup {
        attempt_timeout: Some(std::time::Duration::from_millis(200)),
        ..Default::default()
    })
    .await;
    crate::support::watching::know_project(&api, "acme").await;
    let person = watcher(&api, "acme", "7").with("projects:all");
    let late = Fault::Delay(std::time::Duration::from_millis(600));
    for (path, key) in [(ISSUE, None), (ISSUE, Some("k")), (REPORTS, None)] {
        api.faults.set(Plan::fail_call(2, late));
        let answer = match key {
            None => person.post_nothing(path).await,
            Some(key) => person.post_once(path, key).await,
        };
        assert_eq!(answer.status, 200);
        let before = api.items().await;
        api.faults.settled().await;
        assert_eq!(api.items().await, before, "{path}");
    }
}

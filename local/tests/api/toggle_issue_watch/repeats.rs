//! `Idempotency-Key`.

use futures_util::future::join_all;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::watching::{
    ISSUE, REPORTS, is_replayed, join, leave, watcher, watching, with_member,
};

const BY_NUMBER: &str = "/api/projects/1/issues/42/watch";

fn refused(rule: &str) -> (u16, Value) {
    let message = format!("The Idempotency-Key field {rule}.");
    let errors = json!({ "Idempotency-Key": [message] });
    (422, json!({ "message": "The given data was invalid.", "errors": errors }))
}

#[tokio::test]
async fn a_repeat_is_answered_as_the_first_time_for_a_day() {
    let api = with_member().await;
    let person = || watcher(&api, "acme", "7");
    let first = person().post_once(ISSUE, "k").await;
    assert_eq!((first.seen(), is_replayed(&first)), (watching(true), false));
    assert_eq!(
        person().post_nothing(ISSUE).await.seen(),
        watching(false),
        "without a key it flips"
    );
    let day = 24 * 3600;
    for wait in [0, 60, day - 61] {
        api.clock.advance(wait);
        let again = person().post_once(ISSUE, "k").await;
        assert_eq!((again.seen(), is_replayed(&again)), (watching(true), true), "{wait}");
        assert_eq!(person().get(ISSUE).await.seen(), watching(false));
    }
    api.clock.advance(1);
    let a_day_later = person().post_once(ISSUE, "k").await;
    assert_eq!((a_day_later.seen(), is_replayed(&a_day_later)), (watching(true), false));
    assert_eq!(person().get(ISSUE).await.seen(), watching(true), "what is stored still is gone");
    assert!(is_replayed(&person().post_once(ISSUE, "k").await), "and remembered anew");
}

#[tokio::test]
async fn a_key_is_of_one_person_and_one_path() {
    let api = with_member().await;
    join(&api, "acme", "8").await;
    let (seven, eight) = (watcher(&api, "acme", "7"), watcher(&api, "acme", "8"));
    for (person, path) in [(&seven, ISSUE), (&eight, ISSUE), (&seven, BY_NUMBER), (&seven, REPORTS)]
    {
        let answer = person.post_once(path, "k").await;
        assert_eq!((answer.status, is_replayed(&answer)), (200, false), "{path}");
        assert!(is_replayed(&person.post_once(path, "k").await), "{path}");
    }
    assert!(!is_replayed(&seven.post_once(ISSUE, "K").await), "another key");
}

#[tokio::test]
async fn a_key_with_another_body_is_refused() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    for path in [ISSUE, REPORTS] {
        assert_eq!(person.post_once_with(path, "k", "{}").await.status, 200);
        let before = api.items().await;
        let rule = "must not be that of a request with another body";
        assert_eq!(person.post_once_with(path, "k", "{ }").await.seen(), refused(rule));
        assert_eq!(person.post_once(path, "k").await.seen(), refused(rule));
        assert_eq!(api.items().await, before, "{path}");
    }
}

#[tokio::test]
async fn a_key_has_1_to_255_printable_ascii_characters() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    let rule = "must be 1 to 255 printable ASCII characters";
    for path in [ISSUE, REPORTS] {
        for key in ["", "a\tb", "schlüssel", &"k".repeat(256)] {
            assert_eq!(person.post_once(path, key).await.seen(), refused(rule), "{key}");
        }
        assert_eq!(person.post_once(path, "k".repeat(255)).await.status, 200);
        assert_eq!(person.post_once(path, "!#$ ~").await.status, 200);
    }
}

#[tokio::test]
async fn a_refusal_is_not_remembered() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "8");
    let unknown = "/api/projects/1/issues/KD-1/watch";
    assert_eq!(person.post_once(ISSUE, "k").await.status, 403);
    join(&api, "acme", "8").await;
    assert_eq!(person.post_once(unknown, "k").await.status, 404);
    let answer = person.post_once(ISSUE, "k").await;
    assert_eq!((answer.seen(), is_replayed(&answer)), (watching(true), false));
    api.clock.advance(1);
    leave(&api, "acme", "8").await;
    assert_eq!(person.post_once(ISSUE, "k").await.status, 403, "who left is told nothing more");
}

#[tokio::test]
async fn the_same_request_many_times_at_once_flips_once() {
    for path in [ISSUE, REPORTS] {
        let api = with_member().await;
        let person = watcher(&api, "acme", "7");
        let answers = join_all((0..20).map(|_| person.post_once(path, "k"))).await;
        let first = answers.iter().filter(|answer| !is_replayed(answer)).count();
        assert_eq!(first, 1, "{path}");
        let body = &answers[0].body;
        assert!(answers.iter().all(|answer| answer.status == 200 && answer.body == *body));
        let items = api.items().await;
        let watch = items.iter().find(|item| item["sk"] == "WATCHER#7").expect("a watch");
        assert_eq!(watch["version"], json!(1));
    }
}

#[tokio::test]
async fn whatever_the_store_does_a_request_that_is_sent_until_it_is_answered_flips_once() {
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    for path in [ISSUE, REPORTS] {
        for (call, fault) in (1..=4).flat_map(|call| faults.map(|fault| (call, fault))) {
            for count in [1, 3, 9] {
                let api = with_member().await;
                let person = watcher(&api, "acme", "7");
                api.faults.set(Plan::fail_calls(call..call + count, fault));
                let first = person.post_once(path, "k").await;
                api.faults.set(Plan::default());
                let again = person.post_once(path, "k").await;
                assert_eq!(again.status, 200, "{path} {call} {fault:?} {count}");
                if first.status == 200 {
                    assert_eq!(again.body, first.body);
                    assert!(is_replayed(&again), "{path} {call} {fault:?} {count}");
                }
                let items = api.items().await;
                let watch = items.iter().find(|item| item["sk"] == "WATCHER#7");
                assert_eq!(watch.expect("a watch")["version"], json!(1), "{path} {call} {fault:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_request_that_is_under_way_is_a_409_and_flips_nothing() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    let message = "The same request is still being carried out.";
    for path in [ISSUE, REPORTS] {
        let before = api.items().await;
        api.faults.set(Plan::after(1, Fault::Conflict));
        let answer = person.post_once(path, "k").await;
        assert_eq!(answer.seen(), (409, json!({ "message": message })), "{path}");
        api.faults.set(Plan::default());
        assert_eq!(api.items().await, before, "{path}");
        let again = person.post_once(path, "k").await;
        assert_eq!((again.status, is_replayed(&again)), (200, false), "{path}");
    }
}

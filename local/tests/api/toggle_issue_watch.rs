//! `POST /api/projects/{project}/issues/{issue}/watch`

mod repeats;
mod together;

use http::Method;
use hyper::body::Bytes;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::watching::{
    ISSUE, REPORTS, join, know_project, leave, watcher, watching, with_member,
};

#[tokio::test]
async fn on_becomes_off_and_off_on() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    for is_watching in [true, false, true] {
        assert_eq!(person.post_nothing(ISSUE).await.seen(), watching(is_watching));
        assert_eq!(person.get(ISSUE).await.seen(), watching(is_watching));
    }
}

#[tokio::test]
async fn it_is_a_batch_and_an_update_and_a_look_up_more_by_number() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    let by_number = "/api/projects/1/issues/42/watch";
    for (path, calls) in [
        (ISSUE, &["BatchGetItem", "UpdateItem"][..]),
        (by_number, &["GetItem", "BatchGetItem", "UpdateItem"]),
    ] {
        api.faults.set(Plan::default());
        person.post_nothing(path).await;
        assert_eq!(api.faults.calls(), calls, "{path}");
    }
    api.faults.set(Plan::default());
    person.post_once(ISSUE, "k").await;
    assert_eq!(api.faults.calls(), ["BatchGetItem", "TransactWriteItems"]);
    api.faults.set(Plan::default());
    person.post_once(ISSUE, "k").await;
    assert_eq!(api.faults.calls(), ["BatchGetItem"], "a repeat writes nothing");
}

#[tokio::test]
async fn a_watch_is_stored_with_its_intervals_and_found_by_its_person() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    person.post_nothing(ISSUE).await;
    api.clock.advance(10);
    person.post_nothing(ISSUE).await;
    let items = api.items().await;
    let is_theirs =
        |item: &&Value| item["pk"] == "OU#acme#ISSUE#1#KD-42" && item["sk"] == "WATCHER#7";
    let watch = items.iter().find(is_theirs).expect("a watch");
    let flips = watch["flips"].as_array().expect("flips").len();
    let expected = json!({
        "pk": "OU#acme#ISSUE#1#KD-42",
        "sk": "WATCHER#7",
        "gsi1pk": "OU#acme#USER#7",
        "gsi1sk": "WATCH#1#ISSUE#KD-42",
        "version": 2,
        "since": 1_773_410_400_000_000_i64,
        "until": 1_773_410_410_000_000_i64,
        "flipped_at": 1_773_410_410_000_000_i64,
        "flips": watch["flips"],
    });
    assert_eq!((watch, flips), (&expected, 2));
}

#[tokio::test]
async fn leaving_ends_it_and_coming_back_does_not_begin_it_again() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    person.post_nothing(ISSUE).await;
    api.clock.advance(10);
    leave(&api, "acme", "7").await;
    let sees_all = watcher(&api, "acme", "7").with("projects:all");
    assert_eq!(sees_all.get(ISSUE).await.seen(), watching(false));
    assert_eq!(sees_all.post_nothing(ISSUE).await.seen(), watching(true), "also at that moment");
    assert_eq!(sees_all.post_nothing(ISSUE).await.seen(), watching(false));
    api.clock.advance(10);
    join(&api, "acme", "7").await;
    assert_eq!(person.get(ISSUE).await.seen(), watching(false));
    assert_eq!(person.post_nothing(ISSUE).await.seen(), watching(true));
}

#[tokio::test]
async fn an_attempt_whose_answer_was_lost_is_known_and_flips_once() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    let mut is_watching = false;
    let cases = (1..=2).flat_map(|call| faults.map(|fault| (call, fault)));
    for (call, fault) in cases.filter(|case| *case != (1, Fault::Conflict)) {
        for count in 1..=3 {
            api.faults.set(Plan::fail_calls(call..call + count, fault));
            is_watching = !is_watching;
            let answer = person.post_nothing(ISSUE).await;
            assert_eq!(answer.seen(), watching(is_watching), "{call} {fault:?}");
            api.faults.set(Plan::default());
            assert_eq!(person.get(ISSUE).await.seen(), watching(is_watching));
        }
    }
}

#[tokio::test]
async fn a_fault_that_stays_is_a_503_that_says_when_to_come_again() {
    let api = with_member().await;
    let person = watcher(&api, "acme", "7");
    for fault in [Fault::Throttle, Fault::LoseRequest] {
        api.faults.set(Plan::after(1, fault));
        let answer = person.post_nothing(ISSUE).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{fault:?}");
    }
    api.faults.set(Plan::default());
    assert_eq!(person.get(ISSUE).await.seen(), watching(false));
}

#[tokio::test]
async fn the_body_is_not_looked_at_unless_it_is_too_large() {
    let api = with_member().await;
    know_project(&api, "acme").await;
    let person = watcher(&api, "acme", "7");
    let send = async |path, size| {
        let body = Bytes::from(vec![b' '; size]);
        person.send(Method::POST, path, Some("text/plain"), body).await
    };
    for path in [ISSUE, REPORTS] {
        let before = api.items().await;
        let too_large = (413, json!({ "message": "the body must not exceed 256 KiB" }));
        assert_eq!(send(path, 256 * 1024 + 1).await.seen(), too_large);
        assert_eq!(api.items().await, before);
    }
    assert_eq!(person.post(ISSUE, &json!({ "watching": false })).await.seen(), watching(true));
    assert_eq!(person.post(ISSUE, &json!([1])).await.seen(), watching(false));
}

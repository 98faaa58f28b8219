//! What becomes of a question while the store fails.

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, about_seven, decision, event, question, set_leaf, settle};
use crate::ingest_events::assigned;
use crate::support::{Api, Setup};

fn about(people: usize) -> Value {
    question(&assigned("e-1"), &(0..people).collect())
}

#[tokio::test]
async fn what_the_store_leaves_undone_is_asked_for_again() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let expected = api.admin("acme").post(PATH, &about(100)).await.json();
    for fault in [Fault::Unprocessed, Fault::NothingProcessed] {
        api.faults.set(Plan::first([fault]));
        let answer = api.admin("acme").post(PATH, &about(100)).await;
        assert_eq!(answer.seen(), (200, expected.clone()), "{fault:?}");
        assert_eq!(api.faults.calls(), ["BatchGetItem"; 3], "{fault:?}");
    }
    let in_app = about_seven(&api, &event("issue.assigned", json!({}))).await[0].clone();
    assert_eq!(in_app, decision("allow", "mandatory"), "it is not that nothing is known");
}

#[tokio::test]
async fn a_store_that_fails_for_now_is_a_503_that_says_when_to_come_again() {
    let api = Api::start().await;
    for fault in [
        Fault::LoseRequest,
        Fault::LoseAnswer,
        Fault::Throttle,
        Fault::ExceedThroughput,
        Fault::NothingProcessed,
    ] {
        api.faults.set(Plan::first([fault]));
        assert_eq!(api.admin("acme").post(PATH, &about(1)).await.status, 200, "{fault:?}");
        api.faults.set(Plan::always(fault));
        let answer = api.admin("acme").post(PATH, &about(1)).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{fault:?}");
    }
}

#[tokio::test]
async fn a_store_that_fails_for_good_is_a_500_without_inner_detail() {
    let environment = vec![("TABLE_NAME", "no-such-table".to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let answer = api.admin("acme").post(PATH, &about(1)).await;
    let detail = json!("an internal error occurred");
    assert_eq!((answer.status, &answer.json()["detail"]), (500, &detail));
}

#[tokio::test]
async fn a_setting_that_makes_no_sense_is_our_fault_and_no_default() {
    for leaf in ["notifications_enabled", "mute.surge.fired", "channel.*", "member.m-1"] {
        let api = Api::start().await;
        set_leaf(&api, "acme", "7", leaf, "nonsense").await;
        let message = question(&event("message.sent", json!({})), &json!([6, 7]));
        let answer = api.admin("acme").post(PATH, &message).await;
        let detail = json!("an internal error occurred");
        assert_eq!((answer.status, &answer.json()["detail"]), (500, &detail), "{leaf}");
        let line = api.log.lines().pop().expect("a line");
        assert!(line.contains(r#""error.kind":"store.corrupt"#), "{line}");
        assert!(!line.contains("nonsense"), "{line}");
    }
}

#[tokio::test]
async fn a_row_that_rules_nothing_here_may_make_no_sense() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let message = event("message.sent", json!({}));
    let assigned = event("issue.assigned", json!({}));
    let expected = [about_seven(&api, &message).await, about_seven(&api, &assigned).await];
    set_leaf(&api, "acme", "7", "channel.billing.invoice", "nonsense").await;
    assert_eq!(about_seven(&api, &message).await, expected[0], "it is of another category");
    set_leaf(&api, "acme", "7", "channel.*", "nonsense").await;
    assert_eq!(about_seven(&api, &assigned).await, expected[1], "it is no message");
}

//! 202 is said when every event is durable, and not before.

use local::faults::{Fault, Plan};
use local::queue::{QueueCall, QueueFault};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{PATH, accepted, assigned};
use crate::support::Api;

fn batch() -> Value {
    (0..4).map(|number| assigned(&format!("e-{number}"))).collect()
}

async fn waiting(api: &Api) -> usize {
    let messages = api.queue.messages().await.expect("messages");
    let bodies = messages.into_iter().map(|message| message.body);
    bodies.collect::<std::collections::BTreeSet<_>>().len()
}

#[tokio::test]
async fn a_store_that_fails_for_good_is_a_503_and_all_is_well_when_it_comes_again() {
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        let api = Api::start().await;
        let admin = api.admin("acme");
        api.faults.set(Plan::always(fault));
        let answer = admin.post(PATH, &batch()).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{fault:?}");
        assert_eq!(waiting(&api).await, 0, "what is queued is stored");
        api.faults.set(Plan::default());
        assert_eq!(admin.post(PATH, &batch()).await.seen(), accepted(4), "{fault:?}");
        assert_eq!(waiting(&api).await, 4, "{fault:?}");
    }
}

#[tokio::test]
async fn a_store_that_fails_at_any_one_call_is_not_noticed() {
    for call in 1..=4 {
        for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
            let api = Api::start().await;
            let admin = api.admin("acme");
            api.faults.set(Plan::fail_call(call, fault));
            assert_eq!(admin.post(PATH, &batch()).await.seen(), accepted(4), "{call} {fault:?}");
            assert_eq!(waiting(&api).await, 4, "{call} {fault:?}");
        }
    }
}

#[tokio::test]
async fn a_queue_that_fails_is_a_503_and_all_is_well_when_it_comes_again() {
    for fault in [
        QueueFault::LoseRequest,
        QueueFault::LoseAnswer,
        QueueFault::TakeHalf,
        QueueFault::Throttle,
    ] {
        let api = Api::start().await;
        let admin = api.admin("acme");
        api.queue_faults.set(Plan::fail_call(1, fault));
        assert_eq!(admin.post(PATH, &batch()).await.status, 503, "{fault:?}");
        assert_eq!(admin.post(PATH, &batch()).await.seen(), accepted(4), "{fault:?}");
        assert_eq!(waiting(&api).await, 4, "{fault:?}");
        assert_eq!(api.queue_faults.calls(), [QueueCall::Send(4), QueueCall::Send(4)]);
    }
}

#[tokio::test]
async fn a_queue_that_refuses_us_is_a_500_without_inner_detail() {
    let api = Api::start().await;
    api.queue_faults.set(Plan::always(QueueFault::Refuse));
    let answer = api.admin("acme").post(PATH, &batch()).await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.json()["detail"], json!("an internal error occurred"));
    let line: Value = serde_json::from_str(api.log.lines().last().expect("a line")).expect("JSON");
    assert_eq!(line["error.kind"], "queue.rejected");
}

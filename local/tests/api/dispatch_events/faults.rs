//! Dispatching while the store or the queue fails.

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use local::queue::QueueFault;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{everything, left, of_kind};
use crate::ingest_events::{assigned, upserted};
use crate::support::{Api, letter_reasons, send_unrecorded};

/// How many systems run side by side.
const AT_A_TIME: usize = 8;

fn events() -> Value {
    let mut left = left("e-2");
    left["data"]["member"] = json!(8);
    json!([upserted("e-1", "m-1", "7", true), left, assigned("e-3")])
}

/// A notice for sixty people, which reaches no inbox.
fn notice_for_sixty() -> Value {
    let recipients: Vec<usize> = (0..60).collect();
    let data = json!({
        "toggle": "security_alerts", "recipients": recipients, "subject": "New", "text": "Hello",
    });
    of_kind("account.notice", "e-1", data)
}

/// What there is, without when it was done: leaving a project ends what one watches as it is recorded.
async fn everything_but_when(api: &Api) -> Vec<Value> {
    let mut items = everything(api).await;
    for item in &mut items {
        if item.get("done_at").is_some() {
            item["done_at"] = item["accepted_at"].clone();
        }
        if item.get("left_at").is_some() {
            item["left_at"] = json!("once");
        }
    }
    items
}

/// What there is when nothing fails, and how many calls that takes.
async fn undisturbed(events: &Value) -> (Vec<Value>, usize) {
    let api = Api::start().await;
    send_unrecorded(&api, "acme", events).await;
    api.faults.set(Plan::default());
    api.dispatch().await;
    (everything_but_when(&api).await, api.faults.calls().len())
}

/// How many batches were to be written.
fn writes(api: &Api) -> usize {
    api.faults.calls().iter().filter(|call| *call == "BatchWriteItem").count()
}

/// Gives what failed its time, and dispatches it.
async fn dispatch_the_rest(api: &Api) {
    api.faults.set(Plan::default());
    api.queue_faults.set(Plan::default());
    api.clock.advance(600);
    api.dispatch().await;
}

#[tokio::test]
async fn a_worker_cut_off_at_any_call_leaves_what_the_next_one_completes() {
    let (expected, calls) = undisturbed(&events()).await;
    assert!(calls > 12, "{calls}");
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    let cases = (1..=calls).flat_map(|call| faults.map(|fault| (call, fault)));
    let cut_off = async |(call, fault)| {
        let api = Api::start().await;
        send_unrecorded(&api, "acme", &events()).await;
        // So often that no retry of a client helps.
        api.faults.set(Plan::fail_calls(call..call + 8, fault));
        api.dispatch().await;
        dispatch_the_rest(&api).await;
        assert_eq!(everything_but_when(&api).await, expected, "{call} {fault:?}");
        assert_eq!(letter_reasons(&api).await, [""; 0], "{call} {fault:?}");
        assert_eq!(api.queue.messages().await, Ok(vec![]), "{call} {fault:?}");
    };
    stream::iter(cases).map(cut_off).buffer_unordered(AT_A_TIME).collect::<()>().await;
}

#[tokio::test]
async fn what_cannot_be_put_back_for_later_is_handed_out_again_and_nothing_is_lost() {
    let (expected, _) = undisturbed(&events()).await;
    for fault in [
        QueueFault::LoseRequest,
        QueueFault::LoseAnswer,
        QueueFault::TakeHalf,
        QueueFault::Throttle,
        QueueFault::Refuse,
    ] {
        let api = Api::start().await;
        send_unrecorded(&api, "acme", &events()).await;
        api.faults.set(Plan::always(Fault::Throttle));
        api.queue_faults.set(Plan::always(fault));
        api.dispatch().await;
        let receives = api.queue.messages().await.expect("messages");
        let receives = receives.iter().filter(|waiting| waiting.receives == 1).count();
        assert_eq!(receives, 3, "{fault:?}: the originals");
        dispatch_the_rest(&api).await;
        assert_eq!(everything_but_when(&api).await, expected, "{fault:?}");
        assert_eq!(letter_reasons(&api).await, [""; 0], "{fault:?}");
        assert_eq!(api.queue.messages().await, Ok(vec![]), "{fault:?}");
    }
}

#[tokio::test]
async fn people_that_a_batch_left_undone_are_noted_all_the_same() {
    let (expected, _) = undisturbed(&notice_for_sixty()).await;
    // 59 others, 25 at a time; where half is left undone, 25 people take five calls, 9 four.
    for (plan, calls) in [(Plan::default(), 3), (Plan::always(Fault::Unprocessed), 5 + 5 + 4)] {
        let api = Api::start().await;
        send_unrecorded(&api, "acme", &notice_for_sixty()).await;
        api.faults.set(plan);
        api.dispatch().await;
        assert_eq!(writes(&api), calls);
        assert_eq!(everything_but_when(&api).await, expected);
    }
}

#[tokio::test]
async fn a_batch_that_is_never_done_is_for_later_after_six_calls() {
    let (expected, _) = undisturbed(&notice_for_sixty()).await;
    let api = Api::start().await;
    send_unrecorded(&api, "acme", &notice_for_sixty()).await;
    // The first one reads the event.
    api.faults.set(Plan::after(1, Fault::NothingProcessed));
    api.dispatch().await;
    assert_eq!(writes(&api), 6);
    dispatch_the_rest(&api).await;
    assert_eq!(everything_but_when(&api).await, expected);
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

//! Recording while the store or the queue fails.

use futures_util::{StreamExt as _, stream};
use local::faults::{Fault, Plan};
use local::queue::QueueFault;
use pretty_assertions::assert_eq;

use super::{bounce, come_back, email_to, enter, letter_reasons, unreachable};
use crate::support::Api;

/// Gives what failed its time, and records it.
async fn record_the_rest(api: &Api) {
    api.faults.set(Plan::default());
    api.feedback_faults.set(Plan::default());
    api.clock.advance(600);
    api.record_feedback().await;
}

#[tokio::test]
async fn what_was_cut_off_at_any_call_comes_again_and_is_recorded_once() {
    let faults = [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict];
    let cases = (1..=2).flat_map(|call| faults.map(|fault| (call, fault)));
    let cut_off = async |(call, fault)| {
        let api = Api::start().await;
        enter(&api, "acme", "7").await;
        api.faults.set(Plan::fail_calls(call..call + 8, fault));
        come_back(&api, &[bounce("7")]).await;
        let waiting = api.feedback_queue.messages().await.expect("messages");
        assert!(!waiting.is_empty() || fault == Fault::LoseAnswer, "{call} {fault:?}");
        for message in waiting {
            assert!(!message.body.contains("acme.example"), "{}", message.body);
        }
        record_the_rest(&api).await;
        assert_eq!(email_to(&api, "acme", "7").await, unreachable(), "{call} {fault:?}");
        assert_eq!(api.feedback_queue.messages().await, Ok(vec![]), "{call} {fault:?}");
        assert_eq!(letter_reasons(&api).await, [""; 0], "{call} {fault:?}");
    };
    stream::iter(cases).map(cut_off).buffer_unordered(8).collect::<()>().await;
}

#[tokio::test]
async fn what_can_be_put_nowhere_is_handed_out_again_and_nothing_is_lost() {
    for fault in [QueueFault::LoseRequest, QueueFault::LoseAnswer, QueueFault::Throttle] {
        let api = Api::start().await;
        enter(&api, "acme", "7").await;
        api.faults.set(Plan::always(Fault::Throttle));
        api.feedback_faults.set(Plan::always(fault));
        come_back(&api, &[bounce("7")]).await;
        record_the_rest(&api).await;
        assert_eq!(email_to(&api, "acme", "7").await, unreachable(), "{fault:?}");
        assert_eq!(api.feedback_queue.messages().await, Ok(vec![]), "{fault:?}");
        assert_eq!(letter_reasons(&api).await, [""; 0], "{fault:?}");
    }
}

#[tokio::test]
async fn what_fails_for_eight_hours_is_a_dead_letter_without_an_address() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    api.faults.set(Plan::always(Fault::Throttle));
    come_back(&api, &[bounce("7")]).await;
    for _ in 1..50 {
        assert_eq!(letter_reasons(&api).await, [""; 0]);
        api.clock.advance(900);
        api.record_feedback().await;
    }
    let letters = api.feedback_queue.dead_letters(None).await.expect("dead letters");
    let [letter] = &letters[..] else { panic!("one letter: {letters:?}") };
    assert_eq!(letter.reason, "store.throttled");
    assert!(!letter.body.contains("acme.example"), "{}", letter.body);
}

//! The faulty queue itself: a test that trusts it should know what it does.

use local::faults::{Plan, Rates};
use local::queue::{QueueCall, QueueFault};
use pretty_assertions::assert_eq;
use shared::deliver::queue::{DeadLetter, Queue as _, QueueError};

use crate::support::{Api, letter_reasons, message};

const EVERY: [QueueFault; 5] = [
    QueueFault::LoseRequest,
    QueueFault::LoseAnswer,
    QueueFault::TakeHalf,
    QueueFault::Throttle,
    QueueFault::Refuse,
];

/// What a fault looks like to the caller.
fn error_of(fault: QueueFault) -> QueueError {
    match fault {
        QueueFault::LoseRequest | QueueFault::LoseAnswer => {
            QueueError::Unreachable { how: "injected" }
        }
        QueueFault::TakeHalf | QueueFault::Throttle => QueueError::Throttled,
        QueueFault::Refuse => QueueError::Rejected { code: "Injected".to_owned() },
        QueueFault::Die => panic!("the dead hear nothing"),
    }
}

#[tokio::test]
async fn a_send_that_fails_took_effect_or_not_or_in_half_as_its_fault_says() {
    for (fault, taken) in EVERY.into_iter().zip([0, 3, 1, 0, 0]) {
        let api = Api::start().await;
        api.queue_faults.set(Plan::fail_call(2, fault));
        api.queue_faults.send(vec![message("acme", "0")]).await.expect("the first one passes");
        let three = ["1", "2", "3"].map(|body| message("acme", body));
        assert_eq!(api.queue_faults.send(three.to_vec()).await, Err(error_of(fault)));
        let there = api.queue.messages().await.expect("messages").len();
        assert_eq!(there, 1 + taken, "{fault:?}");
        assert_eq!(api.queue_faults.calls(), [QueueCall::Send(1), QueueCall::Send(3)]);
    }
}

#[tokio::test]
async fn a_burial_that_fails_took_effect_or_not_as_its_fault_says() {
    for (fault, buried) in EVERY.into_iter().zip([0, 1, 0, 0, 0]) {
        let api = Api::start().await;
        let letter = DeadLetter { body: "x".to_owned(), reason: "because".to_owned() };
        api.queue_faults.set(Plan::always(fault));
        assert_eq!(api.queue_faults.bury(letter.clone()).await, Err(error_of(fault)));
        assert_eq!(letter_reasons(&api).await.len(), buried, "{fault:?}");
        api.queue_faults.set(Plan::default());
        assert_eq!(api.queue_faults.bury(letter).await, Ok(()));
    }
}

#[tokio::test]
async fn who_dies_of_a_call_had_it_done_and_hears_nothing_of_it() {
    let api = Api::start().await;
    api.queue_faults.set(Plan::always(QueueFault::Die));
    let letter = DeadLetter { body: "x".to_owned(), reason: "because".to_owned() };
    for call in [api.queue_faults.send(vec![message("acme", "0")]), api.queue_faults.bury(letter)] {
        tokio::select! {
            answer = call => panic!("{answer:?}"),
            () = api.queue_faults.death() => {}
        }
    }
    assert_eq!(api.queue.messages().await.expect("messages").len(), 1);
    assert_eq!(letter_reasons(&api).await, ["because"]);
}

#[tokio::test]
async fn a_seed_draws_the_same_faults_each_time() {
    let api = Api::start().await;
    let draw = async |seed| {
        let rates = Rates::new([(30, QueueFault::LoseAnswer), (30, QueueFault::Throttle)]);
        api.queue_faults.set(Plan::seeded(seed, rates));
        let mut outcomes = Vec::new();
        for _ in 0..20 {
            outcomes.push(api.queue_faults.send(vec![]).await);
        }
        outcomes
    };
    assert_eq!(draw(7).await, draw(7).await);
    assert_ne!(draw(7).await, draw(8).await);
}

//! The queue that accepted events wait in, and its worker, as they are on a laptop.

mod double;
mod failing;
mod kept;
mod versions;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use local::functions::{Worker, worker};
use local::pump::Pumped;
use local::queue::WaitingMessage;
use pretty_assertions::assert_eq;
use shared::app::App;
use shared::boot::BatchAnswer;
use shared::deliver::queue::{Message, Queue as _};
use shared::events::DispatchJob;

use crate::support::{Api, Setup, job, letter_reasons, message, recorded};

async fn with_worker(worker: Worker) -> Api {
    Api::start_with(Setup { worker: Some(worker), ..Setup::default() }).await
}

async fn waiting(api: &Api) -> Vec<WaitingMessage> {
    api.queue.messages().await.expect("messages")
}

/// Notes whose messages it is given, in their order.
fn noting() -> (Worker, Rc<RefCell<Vec<String>>>) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&seen);
    let noting = worker(async move |_: &App, job: DispatchJob| {
        noted.borrow_mut().push(job.org_unit().as_str().to_owned());
        Ok(())
    });
    (noting, seen)
}

#[tokio::test]
async fn a_message_is_handed_to_its_worker_and_gone_when_it_is_done() {
    let (worker, seen) = noting();
    let api = with_worker(worker).await;
    let messages = ["1", "2"].map(|id| job("acme", id).into_message(Duration::ZERO));
    api.queue.send(messages.to_vec()).await.expect("sent");
    assert_eq!(api.dispatch().await, Pumped { batches: 1, messages: 2 });
    assert_eq!(*seen.borrow(), ["acme", "acme"]);
    assert_eq!((waiting(&api).await, letter_reasons(&api).await), (vec![], vec![]));
    assert_eq!(api.dispatch().await, Pumped::default());
}

#[tokio::test]
async fn a_worker_answers_its_recorded_event() {
    let api = Api::start().await;
    let answer = api.pump.replay(&recorded("dispatch-events")).await.expect("an answer");
    assert_eq!(answer, BatchAnswer::default());
    let feedback = recorded("record-email-feedback");
    let answer = api.feedback.replay(&feedback).await.expect("an answer");
    assert_eq!(answer, BatchAnswer::default());
}

#[tokio::test]
async fn nobody_sees_a_message_before_its_delay_is_over() {
    let (worker, seen) = noting();
    let api = with_worker(worker).await;
    let later = job("acme", "1").into_message(Duration::from_secs(60));
    api.queue.send(vec![later]).await.expect("sent");
    api.clock.advance(59);
    assert_eq!(api.dispatch().await.messages, 0);
    api.clock.advance(1);
    assert_eq!((api.dispatch().await.messages, seen.borrow().len()), (1, 1));
}

#[tokio::test]
async fn a_message_that_nobody_can_read_is_dead_and_its_neighbours_are_done() {
    let (worker, seen) = noting();
    let api = with_worker(worker).await;
    let good = |id| job("acme", id).into_message(Duration::ZERO);
    let messages = vec![good("1"), message("acme", "{\"version\":1"), good("2")];
    api.queue.send(messages).await.expect("sent");
    assert_eq!(api.dispatch().await, Pumped { batches: 1, messages: 3 });
    assert_eq!(seen.borrow().len(), 2);
    assert_eq!(waiting(&api).await, []);
    let letters = api.queue.dead_letters(None).await.expect("dead letters");
    let letters: Vec<_> = letters.iter().map(|letter| (&*letter.body, &*letter.reason)).collect();
    assert_eq!(letters, [("{\"version\":1", "unreadable_message")]);
    let lines = api.log.lines().join("\n");
    assert!(lines.contains(r#""event.name":"queue.buried""#), "{lines}");
}

#[tokio::test]
async fn the_storm_of_one_org_unit_does_not_hold_up_another() {
    let (worker, seen) = noting();
    let api = with_worker(worker).await;
    let storm = (0..1000).map(|id| job("acme", &id.to_string()).into_message(Duration::ZERO));
    api.queue.send(storm.collect()).await.expect("sent");
    for org_unit in ["globex", "initech"] {
        let one = job(org_unit, "1").into_message(Duration::ZERO);
        api.queue.send(vec![one]).await.expect("sent");
    }
    assert_eq!(api.dispatch().await, Pumped { batches: 101, messages: 1002 });
    let mut others = seen.borrow()[..10].to_vec();
    others.retain(|org_unit| org_unit != "acme");
    assert_eq!(others, ["globex", "initech"], "they came last and are in the first batch");
}

#[tokio::test]
async fn the_pump_sleeps_until_a_message_comes_and_ends_with_the_batch_under_way() {
    let ended = Rc::new(Cell::new(0));
    let (counted, (began, begun)) = (Rc::clone(&ended), tokio::sync::oneshot::channel());
    let began = Rc::new(Cell::new(Some(began)));
    let api = with_worker(worker(async move |_: &App, _: DispatchJob| {
        began.take().map(|began| began.send(()));
        tokio::task::yield_now().await;
        counted.set(counted.get() + 1);
        Ok(())
    }));
    let api = api.await;
    let stop = async { begun.await.expect("a batch") };
    let send = async {
        tokio::task::yield_now().await;
        let messages = (0..11).map(|id| job("acme", &id.to_string()).into_message(Duration::ZERO));
        api.queue.send(messages.collect::<Vec<Message>>()).await.expect("sent");
    };
    tokio::join!(api.pump.run(stop), send);
    assert_eq!(ended.get(), 10, "one batch, all of it, and not the next one");
    assert_eq!(waiting(&api).await.len(), 1);
}

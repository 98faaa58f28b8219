//! Messages of a later version, and of what this version knows nothing of: while a deployment shifts, they
//! are left to those who can read them. At every queue.

use std::cell::RefCell;
use std::rc::Rc;

use local::faults::Plan;
use local::functions::worker;
use local::pump::{Pump, Pumped};
use local::queue::{FaultyQueue, LocalQueue, QueueFault, WaitingMessage};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::app::App;
use shared::boot::{Job, Unreadable};
use shared::deliver::queue::{Message, Queue};

use crate::support::{Api, message};

const DISPATCH: usize = 0;
const DELIVERY: usize = 1;
const DIGEST: usize = 2;
const FEEDBACK: usize = 3;

/// What the function after this one reads at that queue: everything.
struct Deployed<const QUEUE: usize>(String);

impl<const QUEUE: usize> Job for Deployed<QUEUE> {
    fn queue(app: &App) -> &dyn Queue {
        match QUEUE {
            DISPATCH => app.dispatch_queue(),
            DELIVERY => app.delivery_queue(),
            DIGEST => app.digest_queue(),
            FEEDBACK => app.feedback_queue(),
            _ => panic!("there are four"),
        }
    }

    fn read(body: &str) -> Result<Self, Unreadable> {
        Ok(Self(body.to_owned()))
    }

    fn next_attempt(&self, _: &App) -> Option<Message> {
        None
    }
}

fn queue<const QUEUE: usize>(api: &Api) -> (&LocalQueue, &FaultyQueue, &Pump) {
    match QUEUE {
        DISPATCH => (&api.queue, &api.queue_faults, &api.pump),
        DELIVERY => (&api.delivery_queue, &api.delivery_faults, &api.delivery),
        DIGEST => (&api.digest_queue, &api.digest_faults, &api.digest),
        FEEDBACK => (&api.feedback_queue, &api.feedback_faults, &api.feedback),
        _ => panic!("there are four"),
    }
}

/// Has the function after this one work at that queue, and notes what it is given.
fn deploy<const QUEUE: usize>(api: &mut Api) -> Rc<RefCell<Vec<Value>>> {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&seen);
    let deployed = worker(async move |_: &App, Deployed::<QUEUE>(body): Deployed<QUEUE>| {
        noted.borrow_mut().push(serde_json::from_str(&body).expect("JSON"));
        Ok(())
    });
    match QUEUE {
        DISPATCH => api.pump.replace(deployed),
        DELIVERY => api.delivery.replace(deployed),
        DIGEST => api.digest.replace(deployed),
        FEEDBACK => api.feedback.replace(deployed),
        _ => panic!("there are four"),
    }
    seen
}

/// What a message of this version and of that queue says, with this instead in it.
fn with(queue: usize, changed: &Value) -> Value {
    let event = "twwUUBLxXFsKJucHuQ7pxkCj6dFRHvhjDuCRHhsmk0I";
    let mut body = json!({ "version": 1, "attempts": 0 });
    let more = match queue {
        DISPATCH => json!({ "org_unit": "acme", "event": event }),
        DELIVERY => {
            json!({ "org_unit": "acme", "user": "7", "event": event, "channel": "email" })
        }
        DIGEST => json!({}),
        FEEDBACK => {
            json!({ "org_unit": "acme", "user": "7", "addresses": [], "reason": "bounce" })
        }
        _ => panic!("there are four"),
    };
    for (name, value) in [&more, changed].iter().flat_map(|some| some.as_object().expect("fields"))
    {
        body[name] = value.clone();
    }
    body
}

async fn waiting<const QUEUE: usize>(api: &Api) -> Vec<WaitingMessage> {
    queue::<QUEUE>(api).0.messages().await.expect("messages")
}

async fn reasons<const QUEUE: usize>(api: &Api) -> Vec<String> {
    let letters = queue::<QUEUE>(api).0.dead_letters(None).await.expect("dead letters");
    letters.into_iter().map(|letter| letter.reason).collect()
}

async fn send<const QUEUE: usize>(api: &Api, body: &str) -> Pumped {
    let (queue, _, pump) = queue::<QUEUE>(api);
    queue.send(vec![message("globex", body)]).await.expect("sent");
    pump.drain().await
}

/// It waits for the function that reads it, without a receive of the queue's, and that one gets all of it.
async fn is_left_to_who_can_read_it<const QUEUE: usize>(changed: Value) {
    let mut api = Api::start().await;
    let body = with(QUEUE, &changed);
    assert_eq!(send::<QUEUE>(&api, &body.to_string()).await.messages, 1);
    for attempts in 1..=12_u32 {
        let [WaitingMessage { body: left, org_unit, receives: 0, hidden_until: Some(until) }] =
            &waiting::<QUEUE>(&api).await[..]
        else {
            panic!("a copy, for later: {:?}", waiting::<QUEUE>(&api).await);
        };
        let left: Value = serde_json::from_str(left).expect("JSON");
        let mut expected = body.clone();
        expected["attempts"] = json!(attempts);
        assert_eq!((left, org_unit.as_str()), (expected, "globex"));
        assert!(until.as_second() - api.clock.seconds() <= 15 * 60);
        api.clock.advance(15 * 60);
        let (_, _, pump) = queue::<QUEUE>(&api);
        assert_eq!(pump.drain().await.messages, 1);
    }
    let line: Value = serde_json::from_str(&api.log.lines().pop().expect("a line")).expect("JSON");
    assert_eq!((&line["level"], &line["work.outcome"]), (&json!("info"), &json!("later")));
    assert_eq!(line["error.kind"], "newer_message");

    let seen = deploy::<QUEUE>(&mut api);
    api.clock.advance(15 * 60);
    queue::<QUEUE>(&api).2.drain().await;
    let mut expected = body;
    expected["attempts"] = json!(13);
    assert_eq!(seen.take(), [expected], "it came once");
    assert_eq!((waiting::<QUEUE>(&api).await, reasons::<QUEUE>(&api).await), (vec![], vec![]));
}

#[tokio::test]
async fn what_a_later_version_says_is_left_to_it_at_every_queue() {
    let later = json!({ "version": 3, "sums": { "of": [1, 2.5] } });
    is_left_to_who_can_read_it::<DISPATCH>(later.clone()).await;
    is_left_to_who_can_read_it::<DELIVERY>(later.clone()).await;
    is_left_to_who_can_read_it::<DIGEST>(later.clone()).await;
    is_left_to_who_can_read_it::<FEEDBACK>(later).await;
}

#[tokio::test]
async fn a_kind_that_this_version_does_not_know_is_left_to_one_that_does_at_every_queue() {
    let robots = json!({ "version": 2, "part": { "robots": ["r2"] } });
    is_left_to_who_can_read_it::<DISPATCH>(robots).await;
    is_left_to_who_can_read_it::<DELIVERY>(json!({ "channel": "pigeon" })).await;
    is_left_to_who_can_read_it::<FEEDBACK>(json!({ "reason": "boredom" })).await;
}

#[tokio::test]
async fn an_errand_about_digests_that_this_version_does_not_know_is_left_to_one_that_does() {
    let mut api = Api::start().await;
    let body = json!({ "version": 1, "weigh": { "shard": 3 }, "attempts": 0 });
    assert_eq!(send::<DIGEST>(&api, &body.to_string()).await.messages, 1);
    let seen = deploy::<DIGEST>(&mut api);
    api.clock.advance(15 * 60);
    api.send_digests().await;
    let expected = json!({ "version": 1, "weigh": { "shard": 3 }, "attempts": 1 });
    assert_eq!(*seen.borrow(), [expected]);
    assert_eq!(reasons::<DIGEST>(&api).await, [""; 0]);
}

#[tokio::test]
async fn what_nobody_comes_to_read_in_eight_hours_is_dead_and_says_so() {
    let api = Api::start().await;
    let body = with(DELIVERY, &json!({ "channel": "pigeon" }));
    send::<DELIVERY>(&api, &body.to_string()).await;
    let started = api.clock.seconds();
    while let [WaitingMessage { hidden_until: Some(until), .. }] =
        &waiting::<DELIVERY>(&api).await[..]
    {
        api.clock.advance(until.as_second() + 1 - api.clock.seconds());
        assert_eq!(api.deliver().await.messages, 1);
    }
    assert_eq!(reasons::<DELIVERY>(&api).await, ["newer_message"]);
    // With the shortest pauses that chance may draw; up to twice as long otherwise.
    assert!(api.clock.seconds() - started > 5 * 60 * 60);
}

#[tokio::test]
async fn what_cannot_be_left_is_handed_out_again() {
    let api = Api::start().await;
    api.delivery_faults.set(Plan::always(QueueFault::LoseRequest));
    let body = with(DELIVERY, &json!({ "version": 2 }));
    assert_eq!(send::<DELIVERY>(&api, &body.to_string()).await.messages, 1);
    let [WaitingMessage { receives: 1, .. }] = waiting::<DELIVERY>(&api).await[..] else {
        panic!("the original: {:?}", waiting::<DELIVERY>(&api).await);
    };
}

async fn garbage_is_dead_at_once<const QUEUE: usize>(more: &[Value]) {
    let of_all = [json!({ "version": 0 }), json!({ "version": 1.5 }), json!({ "attempts": "0" })];
    let api = Api::start().await;
    let bodies = of_all.iter().chain(more).map(|changed| with(QUEUE, changed).to_string());
    let bodies = bodies.chain(["", "{", "7", "null", "[]", "{}"].map(str::to_owned));
    let mut dead = Vec::new();
    for body in bodies {
        assert_eq!(send::<QUEUE>(&api, &body).await.messages, 1);
        dead.push("unreadable_message".to_owned());
        assert_eq!(waiting::<QUEUE>(&api).await, [], "{body}");
        assert_eq!(reasons::<QUEUE>(&api).await, dead, "{body}");
    }
}

#[tokio::test]
async fn what_is_simply_garbage_is_dead_at_once_at_every_queue() {
    let part = |part: Value| json!({ "version": 2, "part": part });
    let [nobody, no_name] = [json!({ "people": ["a#b"] }), json!({ "No name": 1 })].map(part);
    let no_org_unit = json!({ "org_unit": "a#b" });
    garbage_is_dead_at_once::<DISPATCH>(&[no_org_unit, part(json!(7)), nobody, no_name]).await;
    let channels = [json!({ "channel": 7 }), json!({ "channel": "" }), json!({ "user": "a#b" })];
    garbage_is_dead_at_once::<DELIVERY>(&channels).await;
    let send = json!({ "send": { "org_unit": "acme", "user": "7", "bucket": "7" } });
    garbage_is_dead_at_once::<DIGEST>(&[send, json!({ "find": 7 })]).await;
    let reasons = [json!({ "reason": null }), json!({ "addresses": ["jane@acme.example"] })];
    garbage_is_dead_at_once::<FEEDBACK>(&reasons).await;
}

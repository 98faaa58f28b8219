//! What other systems of the account put on the EventBridge bus.

use local::bus::NotAccepted;
use local::faults::{Fault, Plan};
use local::queue::QueueFault;
use pretty_assertions::assert_eq;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::{Api, letter_reasons};

async fn put(api: &Api, detail: &Value) -> Result<(), NotAccepted> {
    let detail = RawValue::from_string(detail.to_string()).expect("JSON");
    api.bus.put(&detail).await
}

fn of(org_unit: &str, mut event: Value) -> Value {
    event["orgunit"] = json!(org_unit);
    event
}

async fn total(api: &Api, org_unit: &str) -> Value {
    api.person(org_unit, "1").get("/integrations/slack/identity-status").await.json()["total"]
        .take()
}

#[tokio::test]
async fn an_event_on_the_bus_is_recorded_and_dispatched_for_the_org_unit_it_names() {
    let api = Api::start().await;
    assert_eq!(put(&api, &of("acme", upserted("e-1", "m-1", "7", true))).await, Ok(()));
    assert_eq!((total(&api, "acme").await, total(&api, "globex").await), (json!(1), json!(0)));

    api.dispatch().await;
    assert_eq!((total(&api, "acme").await, total(&api, "globex").await), (json!(1), json!(0)));

    // An invocation that cannot record it fails, and the next one makes it good.
    let event = of("acme", upserted("e-2", "m-2", "8", true));
    api.faults.set(Plan::after(1, Fault::Throttle));
    assert!(put(&api, &event).await.is_err());
    api.faults.set(Plan::default());
    assert_eq!((total(&api, "acme").await, put(&api, &event).await), (json!(1), Ok(())));
    assert_eq!(total(&api, "acme").await, json!(2));
}

#[tokio::test]
async fn over_the_bus_and_over_the_api_an_event_is_the_same_one() {
    let api = Api::start().await;
    let event = upserted("e-1", "m-1", "7", true);
    assert_eq!(put(&api, &of("acme", event.clone())).await, Ok(()));
    api.dispatch().await;
    assert_eq!(api.admin("acme").post("/v1/events", &event).await.status, 202);
    assert_eq!(put(&api, &of("acme", event)).await, Ok(()));
    assert_eq!(api.dispatch().await.messages, 0);
}

#[tokio::test]
async fn an_event_that_is_wrong_is_a_dead_letter_that_says_where_and_nothing_is_stored() {
    let api = Api::start().await;
    let good = upserted("e-1", "m-1", "7", true);
    let mut bad = of("acme", good.clone());
    bad["data"]["email"] = json!("hush");
    bad["data"].as_object_mut().expect("an object").remove("confirmed");
    let mut reasons = Vec::new();
    for (detail, expected) in [
        (good.clone(), "invalid_body: orgunit is required"),
        (
            of("a#b", good.clone()),
            "invalid_body: orgunit may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -",
        ),
        (
            bad,
            "invalid_body: data.email must be an email address: at most 254 bytes, one @ with something on \
             both sides, no spaces and none of ( ) < > [ ] , ; : \\ \"; data.confirmed is required",
        ),
        (json!([good]), "wrong_shape: the body must be an object, which is one event"),
    ] {
        let refused = Err(NotAccepted::Refused(expected.to_owned()));
        assert_eq!(put(&api, &detail).await, refused, "{detail}");
        reasons.push(expected.to_owned());
    }
    assert_eq!(letter_reasons(&api).await, reasons);
    assert_eq!(api.items().await, Vec::<Value>::new());
    let lines = api.log.lines();
    assert!(lines.iter().all(|line| !line.contains("hush")), "{lines:?}");
    let dead = lines.iter().filter(|line| line.contains(r#""work.outcome":"dead""#));
    assert_eq!(dead.count(), 4);
}

#[tokio::test]
async fn while_the_store_or_the_queue_is_away_the_invocation_fails_and_comes_again() {
    let event = of("acme", upserted("e-1", "m-1", "7", true));
    let api = Api::start().await;
    api.faults.set(Plan::always(Fault::LoseAnswer));
    assert!(matches!(put(&api, &event).await, Err(NotAccepted::Undone(_))));
    api.faults.set(Plan::default());
    api.queue_faults.set(Plan::always(QueueFault::Throttle));
    assert!(matches!(put(&api, &event).await, Err(NotAccepted::Undone(_))));
    // Not even the dead letters take it: it is not lost for that.
    assert!(matches!(put(&api, &json!({})).await, Err(NotAccepted::Undone(_))));
    api.queue_faults.set(Plan::default());
    assert_eq!(put(&api, &event).await, Ok(()));
    api.dispatch().await;
    assert_eq!(total(&api, "acme").await, json!(1));
    assert_eq!(letter_reasons(&api).await, Vec::<String>::new());
}

#[tokio::test]
async fn however_much_is_wrong_with_an_event_its_letter_is_short_and_plain() {
    let api = Api::start().await;
    let deep = (0..100).fold(json!(1), |inner, _| json!({ "\u{1b}[31m\u{0}": inner }));
    let mut event = of("acme", upserted("e-1", "m-1", "7", true)).to_string();
    let twice = format!(r#","z":{deep},"z":{deep}}}"#);
    event.replace_range(event.len() - 1.., &twice);
    let detail = RawValue::from_string(event).expect("JSON");
    let Err(NotAccepted::Refused(reason)) = api.bus.put(&detail).await else {
        panic!("it was accepted");
    };
    assert!(reason.len() <= 1027, "{}", reason.len());
    assert!(!reason.chars().any(char::is_control), "{reason:?}");
}

#[tokio::test]
async fn a_field_that_comes_twice_is_named_in_the_letter_and_in_no_line() {
    let api = Api::start().await;
    let event = of("acme", upserted("e-1", "m-1", "7", true)).to_string();
    let twice = r#","jane@mail.example":1,"jane@mail.example":2}"#;
    let detail = format!("{}{twice}", event.strip_suffix('}').expect("an object"));
    let refused = api.bus.put(&RawValue::from_string(detail).expect("JSON")).await;
    let expected = "invalid_body: jane@mail.example must not be given more than once";
    assert_eq!(refused, Err(NotAccepted::Refused(expected.to_owned())));
    let lines = api.log.lines().join("\n");
    assert!(lines.contains("queue.buried") && !lines.contains("jane"), "{lines}");
}

#[tokio::test]
async fn a_store_that_fails_at_the_first_call_is_not_noticed() {
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        let api = Api::start().await;
        api.faults.set(Plan::fail_call(1, fault));
        assert_eq!(put(&api, &of("acme", upserted("e-1", "m-1", "7", true))).await, Ok(()));
        let calls = ["PutItem", "PutItem", "GetItem", "GetItem", "TransactWriteItems"];
        assert_eq!(api.faults.calls(), calls, "{fault:?}");
        api.dispatch().await;
        assert_eq!(total(&api, "acme").await, json!(1), "{fault:?}");
    }
}

#[tokio::test]
async fn a_queue_that_fails_at_any_call_fails_the_invocation_and_the_next_one_makes_it_good() {
    for (fault, why) in [
        (QueueFault::LoseRequest, "queue.unreachable"),
        (QueueFault::LoseAnswer, "queue.unreachable"),
        (QueueFault::TakeHalf, "queue.throttled"),
        (QueueFault::Throttle, "queue.throttled"),
        (QueueFault::Refuse, "queue.rejected"),
    ] {
        let undone = Err(NotAccepted::Undone(why.to_owned()));
        let api = Api::start().await;
        let event = of("acme", upserted("e-1", "m-1", "7", true));
        api.queue_faults.set(Plan::fail_call(1, fault));
        assert_eq!(put(&api, &event).await, undone, "{fault:?}");
        assert_eq!(put(&api, &event).await, Ok(()), "{fault:?}");
        api.dispatch().await;
        assert_eq!(total(&api, "acme").await, json!(1), "{fault:?}");

        api.queue_faults.set(Plan::fail_call(1, fault));
        assert_eq!(put(&api, &json!(7)).await, undone, "{fault:?}");
        let reason = "wrong_shape: the body must be an object, which is one event".to_owned();
        let refused = Err(NotAccepted::Refused(reason.clone()));
        assert_eq!(put(&api, &json!(7)).await, refused, "{fault:?}");
        let letters = if fault == QueueFault::LoseAnswer { 2 } else { 1 };
        assert_eq!(letter_reasons(&api).await, vec![reason; letters], "{fault:?}");
    }
}

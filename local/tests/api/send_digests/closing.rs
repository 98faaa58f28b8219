//! A digest is closed once, and whatever arrives meanwhile is in it or in the next one.

use std::time::Duration;

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use super::{dead_digests, sent, tick_and_send, with_messages};
use crate::support::mail::{deliveries, message_to, tell, written_to};
use crate::support::{Api, message};

/// In how many emails something stands.
fn copies(api: &Api, title: &str) -> usize {
    let emails = api.outbox.emails();
    let texts = emails.iter().map(|email| String::from_utf8_lossy(&email.message).into_owned());
    // In the text, and in the HTML.
    texts.filter(|text| text.contains(title)).count()
}

#[tokio::test]
async fn two_schedulers_at_once_have_each_digest_sent_once() {
    let api = with_messages("hourly", 3).await;
    let at = "2026-03-13T15:00:00Z";
    tokio::join!(api.tick(at), api.tick(at));
    assert_eq!(api.digest_queue.messages().await.expect("messages").len(), 2);
    api.send_digests().await;
    assert_eq!(written_to(&api).len(), 1, "side by side");
    tokio::join!(tick_and_send(&api, at), tick_and_send(&api, at));
    for _ in 0..3 {
        api.clock.advance(600);
        api.send_digests().await;
    }
    assert_eq!(written_to(&api).len(), 1, "and later");
    assert_eq!(api.digest_queue.messages().await, Ok(vec![]));
    assert_eq!(dead_digests(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_digest_whose_message_waits_in_the_queue_is_not_found_again_for_an_hour() {
    let api = with_messages("hourly", 1).await;
    let waiting = async || api.digest_queue.messages().await.expect("messages").len();
    for at in ["2026-03-13T15:00:00Z", "2026-03-13T15:05:00Z", "2026-03-13T15:59:59Z"] {
        api.tick(at).await;
        assert_eq!(waiting().await, 1, "{at}");
    }
    api.tick("2026-03-13T16:00:00Z").await;
    assert_eq!(waiting().await, 2, "should the queue have lost it");
    api.send_digests().await;
    assert_eq!(written_to(&api).len(), 1);
}

#[tokio::test]
async fn a_message_about_a_digest_that_never_was_does_nothing() {
    let api = with_messages("hourly", 0).await;
    let body = r#"{"version":1,"send":{"org_unit":"acme","user":"7","bucket":"hourly#2026-03-13T15:00:00Z"},"attempts":0}"#;
    api.digest_queue.send(vec![message("acme", body)]).await.expect("sent");
    api.send_digests().await;
    assert_eq!(dead_digests(&api).await, [""; 0]);
    // It did not close it either.
    tell(&api, &message_to("e-1", &["7"])).await;
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    assert_eq!(deliveries(&api, "/chat:e-1").await, [sent("7")]);
}

#[tokio::test]
async fn whatever_arrives_while_a_digest_is_closed_is_in_it_or_in_the_next_one() {
    for delayed in 0..12 {
        let api = with_messages("hourly", 2).await;
        for number in 3..=8 {
            let mut message = message_to(&format!("e-{number}"), &["7"]);
            message["data"]["title"] = format!("Arrival {number}!").into();
            let answer = api.admin("acme").post("/v1/events", &message).await;
            assert_eq!(answer.status, 202);
        }
        api.tick("2026-03-13T15:00:00Z").await;
        api.faults.set(Plan::fail_call(delayed, Fault::Delay(Duration::from_millis(40))));
        tokio::join!(api.dispatch(), api.send_digests());
        api.faults.set(Plan::default());
        api.faults.settled().await;
        for at in ["2026-03-13T16:00:00Z", "2026-03-13T17:00:00Z"] {
            api.clock.advance(600);
            api.dispatch().await;
            tick_and_send(&api, at).await;
        }
        for number in 3..=8 {
            assert_eq!(copies(&api, &format!("Arrival {number}!")), 1, "{delayed} {number}");
            assert_eq!(deliveries(&api, &format!("/chat:e-{number}")).await, [sent("7")]);
        }
    }
}

#[tokio::test]
async fn more_than_a_hundred_messages_are_listed_as_a_hundred_and_the_number_of_the_others() {
    let api = with_messages("hourly", 0).await;
    let messages: Vec<Value> =
        (1..=103).map(|number| message_to(&format!("e-{number}"), &["7"])).collect();
    for some in messages.chunks(100) {
        tell(&api, &some.to_vec().into()).await;
    }
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    assert_eq!(copies(&api, "and 3 more"), 1);
    assert_eq!(copies(&api, "103 new notifications"), 1);
    for event in ["/chat:e-1", "/chat:e-103"] {
        assert_eq!(deliveries(&api, event).await, [sent("7")]);
    }
}

#[tokio::test]
async fn of_what_waits_in_several_pages_the_newest_are_listed_and_all_is_counted() {
    let api = with_messages("hourly", 0).await;
    let messages = (1..=103).map(|number: i64| {
        let mut message = message_to(&format!("e-{number}"), &["7"]);
        let time = jiff::Timestamp::from_second(api.clock.seconds() - 3600 + number);
        message["time"] = json!(time.expect("an instant").to_string());
        message["data"]["title"] = json!(format!("Arrival {number}!"));
        message
    });
    for some in messages.collect::<Vec<_>>().chunks(100) {
        tell(&api, &some.to_vec().into()).await;
    }
    // A page of DynamoDB is one MB; they are 1.2.
    api.pad_digest_items(12 * 1024).await;
    api.tick("2026-03-13T15:00:00Z").await;
    api.faults.set(Plan::default());
    api.send_digests().await;
    assert_eq!(api.faults.calls().iter().filter(|call| *call == "Query").count(), 2);
    assert_eq!(copies(&api, "103 new notifications"), 1);
    assert_eq!(copies(&api, "and 3 more"), 1);
    for number in 1..=103 {
        let listed = copies(&api, &format!("Arrival {number}!"));
        assert_eq!(listed, usize::from(number > 3), "{number}");
    }
    for event in ["/chat:e-1", "/chat:e-103"] {
        assert_eq!(deliveries(&api, event).await, [sent("7")]);
    }
}

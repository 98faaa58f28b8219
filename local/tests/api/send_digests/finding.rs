//! Finding what is due, whatever else is among it.

use std::collections::{BTreeSet, HashMap};

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures_util::future::join_all;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use ring::digest::{SHA256, digest};
use serde_json::json;
use shared::deliver::queue::Queue as _;

use super::{start_patient, tick_and_send, with_messages};
use crate::support::mail::{message_to, tell, written_to};
use crate::support::{Api, message};

const THREE: &str = "2026-03-13T15:00:00Z";

/// How many digests a page has.
const PAGE: usize = shared::store::DUE_PAGE;

/// In which shard someone of acme is.
fn shard_of(user: &str) -> u8 {
    let digest = digest(&SHA256, format!("OU#acme#USER#{user}").as_bytes());
    digest.as_ref()[0] % 16
}

/// So many people of one shard.
fn people_of(shard: u8, many: usize) -> Vec<String> {
    let everyone = (0..).map(|number| format!("u{number}"));
    everyone.filter(|user| shard_of(user) == shard).take(many).collect()
}

/// Each of these people has a digest of that cadence that is due at three, straight in the engine.
async fn put_due(api: &Api, cadence: &str, people: &[String]) {
    let put = |user: &String| {
        let item = HashMap::from([
            ("pk", format!("OU#acme#USER#{user}")),
            ("sk", format!("DIGEST#{cadence}#{THREE}")),
            ("gsi1pk", format!("DIGESTS#{:02}", shard_of(user))),
            ("gsi1sk", THREE.to_owned()),
        ]);
        let item = item.into_iter().map(|(name, text)| (name.to_owned(), AttributeValue::S(text)));
        let put = PutRequest::builder().set_item(Some(item.collect())).build().expect("a put");
        WriteRequest::builder().put_request(put).build()
    };
    for some in people.chunks(25) {
        let puts: Vec<WriteRequest> = some.iter().map(put).collect();
        let written = api.engine.batch_write_item().request_items(TABLE, puts).send().await;
        assert!(written.expect("written").unprocessed_items.unwrap_or_default().is_empty());
    }
}

/// What the queue holds that asks for a digest to be sent, each once or more, and for more to be found.
async fn queued(api: &Api) -> (Vec<String>, Vec<String>) {
    let messages = api.digest_queue.messages().await.expect("messages");
    messages.into_iter().map(|message| message.body).partition(|body| body.contains(r#""send":"#))
}

/// How many there are of each.
async fn counts(api: &Api) -> (usize, usize) {
    let (send, find) = queued(api).await;
    (send.len(), find.len())
}

/// How many digests there is a message for.
async fn found(api: &Api) -> usize {
    queued(api).await.0.into_iter().collect::<BTreeSet<_>>().len()
}

/// Does what the last message asks for that more be found.
async fn find_more(api: &Api) {
    let body = queued(api).await.1.pop().expect("a message");
    let batch = json!({ "Records": [{ "messageId": "m-1", "body": body }] });
    let answer = api.digest.replay(&batch.to_string()).await.expect("an answer");
    assert!(answer.batch_item_failures.is_empty());
}

/// Asks that what is due at three be found in that shard.
async fn ask_for(api: &Api, shard: u8) {
    let body = format!(
        r#"{{"version":1,"find":{{"shard":{shard},"until":"2026-03-13T15:00:00.000000Z"}},"attempts":0}}"#
    );
    api.digest_queue.send(vec![message("digests", &body)]).await.expect("sent");
}

#[tokio::test]
async fn a_shard_of_more_pages_than_a_message_takes_is_found_to_its_end_by_another_one() {
    let api = start_patient().await;
    let people = people_of(5, 5 * PAGE + 7);
    put_due(&api, "hourly", &people).await;
    api.tick(THREE).await;
    assert_eq!(counts(&api).await, (PAGE, 1), "the tick leaves the rest to a message");
    find_more(&api).await;
    assert_eq!(counts(&api).await, (5 * PAGE, 2), "which leaves what is too much to another one");
    find_more(&api).await;
    assert_eq!(counts(&api).await, (people.len(), 2), "which is the last");
    assert_eq!(found(&api).await, people.len(), "each once");
    api.tick("2026-03-13T15:05:00Z").await;
    assert_eq!(counts(&api).await, (people.len(), 2), "nothing is left");
}

#[tokio::test]
async fn what_nobody_can_read_is_passed_over_at_each_tick_and_said_without_whose_it_is() {
    let api = with_messages("hourly", 1).await;
    let strangers: Vec<String> = (0..16).flat_map(|shard| people_of(shard, 1)).collect();
    put_due(&api, "weekly", &strangers).await;
    assert_eq!(tick_and_send(&api, THREE).await.messages, 1);
    assert_eq!(written_to(&api), ["7@acme.example"]);
    tell(&api, &message_to("e-2", &["7"])).await;
    assert_eq!(tick_and_send(&api, "2026-03-13T16:00:00Z").await.messages, 1);
    let lines = api.log.lines();
    let said: Vec<&String> = lines.iter().filter(|it| it.contains("digests.unreadable")).collect();
    assert_eq!(said.len(), 2 * 16, "{said:?}");
    for line in said {
        assert!(line.contains(r#""event.detail":"1 of shard "#), "{line}");
        assert!(!line.contains("acme") && !line.contains("weekly"), "{line}");
    }
}

#[tokio::test]
async fn more_of_it_than_a_message_takes_does_not_hide_what_is_behind() {
    let api = start_patient().await;
    let mut people = people_of(5, 5 * PAGE + 1);
    let last = people.split_off(5 * PAGE);
    put_due(&api, "weekly", &people).await;
    put_due(&api, "hourly", &last).await;
    api.tick(THREE).await;
    find_more(&api).await;
    assert_eq!(counts(&api).await, (1, 1));
}

#[tokio::test]
async fn a_shard_that_cannot_be_read_keeps_no_digest_of_another_from_being_found() {
    let people: Vec<String> = (0..16).flat_map(|shard| people_of(shard, 2)).collect();
    let fail = async |call| {
        let api = start_patient().await;
        put_due(&api, "hourly", &people).await;
        api.faults.set(Plan::fail_call(call, Fault::Refuse));
        let ticked = api.schedules.tick(THREE.parse().expect("an instant")).await;
        assert!(ticked.values().all(Result::is_err), "{call}");
        assert_eq!(found(&api).await, people.len() - 2, "all but those of the one");
        api.tick("2026-03-13T15:05:00Z").await;
        assert_eq!(found(&api).await, people.len(), "which the next tick finds");
    };
    join_all([1, 8, 16].map(fail)).await;
}

#[tokio::test]
async fn what_is_found_hours_late_is_left_to_the_queue_for_an_hour_from_then_on() {
    let api = with_messages("hourly", 1).await;
    ask_for(&api, shard_of("7")).await;
    api.clock.advance(3 * 3600);
    find_more(&api).await;
    for at in ["2026-03-13T17:05:00Z", "2026-03-13T17:55:00Z"] {
        api.tick(at).await;
        assert_eq!(counts(&api).await, (1, 1), "{at}");
    }
    api.tick("2026-03-13T18:00:00Z").await;
    assert_eq!(counts(&api).await, (2, 1), "should the queue have lost it");
    api.send_digests().await;
    assert_eq!(written_to(&api).len(), 1);
}

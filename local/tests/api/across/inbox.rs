//! What puts notifications into inboxes: once for each event and person, whatever happens.

mod bulk;

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use jiff::Timestamp;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use shared::domain::inbox::NotificationId;
use shared::store::EventDigest;

use crate::support::Api;
use crate::support::inbox::{DELETE, Happened, INBOX, READ, assigned, ids as shown, owner, these};

/// What tells rows of one millisecond apart: 12 bits of the hash of event and recipient.
fn spread(event: &EventDigest, recipient: &str) -> u16 {
    let digest = digest(&SHA256, format!("{event}{recipient}").as_bytes());
    let bytes = digest.as_ref();
    u16::from_be_bytes([bytes[0], bytes[1]]) % 4096
}

/// The ids of that many events whose rows of that person would have one id.
fn colliding(recipient: &str, how_many: usize) -> Vec<String> {
    let mut by_spread: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for number in 0.. {
        let id = format!("e-{number}");
        let event = EventDigest::of("/tracker", &id);
        let alike = by_spread.entry(spread(&event, recipient)).or_default();
        alike.push(id);
        if alike.len() == how_many {
            return alike.clone();
        }
    }
    panic!("there are more events than ids")
}

fn id_of(api: &Api, event: &str, recipient: &str) -> u64 {
    let event = EventDigest::of("/tracker", event);
    let now = Timestamp::from_second(api.clock.seconds()).expect("an instant");
    NotificationId::new(now, spread(&event, recipient)).as_u64()
}

#[tokio::test]
async fn a_row_is_one_put_item_and_holds_what_its_owner_sees() {
    let api = Api::start().await;
    let id = assigned("e-1").to("7").put(&api).await.as_u64();
    assert_eq!(api.faults.calls(), ["PutItem"]);
    assert_eq!(id, id_of(&api, "e-1", "7"));
    let digits = format!("{id:016}");
    let expected = json!({
        "pk": "OU#acme#USER#7",
        "sk": format!("INBOX#{digits}"),
        "event": EventDigest::of("/tracker", "e-1").as_str(),
        "type": 1,
        "message": "Alice Johnson assigned \"Add pagination\" to you",
        "notifiable": {
            "type": "issue",
            "id": "42",
            "key": "KD-0042",
            "title": "Add pagination",
            "project": "1",
        },
        "actor": "4",
        "created_at": 1_773_410_400_000_000_i64,
        "expires_at": 1_773_410_400 + 90 * 24 * 60 * 60,
        "unread_id": digits,
        "gsi1pk": "OU#acme#USER#4#ACTED#09",
        "gsi1sk": digits,
    });
    assert_eq!(api.items().await, [expected]);
}

#[tokio::test]
async fn a_row_is_put_once_however_often_its_event_is_dispatched() {
    let api = Api::start().await;
    let event = assigned("e-1").to("7");
    let first = event.put(&api).await;
    let before = api.items().await;
    api.clock.advance(3600);
    // Dispatched again, its actor may be called something else by now.
    let renamed = Happened { message: "Alice Jones assigned it".to_owned(), ..event };
    let accepted_an_hour_ago = renamed.accepted_before(3600);
    assert_eq!(accepted_an_hour_ago.put(&api).await, first);
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn a_row_of_nobody_stands_in_nobodys_index() {
    let api = Api::start().await;
    Happened { actor: None, ..assigned("e-1").to("7") }.put(&api).await;
    let item = &api.items().await[0];
    assert_eq!(["actor", "gsi1pk", "gsi1sk"].map(|name| &item[name]), [&Value::Null; 3]);
}

#[tokio::test]
async fn events_that_would_have_one_id_have_one_after_the_other() {
    let api = Api::start().await;
    let events = colliding("7", 3);
    let own = id_of(&api, &events[0], "7");
    for round in 0..2 {
        for (expected, event) in (own..).zip(&events) {
            let id = assigned(event).to("7").put(&api).await;
            assert_eq!(id.as_u64(), expected, "round {round}");
        }
    }
    let mut expected: Vec<Value> = Vec::new();
    for (id, event) in (own..).zip(&events) {
        let event = EventDigest::of("/tracker", event);
        expected.push(json!([format!("INBOX#{id:016}"), event.as_str()]));
    }
    let items = api.items().await.into_iter();
    let mut rows: Vec<Value> = items.map(|item| json!([item["sk"], item["event"]])).collect();
    rows.sort_by_key(ToString::to_string);
    assert_eq!(rows, expected);
}

#[tokio::test]
async fn what_is_read_or_deleted_stays_so_when_events_that_would_have_one_id_are_dispatched_again()
{
    let api = Api::start().await;
    let events = colliding("7", 3);
    let put_all = async || {
        let mut ids = Vec::new();
        for event in &events {
            ids.push(assigned(event).put(&api).await.as_u64());
        }
        ids
    };
    let ids = put_all().await;
    for (path, place) in [(READ, 1), (DELETE, 0), (DELETE, 1)] {
        assert_eq!(owner(&api).post(path, &these([ids[place]])).await.status, 204);
        let before = api.items().await;
        assert_eq!(put_all().await, ids);
        assert_eq!(api.items().await, before);
    }
    assert_eq!(shown(&owner(&api).get(INBOX).await), ids[2..]);
}

#[tokio::test]
async fn events_that_are_dispatched_at_once_have_a_row_each() {
    let api = Api::start().await;
    let events = colliding("7", 3);
    let happened: Vec<Happened<'_>> = events.iter().map(|event| assigned(event)).collect();
    // Each of them twice, as where a worker is slower than the queue thought.
    let all = happened.iter().chain(&happened).map(|happened| happened.put(&api));
    let ids: Vec<u64> = join_all(all).await.iter().map(|id| id.as_u64()).collect();
    assert_eq!(ids[..3], ids[3..]);
    let own = id_of(&api, &events[0], "7");
    assert_eq!(BTreeSet::from_iter(ids), BTreeSet::from_iter(own..own + 3));
    assert_eq!(api.items().await.len(), 3);
}

#[tokio::test]
async fn people_and_org_units_have_inboxes_of_their_own() {
    let api = Api::start().await;
    for (org_unit, user) in [("acme", "7"), ("acme", "8"), ("globex", "7")] {
        Happened { org_unit, ..assigned("e-1").to(user) }.put(&api).await;
    }
    let mut owners: Vec<Value> =
        api.items().await.into_iter().map(|row| row["pk"].clone()).collect();
    owners.sort_by_key(ToString::to_string);
    assert_eq!(owners, ["OU#acme#USER#7", "OU#acme#USER#8", "OU#globex#USER#7"]);
}

#[tokio::test]
async fn a_row_is_put_once_whatever_the_store_does() {
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        let api = Api::start().await;
        let [one, other] = [0, 1].map(|place| colliding("7", 2).swap_remove(place));
        let own = id_of(&api, &one, "7");
        for call in 1..=2 {
            for (event, expected) in [(&one, own), (&other, own + 1)] {
                api.faults.set(Plan::fail_call(call, fault));
                let id = assigned(event).to("7").put(&api).await;
                assert_eq!(id.as_u64(), expected, "{fault:?} at call {call}");
            }
        }
        assert_eq!(api.items().await.len(), 2, "{fault:?}");
    }
}

#[tokio::test]
async fn a_store_that_stays_away_is_said_to_be() {
    let api = Api::start().await;
    api.faults.set(Plan::always(Fault::Throttle));
    let error = assigned("e-1").to("7").try_put(&api).await.expect_err("throttled");
    assert!(error.is_transient(), "{error}");
    assert_eq!(api.items().await, Vec::<Value>::new());
}

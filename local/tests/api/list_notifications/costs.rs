//! What a page costs, and what callers see of a store that fails.

use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::Value;

use crate::support::Api;
use crate::support::inbox::{DELETE, Happened, INBOX, assigned, fill, ids, know, owner, these};

#[tokio::test]
async fn a_page_is_two_queries_side_by_side_then_a_batch_of_the_actors() {
    let api = Api::start().await;
    fill(&api, 3).await;
    Happened { actor: Some("5"), ..assigned("another") }.put(&api).await;
    for path in [INBOX.to_owned(), format!("{INBOX}?unread=true")] {
        api.faults.set(Plan::default());
        owner(&api).get(&path).await;
        assert_eq!(api.faults.calls(), ["Query", "Query", "BatchGetItem"]);
        let bodies = api.faults.bodies();
        assert!(bodies[..2].iter().all(|query| query["ConsistentRead"] == true), "{bodies:?}");
        let batch = &bodies[2]["RequestItems"][TABLE];
        assert_eq!(batch["ConsistentRead"], true);
        assert_eq!(batch["Keys"].as_array().map(Vec::len), Some(2), "each actor once");
    }
}

#[tokio::test]
async fn page_and_count_are_asked_for_side_by_side() {
    let api = Api::start().await;
    // Were one asked for after the other, the second would not come while the first one waits.
    let wait = std::time::Duration::from_millis(500);
    api.faults.set(Plan::first([Fault::Delay(wait), Fault::Delay(wait)]));
    let person = owner(&api);
    let (_, both) = tokio::join!(person.get(INBOX), async {
        tokio::time::timeout(wait * 4 / 5, async {
            while api.faults.calls().len() < 2 {
                tokio::task::yield_now().await;
            }
        })
        .await
    });
    assert!(both.is_ok(), "{:?}", api.faults.calls());
}

#[tokio::test]
async fn without_actors_nobody_is_looked_up() {
    let api = Api::start().await;
    owner(&api).get(INBOX).await;
    assert_eq!(api.faults.calls(), ["Query", "Query"]);
    Happened { actor: None, ..assigned("e-1") }.put(&api).await;
    api.faults.set(Plan::default());
    owner(&api).get(INBOX).await;
    assert_eq!(api.faults.calls(), ["Query", "Query"]);
}

#[tokio::test]
async fn the_count_reads_keys_and_no_more_of_them_than_it_tells() {
    let api = Api::start().await;
    owner(&api).get(INBOX).await;
    let bodies = api.faults.bodies();
    let count = bodies.iter().find(|body| body["Select"] == "COUNT").expect("a count");
    assert_eq!((&count["IndexName"], &count["Limit"]), (&Value::from("unread"), &Value::from(101)));
}

#[tokio::test]
async fn tombstones_cost_a_query_more_each_for_twice_as_many() {
    let api = Api::start().await;
    let all = fill(&api, 100).await;
    let deleted = these(all[..99].iter().copied());
    assert_eq!(owner(&api).post(DELETE, &deleted).await.status, 204);
    api.faults.set(Plan::default());
    let answer = owner(&api).get(&format!("{INBOX}?limit=9")).await;
    assert_eq!(ids(&answer), all[99..]);
    let bodies = api.faults.bodies();
    let pages = bodies.iter().filter(|body| body["FilterExpression"].is_string());
    let limits: Vec<u64> = pages.map(|body| body["Limit"].as_u64().expect("a limit")).collect();
    assert_eq!(limits, [10, 20, 40, 80]);
}

#[tokio::test]
async fn a_page_of_more_than_a_megabyte_is_whole_all_the_same() {
    use shared::domain::inbox::{Notifiable, NotificationType};

    let api = Api::start().await;
    let mut all = Vec::new();
    for number in 0..100 {
        api.clock.advance(1);
        let notifiable = Notifiable::Message {
            category: "chat.message".parse().expect("a category"),
            body: Some("\u{1F600}".repeat(4000).parse().expect("a body")),
            conversation: None,
        };
        let event = format!("e-{number}");
        let notification_type = NotificationType::Message;
        let large = Happened { notification_type, notifiable, actor: None, ..assigned(&event) };
        all.insert(0, large.put(&api).await.as_u64());
    }
    for query in ["", "?unread=true"] {
        api.faults.set(Plan::default());
        let answer = owner(&api).get(&format!("{INBOX}{query}")).await;
        assert_eq!((ids(&answer), answer.header("link")), (all.clone(), ""));
        assert!(api.faults.calls().len() > 2, "it is more than a page of the store");
    }
}

#[tokio::test]
async fn a_store_that_fails_at_any_one_call_is_not_noticed_by_who_reads() {
    let api = Api::start().await;
    know(&api, "4", "Alice", None).await;
    fill(&api, 3).await;
    let expected = owner(&api).get(INBOX).await;
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::ExceedThroughput] {
        for call in 1..=3 {
            api.faults.set(Plan::fail_call(call, fault));
            let answer = owner(&api).get(INBOX).await;
            assert_eq!(answer.seen(), expected.seen(), "{fault:?} at call {call}");
            assert_eq!(answer.header("etag"), expected.header("etag"));
            assert_eq!(api.faults.calls().len(), 4, "{fault:?} at call {call}");
        }
    }
    api.faults.set(Plan::fail_call(3, Fault::NothingProcessed));
    assert_eq!(owner(&api).get(INBOX).await.seen(), expected.seen());
}

#[tokio::test]
async fn a_store_that_stays_away_from_readers_is_a_503() {
    let api = Api::start().await;
    fill(&api, 1).await;
    for fault in [Fault::LoseRequest, Fault::Throttle] {
        api.faults.set(Plan::always(fault));
        let answer = owner(&api).get(INBOX).await;
        assert_eq!((answer.status, answer.header("retry-after")), (503, "2"), "{fault:?}");
        assert_eq!(answer.header("cache-control"), "no-store");
    }
    // Only whoever did it cannot be looked up: a page without names would be another page.
    api.faults.set(Plan::fail_calls(3..13, Fault::NothingProcessed));
    assert_eq!(owner(&api).get(INBOX).await.status, 503);
}

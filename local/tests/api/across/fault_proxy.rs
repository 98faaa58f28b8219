//! The fault proxy itself: a test that trusts it should know what it does.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::ProvideErrorMetadata as _;
use aws_sdk_dynamodb::types::{
    AttributeValue, KeysAndAttributes, Put, PutRequest, TransactWriteItem, WriteRequest,
};
use aws_sdk_dynamodb::{Client, config::retry::RetryConfig};
use local::engine;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;

use crate::support::Api;

/// A client of the proxy that tries everything once.
fn client(api: &Api) -> Client {
    let client = engine::client(&api.faults.endpoint());
    let config = client.config().to_builder().retry_config(RetryConfig::disabled());
    Client::from_conf(config.build())
}

fn key(name: &str) -> HashMap<String, AttributeValue> {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    HashMap::from([("pk".to_owned(), text(name)), ("sk".to_owned(), text("X"))])
}

async fn names(api: &Api) -> Vec<String> {
    let items = api.items().await;
    let mut names: Vec<String> =
        items.iter().map(|item| item["pk"].as_str().expect("text").to_owned()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_lost_request_was_not_carried_out_and_a_lost_answer_was() {
    let api = Api::start().await;
    let client = client(&api);
    let put = async |name| {
        client.put_item().table_name(TABLE).set_item(Some(key(name))).send().await.is_ok()
    };
    api.faults.set(Plan::first([Fault::LoseRequest, Fault::LoseAnswer]));
    assert!(!put("lost request").await);
    assert!(!put("lost answer").await);
    assert!(put("passed").await);
    assert_eq!(names(&api).await, ["lost answer", "passed"]);
    assert_eq!(api.faults.calls(), ["PutItem", "PutItem", "PutItem"]);
}

#[tokio::test]
async fn who_dies_of_a_call_had_it_carried_out_and_hears_nothing_of_it() {
    let api = Api::start().await;
    let client = client(&api);
    api.faults.set(Plan::fail_call(1, Fault::Die));
    tokio::select! {
        put = client.put_item().table_name(TABLE).set_item(Some(key("a"))).send() => panic!("{put:?}"),
        () = api.faults.death() => {}
    }
    assert_eq!(names(&api).await, ["a"]);
}

#[tokio::test]
async fn refusals_have_the_codes_of_the_api() {
    let api = Api::start().await;
    let client = client(&api);
    for (fault, code) in [
        (Fault::Throttle, "ThrottlingException"),
        (Fault::ExceedThroughput, "ProvisionedThroughputExceededException"),
        (Fault::Conflict, "TransactionConflictException"),
        (Fault::Refuse, "AccessDeniedException"),
    ] {
        api.faults.set(Plan::fail_call(2, fault));
        let put = || client.put_item().table_name(TABLE).set_item(Some(key("a"))).send();
        assert!(put().await.is_ok());
        assert_eq!(put().await.unwrap_err().code(), Some(code));
        assert!(put().await.is_ok());
    }
}

#[tokio::test]
async fn a_conflict_cancels_a_transaction_and_gives_the_reason() {
    let api = Api::start().await;
    let client = client(&api);
    api.faults.set(Plan::always(Fault::Conflict));
    let put = Put::builder().table_name(TABLE).set_item(Some(key("a"))).build().expect("a put");
    let item = TransactWriteItem::builder().put(put).build();
    let cancelled = client.transact_write_items().transact_items(item).send().await;
    let cancelled = cancelled.unwrap_err().into_service_error();
    assert!(cancelled.is_transaction_canceled_exception());
    let aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError::TransactionCanceledException(cancelled) = cancelled
    else {
        panic!("{cancelled:?}");
    };
    assert_eq!(cancelled.cancellation_reasons()[0].code(), Some("TransactionConflict"));
    assert_eq!(names(&api).await, Vec::<String>::new());
}

#[tokio::test]
async fn half_of_a_batch_may_come_back_unprocessed() {
    let api = Api::start().await;
    let client = client(&api);
    let writes = ["a", "b", "c"].map(|name| {
        let put = PutRequest::builder().set_item(Some(key(name))).build().expect("a put");
        WriteRequest::builder().put_request(put).build()
    });
    api.faults.set(Plan::always(Fault::Unprocessed));
    let written = client.batch_write_item().request_items(TABLE, writes.to_vec()).send().await;
    let rest = written.expect("an answer").unprocessed_items.expect("some");
    assert_eq!(rest[TABLE].len(), 1);
    assert_eq!(names(&api).await, ["a", "b"]);

    let keys = KeysAndAttributes::builder().set_keys(Some(vec![key("a"), key("b")]));
    let keys = keys.consistent_read(true).build().expect("keys");
    let read = client.batch_get_item().request_items(TABLE, keys).send().await;
    let read = read.expect("an answer");
    assert_eq!(read.responses.expect("some")[TABLE].len(), 1);
    let rest = read.unprocessed_keys.expect("some");
    assert_eq!(rest[TABLE].keys(), [key("b")]);
    assert_eq!(rest[TABLE].consistent_read(), Some(true));
}

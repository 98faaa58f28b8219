//! What someone with a good link sees while something is out of order.

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::secrets::SecretError;

use super::{click, link_for};
use crate::support::{Answer, Api};

const SETTING: &str = "email.product_updates";

fn assert_busy(answer: &Answer) {
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert!(answer.body.contains("<h1>Please try again</h1>"), "{}", answer.body);
}

fn logged(api: &Api) -> (Value, Value) {
    let line = api.log.lines().pop().expect("a line");
    let line: Value = serde_json::from_str(&line).expect("JSON");
    (line["error.kind"].clone(), line["error.code"].clone())
}

#[tokio::test]
async fn a_store_that_is_busy_is_a_page_that_says_to_come_again() {
    for setting in [SETTING, "activity.notify_mentions", "channel.*.email_enabled", "digest"] {
        let api = Api::start().await;
        let link = link_for(&api, "acme", "7", setting).await;
        api.faults.set(Plan::always(Fault::Throttle));
        assert_busy(&click(&api.stranger(), &link).await);
        assert_eq!(logged(&api), (json!("store.throttled"), Value::Null));
        assert_eq!(api.stranger().get(&link).await.status, 200, "a page needs no store");
    }
}

#[tokio::test]
async fn a_store_that_refuses_us_is_a_page_without_inner_detail() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", SETTING).await;
    api.faults.set(Plan::always(Fault::Refuse));
    let answer = click(&api.stranger(), &link).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("<h1>Something went wrong</h1>"), "{}", answer.body);
    assert!(!answer.body.contains("Denied"), "{}", answer.body);
}

#[tokio::test]
async fn keys_that_are_out_of_reach_are_a_page_that_says_to_come_again() {
    let good = Api::start().await;
    let link = link_for(&good, "acme", "7", SETTING).await;
    let api = Api::start().await;
    api.secrets.fail(SecretError::Unreachable { how: "timeout" });
    for answer in [api.stranger().get(&link).await, click(&api.stranger(), &link).await] {
        assert_busy(&answer);
        assert_eq!(logged(&api), (json!("secret.unreachable"), json!("timeout")));
    }
    assert_eq!(api.secrets.fetches(), 1, "what failed is tried again after 5 seconds");
    api.secrets.rotate("1", "0");
    api.clock.advance(5);
    assert_eq!(click(&api.stranger(), &link).await.status, 200);
}

#[tokio::test]
async fn keys_that_are_refused_or_are_none_are_a_fault_of_ours() {
    let good = Api::start().await;
    let link = link_for(&good, "acme", "7", SETTING).await;
    let api = Api::start().await;
    let code = "AccessDeniedException";
    api.secrets.fail(SecretError::Rejected { code: code.to_owned() });
    assert_eq!(click(&api.stranger(), &link).await.status, 500);
    assert_eq!(logged(&api), (json!("secret.rejected"), json!(code)));
    api.secrets.serve(&json!({ "key_id": "1" }));
    api.clock.advance(5);
    assert_eq!(click(&api.stranger(), &link).await.status, 500);
    assert_eq!(logged(&api), (json!("invalid_unsubscribe_keys"), Value::Null));
}

#[tokio::test]
async fn what_is_not_a_link_is_refused_also_while_the_keys_are_out_of_reach() {
    let api = Api::start().await;
    api.secrets.fail(SecretError::Throttled);
    assert_eq!(click(&api.stranger(), "/unsubscribe/nonsense").await.status, 400);
    assert_eq!(api.secrets.fetches(), 0);
}

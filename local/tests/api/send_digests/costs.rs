//! What digests take: the calls that the page on costs says.

use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::with_messages;
use crate::support::mail::{know_addresses, message_to, set_row, tell};

const ROW: &str = "| `send-digests` | at each tick 16 `Query` of the index, side by side, and one `UpdateItem` for each digest that is \
                   due; for each digest one `UpdateItem` to close it, one `GetItem` of its person, one `Query` of what waits, and one \
                   more for each further MB of it, one `BatchGetItem` of up to a hundred events, one of whoever sent them, and one \
                   `UpdateItem` of what became of it |";

#[tokio::test]
async fn a_digest_costs_the_calls_that_the_page_on_costs_says_however_much_waits_for_it() {
    assert!(include_str!("../../../../docs/costs.md").contains(ROW));
    for messages in [1, 12] {
        let api = with_messages("hourly", messages).await;
        let mut by_someone = message_to("someone", &["7"]);
        by_someone["data"]["actor"] = json!("4");
        tell(&api, &by_someone).await;
        api.faults.set(Plan::default());
        api.tick("2026-03-13T15:00:00Z").await;
        let calls = api.faults.calls();
        assert_eq!(calls.iter().filter(|call| *call == "Query").count(), 16);
        assert_eq!(
            calls.iter().filter(|call| *call != "Query").collect::<Vec<_>>(),
            ["UpdateItem"]
        );
        api.faults.set(Plan::default());
        api.send_digests().await;
        let expected =
            ["UpdateItem", "GetItem", "Query", "BatchGetItem", "BatchGetItem", "UpdateItem"];
        assert_eq!(api.faults.calls(), expected);
        api.faults.set(Plan::default());
        api.tick("2026-03-13T16:00:00Z").await;
        assert_eq!(api.faults.calls().len(), 16, "nothing is due");
    }
}

#[tokio::test]
async fn what_waits_costs_one_transaction_for_each_person_as_it_is_dispatched() {
    let row = "| `message.sent`, for each whose email waits for a digest | one `TransactWriteItems` of three items, eight at a time; \
               another one if that digest was closed |";
    assert!(include_str!("../../../../docs/costs.md").contains(row));
    let api = with_messages("hourly", 0).await;
    know_addresses(&api, &["8", "9"]).await;
    for user in ["8", "9"] {
        set_row(&api, user, Value::Null, true, "daily").await;
    }
    let count = async |event: &Value| {
        api.faults.set(Plan::default());
        tell(&api, event).await;
        api.faults.calls().iter().filter(|call| *call == "TransactWriteItems").count()
    };
    assert_eq!(count(&message_to("e-1", &["7", "8", "9"])).await, 3);
}

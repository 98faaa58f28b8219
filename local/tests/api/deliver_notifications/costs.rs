//! What it takes to deliver a notification: the calls that the page on costs says.

use local::faults::Plan;
use local::push_peer::PushFault;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::push::{message as pushed, with_browsers};
use super::slack::surge;
use crate::ingest_events::assigned;
use crate::support::Api;
use crate::support::mail::{alert_to, know_addresses, tell};
use crate::support::slack::{connect_slack, slack_id, slack_user};

#[tokio::test]
async fn a_delivery_costs_the_calls_that_the_page_on_costs_says() {
    let row = "| `deliver-notifications` | for each notification one `BatchGetItem` of two items, one `UpdateItem` to claim it, one \
               `BatchGetItem` of one item, two with a project and three where watching decides, one `GetItem` of who did it, and one \
               `UpdateItem` of what became of it; one more where Slack has no such user, or for each browser that is gone |";
    assert!(include_str!("../../../../docs/costs.md").contains(row));
    let api = Api::start().await;
    know_addresses(&api, &["4", "7"]).await;
    let mut added = assigned("added");
    added["type"] = json!("project.member_added");
    added["data"]["member"] = json!(7);
    connect_slack(&api, "acme", [slack_user("7")]);
    api.map_to_slack("acme", "7", &slack_id("7")).await;
    api.map_to_slack("acme", "8", &slack_id("8")).await;
    let [_, gone] = with_browsers(&api, ["phone", "gone"]).await;
    api.push_service.fail_at(gone.endpoint(), [PushFault::Answer(410)]);
    let mut of_stranger = surge("e-3");
    of_stranger["data"]["owner"] = json!(8);
    for (event, calls) in [
        (
            alert_to("e-1", &["7"]),
            &["BatchGetItem", "UpdateItem", "BatchGetItem", "UpdateItem"][..],
        ),
        (added, &["BatchGetItem", "UpdateItem", "BatchGetItem", "GetItem", "UpdateItem"]),
        (
            pushed("e-4"),
            &["BatchGetItem", "UpdateItem", "BatchGetItem", "UpdateItem", "UpdateItem"],
        ),
        (pushed("e-5"), &["BatchGetItem", "UpdateItem", "BatchGetItem", "UpdateItem"]),
        (surge("e-2"), &["BatchGetItem", "UpdateItem", "BatchGetItem", "UpdateItem"]),
        (of_stranger, &["BatchGetItem", "UpdateItem", "BatchGetItem", "UpdateItem", "UpdateItem"]),
    ] {
        tell(&api, &event).await;
        api.faults.set(Plan::default());
        assert_eq!(api.deliver().await.messages, 1);
        assert_eq!(api.faults.calls(), calls);
    }
}

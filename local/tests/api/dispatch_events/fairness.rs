//! Fairness among org units: the parts of an event are messages of its org unit, as the event is.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{of_kind, send};
use crate::support::Api;

/// A notice for one more than are told at once: two parts. It reaches no inbox.
fn in_two_parts(id: usize) -> Value {
    let recipients: Vec<usize> = (0..101).collect();
    let data = json!({
        "toggle": "security_alerts", "recipients": recipients, "subject": "New", "text": "Hello",
    });
    of_kind("account.notice", &format!("e-{id}"), data)
}

async fn waiting(api: &Api) -> usize {
    api.queue.messages().await.expect("messages").len()
}

#[tokio::test]
async fn a_hundred_parts_of_one_org_unit_do_not_hold_up_the_event_of_another() {
    let api = Api::start().await;
    send(&api, &(0..50).map(in_two_parts).collect()).await;
    // Each batch makes parts of ten events.
    for _ in 0..5 {
        api.pump.pass_on().await;
    }
    assert_eq!(waiting(&api).await, 100, "parts");
    let data = json!({ "category": "chat.message", "recipients": [7], "title": "Lunch?" });
    let message = of_kind("message.sent", "e-1", data);
    let answer = api.admin("globex").post("/v1/events", &message).await;
    assert_eq!(answer.status, 202, "{}", answer.body);

    assert_eq!(api.pump.pass_on().await, 10);
    let inbox = api.person("globex", "7").get("/api/notifications").await.json();
    assert_eq!(inbox.as_array().map(Vec::len), Some(1), "it came last and is in the first batch");
    assert_eq!(waiting(&api).await, 91, "parts are still to be done");
}

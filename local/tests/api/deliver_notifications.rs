//! The worker that delivers what does not go into an inbox.

mod costs;
mod faults;
pub(crate) mod law;
pub(crate) mod push;
pub(crate) mod slack;

use local::faults::Plan;
use local::pump::Pumped;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use crate::ingest_events::assigned;
use crate::support::mail::{
    alert_to, dead_deliveries, deliveries, header, know_addresses, message_to, set_row, tell,
    the_email, written_to,
};
use crate::support::{Api, message};

/// As they are listed: sent, at the first attempt.
fn sent(user: &str) -> (Value, Value, Value, Value) {
    (json!(user), json!("sent"), json!(1), Value::Null)
}

#[tokio::test]
async fn a_message_is_mailed_to_whom_their_ruling_row_names() {
    let api = Api::start().await;
    know_addresses(&api, &["7", "8", "9", "10"]).await;
    set_row(&api, "7", json!("chat.message"), true, "instant").await;
    // The row of the category rules, also where the global one would say otherwise.
    set_row(&api, "8", Value::Null, true, "instant").await;
    set_row(&api, "8", json!("chat.message"), false, "instant").await;
    set_row(&api, "9", Value::Null, true, "instant").await;
    tell(&api, &message_to("e-1", &["7", "8", "9", "10", "nobody"])).await;
    assert_eq!(api.deliver().await, Pumped { batches: 1, messages: 2 });
    assert_eq!(written_to(&api), ["7@acme.example", "9@acme.example"]);
    assert_eq!(deliveries(&api, "/chat:e-1").await, [sent("7"), sent("9")]);
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn an_email_says_what_happened_and_why_one_is_told_and_how_to_be_told_no_more() {
    let api = Api::start().await;
    know_addresses(&api, &["4", "7"]).await;
    let mut added = assigned("e-1");
    added["type"] = json!("project.member_added");
    added["data"]["member"] = json!(7);
    added["id"] = json!("added");
    added["time"] = json!("2026-03-13T13:00:00Z");
    tell(&api, &json!([added])).await;
    api.deliver().await;
    drop(api.outbox.take());
    tell(&api, &assigned("e-1")).await;
    api.deliver().await;
    let email = the_email(&api);
    let header = |name: &str| header(&email, name);
    assert_eq!(
        header("Subject").as_deref(),
        Some("Alice Johnson assigned \"Add pagination\" to you")
    );
    assert_eq!(header("X-Notification-Reason").as_deref(), Some("activity.notify_assignment"));
    let one_click = "List-Unsubscribe=One-Click";
    assert_eq!(header("List-Unsubscribe-Post").as_deref(), Some(one_click));
    let link = header("List-Unsubscribe").expect("a link");
    let link = link.strip_prefix('<').and_then(|link| link.strip_suffix('>')).expect("brackets");
    let path = link.strip_prefix("https://api.example").unwrap_or(link);
    let path = &path[path.find("/unsubscribe/").expect("the path")..];

    // The link turns off that one setting.
    let stranger = api.stranger();
    assert_eq!(stranger.get(path).await.status, 200);
    assert_eq!(stranger.post_nothing(path).await.status, 200);
    let profile = api.person("acme", "7").get("/api/profile").await.json();
    let off: Vec<&String> = profile
        .as_object()
        .expect("an object")
        .iter()
        .filter(|(_, value)| **value == json!(false))
        .map(|(name, _)| name)
        .collect();
    assert_eq!(off, ["notify_assignment"]);
    drop(api.outbox.take());
    tell(&api, &assigned("e-2")).await;
    assert_eq!(api.deliver().await.messages, 0);
    let question = json!({ "event": assigned("e-3"), "recipients": [7] });
    let decided = api.admin("acme").post("/v1/decisions", &question).await.json();
    let because = json!({
        "code": "muted", "setting": "activity.notify_assignment", "value": false,
    });
    assert_eq!(decided["decisions"][0]["channels"]["email"]["because"], because);
}

#[tokio::test]
async fn a_security_alert_reaches_who_turned_everything_off_and_has_no_link_out() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    set_row(&api, "7", Value::Null, false, "off").await;
    let person = api.person("acme", "7");
    let off = json!({ "notifications_enabled": false });
    assert_eq!(person.put("/me/notification-prefs", &off).await.status, 200);
    let toggles = ["product_updates", "delivery_alerts", "billing_receipts", "weekly_usage_digest"];
    let toggles: serde_json::Map<String, Value> =
        toggles.map(|toggle| (toggle.to_owned(), json!(false))).into_iter().collect();
    let off = json!({ "email": toggles });
    assert_eq!(person.patch("/v1/me/notifications", &off).await.status, 200);
    tell(&api, &alert_to("e-1", &["7"])).await;
    api.deliver().await;
    assert_eq!(written_to(&api), ["7@acme.example"]);
    let email = the_email(&api);
    assert_eq!(header(&email, "Subject").as_deref(), Some("New sign-in"));
    assert_eq!(header(&email, "X-Notification-Reason").as_deref(), Some("mandatory"));
    assert_eq!(header(&email, "List-Unsubscribe"), None);
    assert!(email.contains("Was it you?"));
}

#[tokio::test]
async fn it_is_decided_again_just_before_it_is_sent() {
    let api = Api::start().await;
    know_addresses(&api, &["7", "8", "9"]).await;
    for user in ["7", "8", "9"] {
        set_row(&api, user, json!("chat.message"), true, "instant").await;
    }
    tell(&api, &message_to("e-1", &["7", "8", "9"])).await;
    // Before anything is sent, one turns it off and one is gone.
    set_row(&api, "7", json!("chat.message"), false, "instant").await;
    let mut removed = crate::ingest_events::upserted("gone", "m-8", "8", true);
    removed["type"] = json!("member.removed");
    removed["time"] = json!("2026-03-13T13:30:00Z");
    tell(&api, &removed).await;
    api.deliver().await;
    assert_eq!(written_to(&api), ["9@acme.example"]);
    let denied = |user: &str, why: &str| (json!(user), json!("denied"), json!(1), json!(why));
    let expected = [denied("7", "muted"), denied("8", "unreachable"), sent("9")];
    assert_eq!(deliveries(&api, "/chat:e-1").await, expected);
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_delivery_is_made_once_however_often_it_is_asked_for() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    tell(&api, &alert_to("e-1", &["7"])).await;
    let messages = api.delivery_queue.messages().await.expect("messages");
    let again = || messages.iter().map(|waiting| message("acme", &waiting.body)).collect();
    api.delivery_queue.send(again()).await.expect("sent");
    api.deliver().await;
    api.clock.advance(3600);
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1, "side by side");
    api.delivery_queue.send(again()).await.expect("sent");
    api.faults.set(Plan::default());
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(api.faults.calls(), ["BatchGetItem", "UpdateItem"], "it is done with");
    assert_eq!(written_to(&api).len(), 1, "and later");
    assert_eq!(deliveries(&api, "/accounts:e-1").await, [sent("7")]);
}

#[tokio::test]
async fn an_event_that_counts_anew_is_mailed_anew() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    for copies in [1, 2] {
        tell(&api, &alert_to("e-1", &["7"])).await;
        api.deliver().await;
        assert_eq!(written_to(&api).len(), copies);
        api.clock.advance(14 * 86_400 + 1);
    }
}

#[tokio::test]
async fn an_email_that_the_row_of_all_others_lets_through_says_so() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    set_row(&api, "7", Value::Null, true, "instant").await;
    tell(&api, &message_to("e-1", &["7"])).await;
    api.deliver().await;
    let email = the_email(&api);
    let reason = header(&email, "X-Notification-Reason");
    assert_eq!(reason.as_deref(), Some("channel.*.email_enabled"));
    assert!(email.contains("everything that has no setting of its own"), "{email}");
}

#[tokio::test]
async fn the_same_user_of_another_org_unit_is_told_nothing() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    let answer = api.admin("globex").post("/v1/events", &alert_to("e-1", &["7"])).await;
    assert_eq!(answer.status, 202);
    api.dispatch().await;
    assert_eq!(api.deliver().await.messages, 0);
    assert_eq!(written_to(&api), [""; 0]);
}

#[tokio::test]
async fn no_log_line_says_to_whom_or_what() {
    let api = Api::start().await;
    know_addresses(&api, &["7"]).await;
    tell(&api, &alert_to("e-1", &["7"])).await;
    api.deliver().await;
    for line in api.log.lines() {
        for secret in ["acme.example", "New sign-in", "Was it you", "unsubscribe/"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

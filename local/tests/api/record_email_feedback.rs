//! The worker that records what comes back of emails: bounces and complaints, as Amazon SES tells them.

mod addresses;
mod faults;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local::faults::Plan;
use local::pump::Pumped;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use crate::decide_delivery::{PATH, decision, deny, event, happen, question};
use crate::ingest_events::upserted;
use crate::support::{Api, message, recorded, recorded_event};

/// What SES says of an email to that address, which was sent to that user of `acme`.
fn feedback(detail_type: &str, event_type: &str, user: &str, said: Value) -> Value {
    let tag = |id: &str| json!([URL_SAFE_NO_PAD.encode(id)]);
    let mut event = json!({
        "version": "0", "id": "1", "detail-type": detail_type, "source": "aws.ses",
        "account": "123456789012", "time": "2026-03-13T14:00:00Z", "region": "us-east-1",
        "resources": [],
    });
    event["detail"] = json!({
        "eventType": event_type,
        "mail": {
            "messageId": "m-1", "destination": [format!("{user}@acme.example")],
            "tags": { "org_unit": tag("acme"), "user": tag(user) },
        },
    });
    event["detail"][event_type.to_lowercase()] = said;
    event
}

/// An email to that address, sent to that user of `acme`, bounced.
pub(crate) fn bounce_of(user: &str, address: &str, bounce_type: &str) -> Value {
    let recipients = json!([{ "emailAddress": address, "action": "failed", "status": "5.1.1" }]);
    let said = json!({
        "bounceType": bounce_type, "bounceSubType": "General", "bouncedRecipients": recipients,
        "timestamp": "2026-03-13T14:00:00.000Z",
    });
    feedback("Email Bounced", "Bounce", user, said)
}

/// The same for good, to the address that user has at first.
fn bounce(user: &str) -> Value {
    bounce_of(user, &format!("{user}@acme.example"), "Permanent")
}

fn complaint(user: &str, kind: &Value) -> Value {
    let said = json!({
        "complainedRecipients": [{ "emailAddress": format!("{user}@acme.example") }],
        "complaintFeedbackType": kind, "timestamp": "2026-03-13T14:00:00.000Z",
    });
    feedback("Email Complaint Received", "Complaint", user, said)
}

/// Puts these into the queue as EventBridge does, and has them recorded.
pub(crate) async fn come_back(api: &Api, events: &[Value]) -> Pumped {
    let messages = events.iter().map(|event| message("ses", &event.to_string()));
    api.feedback_queue.send(messages.collect()).await.expect("sent");
    api.record_feedback().await
}

/// The directory has an address of that user, `7@acme.example` of 7.
async fn enter(api: &Api, org_unit: &str, user: &str) {
    let id = format!("m-{user}");
    happen(api, org_unit, &upserted(&id, &id, user, true)).await;
}

/// What is decided about an email to someone.
pub(crate) async fn email_to(api: &Api, org_unit: &str, user: &str) -> Value {
    let notice = event("account.notice", json!({ "recipients": [user] }));
    let answer = api.admin(org_unit).post(PATH, &question(&notice, &json!([user]))).await;
    answer.json()["decisions"][0]["channels"]["email"].clone()
}

pub(crate) fn arrives() -> Value {
    decision("allow", "enabled")
}

pub(crate) fn unreachable() -> Value {
    deny("unreachable")
}

/// Why each dead letter of the feedback queue is dead.
async fn letter_reasons(api: &Api) -> Vec<String> {
    let letters = api.feedback_queue.dead_letters(None).await.expect("dead letters");
    letters.into_iter().map(|letter| letter.reason).collect()
}

#[tokio::test]
async fn a_permanent_bounce_or_a_complaint_makes_that_person_alone_unreachable_by_email() {
    for kind in [bounce("7"), complaint("7", &json!("abuse")), complaint("7", &Value::Null)] {
        let api = Api::start().await;
        for (org_unit, user) in [("acme", "7"), ("acme", "8"), ("globex", "7")] {
            enter(&api, org_unit, user).await;
        }
        assert_eq!(email_to(&api, "acme", "7").await, arrives());
        assert_eq!(come_back(&api, &[kind]).await, Pumped { batches: 1, messages: 1 });
        assert_eq!(email_to(&api, "acme", "7").await, unreachable());
        assert_eq!(email_to(&api, "acme", "8").await, arrives());
        assert_eq!(email_to(&api, "globex", "7").await, arrives());
    }
}

#[tokio::test]
async fn not_even_what_is_mandatory_goes_to_an_address_that_bounced() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    come_back(&api, &[bounce("7")]).await;
    let alert = event("account.notice", json!({ "toggle": "security_alerts" }));
    let answer = api.admin("acme").post(PATH, &question(&alert, &json!([7]))).await;
    assert_eq!(answer.json()["decisions"][0]["channels"]["email"], unreachable());
}

#[tokio::test]
async fn what_passes_what_is_no_complaint_and_what_went_well_change_nothing() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    let address = "7@acme.example";
    let before = api.items().await;
    come_back(
        &api,
        &[
            bounce_of("7", address, "Transient"),
            bounce_of("7", address, "Undetermined"),
            complaint("7", &json!("not-spam")),
            feedback("Email Delivered", "Delivery", "7", json!({ "recipients": [address] })),
            feedback("Email Opened", "Open", "7", json!({ "userAgent": "x" })),
        ],
    )
    .await;
    assert_eq!(api.items().await, before);
    assert_eq!(email_to(&api, "acme", "7").await, arrives());
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

#[tokio::test]
async fn an_email_that_someone_else_sent_costs_nothing() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    let mut others = bounce("7");
    others["detail"]["mail"]["tags"] = json!({ "campaign": ["spring"], "user": ["x"] });
    let mut untagged = bounce("7");
    untagged["detail"]["mail"].as_object_mut().expect("fields").remove("tags");
    api.faults.set(Plan::default());
    come_back(&api, &[others, untagged]).await;
    assert_eq!(api.faults.calls(), [""; 0]);
    assert_eq!(email_to(&api, "acme", "7").await, arrives());
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

#[tokio::test]
async fn what_nobody_can_read_is_a_dead_letter_and_neither_its_reason_nor_a_log_quotes_it() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    let mut nobodys = bounce("7");
    nobodys["detail"]["mail"]["tags"]["user"] = json!(["hush@acme.example"]);
    let mut shapeless = bounce_of("7", "hush@acme.example", "Permanent");
    shapeless["detail"]["bounce"]["bouncedRecipients"] = json!("hush@acme.example");
    come_back(&api, &[json!("hush@acme.example"), nobodys, shapeless, bounce("7")]).await;
    assert_eq!(letter_reasons(&api).await, ["unreadable_message"; 3]);
    assert_eq!(email_to(&api, "acme", "7").await, unreachable(), "their neighbour is done");
    let said = api.log.lines().join("\n");
    assert!(!said.contains("hush") && !said.contains("acme.example"), "{said}");
}

#[tokio::test]
async fn it_is_a_read_and_a_write_and_a_read_where_it_is_known() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    for calls in [&["GetItem", "UpdateItem"][..], &["GetItem"]] {
        api.faults.set(Plan::default());
        come_back(&api, &[bounce("7")]).await;
        assert_eq!(api.faults.calls(), calls);
    }
}

#[tokio::test]
async fn the_recorded_bounce_is_recorded() {
    let api = Api::start().await;
    enter(&api, "acme", "7").await;
    let event = recorded("record-email-feedback");
    let answer = api.feedback.replay(&event).await.expect("an answer");
    assert_eq!(answer, Default::default());
    assert_eq!(email_to(&api, "acme", "7").await, unreachable());
    let body = recorded_event("record-email-feedback")["Records"][0]["body"].clone();
    let body: Value = serde_json::from_str(body.as_str().expect("text")).expect("JSON");
    let fields = |event: &Value| event.as_object().expect("fields").keys().cloned().collect();
    let (recorded, ours): (Vec<String>, Vec<String>) = (fields(&body), fields(&bounce("7")));
    assert_eq!(recorded, ours);
}

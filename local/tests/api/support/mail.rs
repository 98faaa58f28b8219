//! People who can be reached by email, what they are sent, and what became of it.

use serde_json::{Value, json};

use super::{Api, Caller};
use crate::ingest_events::upserted;

/// Where channel preferences are.
pub(crate) const PREFERENCES: &str = "/v1/messaging/preferences";

/// The directory has an address of each of these people of acme: `7@acme.example`.
pub(crate) async fn know_addresses(api: &Api, users: &[&str]) {
    let events: Vec<Value> = users
        .iter()
        .map(|user| upserted(&format!("known-{user}"), &format!("m-{user}"), user, true))
        .collect();
    tell(api, &json!(events)).await;
}

/// Sends events of acme and dispatches them; nothing is delivered yet.
pub(crate) async fn tell(api: &Api, events: &Value) {
    let answer = api.admin("acme").post("/v1/events", events).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    api.dispatch().await;
}

/// A row of channel preferences of someone of acme.
pub(crate) async fn set_row(api: &Api, user: &str, category: Value, email: bool, digest: &str) {
    let row = json!({
        "category": category, "in_app_enabled": true, "email_enabled": email,
        "push_enabled": false, "digest": digest,
    });
    let person = api.person("acme", user).with("messaging:update");
    let answer = person.put(PREFERENCES, &row).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// A message to people, that nobody in particular sent.
pub(crate) fn message_to(id: &str, recipients: &[&str]) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/chat", "type": "message.sent",
        "time": "2026-03-13T14:00:00Z",
        "data": {
            "category": "chat.message", "recipients": recipients, "title": "Lunch?",
            "body": "At noon.",
        },
    })
}

/// A notice to people that nobody can do without.
pub(crate) fn alert_to(id: &str, recipients: &[&str]) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/accounts", "type": "account.notice",
        "time": "2026-03-13T14:00:00Z",
        "data": {
            "toggle": "security_alerts", "recipients": recipients, "subject": "New sign-in",
            "text": "Was it you?",
        },
    })
}

/// The addresses that were written to, in order.
pub(crate) fn written_to(api: &Api) -> Vec<String> {
    let emails = api.outbox.emails().into_iter();
    let mut addresses: Vec<String> = emails.map(|email| email.to.as_str().to_owned()).collect();
    addresses.sort();
    addresses
}

/// The one email that was sent, as text.
pub(crate) fn the_email(api: &Api) -> String {
    let [email] = &api.outbox.emails()[..] else { panic!("not one email") };
    String::from_utf8(email.message.clone()).expect("text")
}

/// What a header of an email says, unfolded.
pub(crate) fn header(email: &str, name: &str) -> Option<String> {
    let (head, _) = email.split_once("\r\n\r\n").expect("an empty line");
    let head = head.replace("\r\n ", " ").replace("\r\n\t", " ");
    let prefix = format!("{name}: ");
    head.lines().find_map(|line| line.strip_prefix(&prefix)).map(str::to_owned)
}

/// Whoever may look into deliveries of acme.
pub(crate) fn reader(api: &Api) -> Caller<'_> {
    api.person("acme", "1").with("deliveries:read")
}

/// What became of an event by email, without when: who, how far, how often, and why not.
pub(crate) async fn deliveries(api: &Api, event: &str) -> Vec<(Value, Value, Value, Value)> {
    deliveries_over(api, "email", event).await
}

/// The same, of an event that is for that channel alone.
pub(crate) async fn deliveries_over(
    api: &Api,
    channel: &str,
    event: &str,
) -> Vec<(Value, Value, Value, Value)> {
    let answer = reader(api).get(&format!("/v1/deliveries?event={event}")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let lines = answer.json()["data"].as_array().cloned().expect("an array");
    let of = |line: &Value| {
        assert_eq!(line["channel"], channel);
        let of = |name: &str| line[name].clone();
        (of("recipient"), of("status"), of("attempts"), of("reason"))
    };
    let mut lines: Vec<_> = lines.iter().map(of).collect();
    lines.sort_by_key(|line| line.0.to_string());
    lines
}

/// Why each delivery that nobody tries again is dead.
pub(crate) async fn dead_deliveries(api: &Api) -> Vec<String> {
    let letters = api.delivery_queue.dead_letters(None).await.expect("dead letters");
    letters.into_iter().map(|letter| letter.reason).collect()
}

//! Messages to people's browsers.

mod deployment;
mod faults;
mod law;

use local::pump::Pumped;
use local::push_peer::{Browser, Message};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::mail::{PREFERENCES, dead_deliveries, deliveries_over, message_to, tell};
use crate::support::push::{PATH, SERVER_KEY, browser_of, endpoint};

/// What became of an event: who, how far, how often, and why not.
type Line = (Value, Value, Value, Value);

/// Whether a row of person 7 has push on.
pub(crate) async fn set_push(api: &Api, category: &Value, is_on: bool) {
    let row = json!({
        "category": category, "in_app_enabled": true, "email_enabled": false,
        "push_enabled": is_on, "digest": "instant",
    });
    let person = api.person("acme", "7").with("messaging:update");
    let answer = person.put(PREFERENCES, &row).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

/// Person 7 has push on for messages, and those browsers.
pub(crate) async fn with_browsers<const N: usize>(api: &Api, names: [&str; N]) -> [Browser; N] {
    set_push(api, &json!("chat.message"), true).await;
    let mut browsers = Vec::new();
    for name in names {
        browsers.push(browser_of(api, "7", name).await);
        // The order in which they came is that in which they are shown.
        api.clock.advance(1);
    }
    browsers.try_into().ok().expect("as many")
}

pub(crate) fn message(id: &str) -> Value {
    message_to(id, &["7"])
}

/// What became of a message over push.
async fn deliveries(api: &Api, id: &str) -> Vec<Line> {
    deliveries_over(api, "push", &format!("/chat:{id}")).await
}

fn line(status: &str, attempts: u32, reason: Value) -> Line {
    (json!("7"), json!(status), json!(attempts), reason)
}

fn sent(attempts: u32) -> Line {
    line("sent", attempts, Value::Null)
}

/// The endpoints that messages came for since this was last asked, in their alphabetical order.
fn told(api: &Api) -> Vec<String> {
    let messages = api.push_service.take_messages().into_iter();
    let mut told: Vec<String> = messages.map(|message| message.endpoint).collect();
    told.sort();
    told
}

/// The browsers that person 7 has, by the ids of their subscriptions.
async fn subscribed(api: &Api) -> Vec<String> {
    let list = api.person("acme", "7").get(PATH).await.json();
    let list = list["data"].as_array().expect("a list").iter();
    list.map(|line| line["id"].as_str().expect("an id").to_owned()).collect()
}

/// What is decided about push for person 7.
async fn decided(api: &Api) -> (Value, Value, Value) {
    let question = json!({ "event": message("asked"), "recipients": [7] });
    let answer = api.admin("acme").post("/v1/decisions", &question).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let decision = &answer.json()["decisions"][0]["channels"]["push"];
    let because = &decision["because"];
    (decision["outcome"].clone(), because["code"].clone(), because["setting"].clone())
}

fn the_message(api: &Api) -> Message {
    let mut messages = api.push_service.take_messages();
    assert_eq!(messages.len(), 1);
    messages.remove(0)
}

#[tokio::test]
async fn a_message_arrives_at_the_browser_which_alone_reads_it() {
    let api = Api::start().await;
    let [phone] = with_browsers(&api, ["phone"]).await;
    let mut event = message("e-1");
    event["data"]["conversation"] = json!("c-9");
    tell(&api, &event).await;
    assert_eq!(api.deliver().await, Pumped { batches: 1, messages: 1 });
    let message = the_message(&api);
    let text: Value =
        serde_json::from_str(&phone.read(&message.body).expect("text")).expect("JSON");
    assert_eq!(
        text,
        json!({
            "title": "Lunch?", "body": "At noon.", "category": "chat.message",
            "conversation": "c-9", "event": { "source": "/chat", "id": "e-1" },
        })
    );
    let headers = (message.ttl, message.urgency.as_deref(), message.key.as_str());
    assert_eq!(headers, (86_400, Some("normal"), SERVER_KEY));
    assert_eq!(message.contact, "mailto:notifications@mail.example");
    assert_eq!(deliveries(&api, "e-1").await, [sent(1)]);
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_row_that_is_off_keeps_messages_back_and_decisions_say_so() {
    let api = Api::start().await;
    let [_] = with_browsers(&api, ["phone"]).await;
    let of_row = json!("channel.chat.message.push_enabled");
    for (number, (is_on, messages, expected)) in [
        (true, 1, (json!("allow"), json!("enabled"), of_row.clone())),
        (false, 0, (json!("deny"), json!("muted"), of_row.clone())),
        (true, 1, (json!("allow"), json!("enabled"), of_row.clone())),
    ]
    .into_iter()
    .enumerate()
    {
        set_push(&api, &json!("chat.message"), is_on).await;
        assert_eq!(decided(&api).await, expected);
        tell(&api, &message(&format!("e-{number}"))).await;
        api.deliver().await;
        assert_eq!(told(&api), vec![endpoint("phone"); messages]);
    }
}

#[tokio::test]
async fn the_global_row_rules_where_the_category_has_none() {
    let api = Api::start().await;
    browser_of(&api, "7", "phone").await;
    set_push(&api, &Value::Null, true).await;
    tell(&api, &message("e-1")).await;
    api.deliver().await;
    assert_eq!(told(&api), [endpoint("phone")]);
    let of_global = json!("channel.*.push_enabled");
    assert_eq!(decided(&api).await, (json!("allow"), json!("enabled"), of_global));
    set_push(&api, &json!("chat.message"), false).await;
    tell(&api, &message("e-2")).await;
    api.deliver().await;
    assert_eq!(told(&api), [""; 0]);
}

#[tokio::test]
async fn who_turns_it_off_meanwhile_is_not_told_of_what_waits() {
    let api = Api::start().await;
    let [_] = with_browsers(&api, ["phone"]).await;
    tell(&api, &message("e-1")).await;
    set_push(&api, &json!("chat.message"), false).await;
    api.deliver().await;
    assert_eq!(told(&api), [""; 0]);
    assert_eq!(deliveries(&api, "e-1").await, [line("denied", 1, json!("muted"))]);
}

#[tokio::test]
async fn every_browser_of_the_person_is_told_and_nobody_elses() {
    let api = Api::start().await;
    let [laptop, phone] = with_browsers(&api, ["laptop", "phone"]).await;
    browser_of(&api, "8", "stranger").await;
    let elsewhere = api.person("globex", "7");
    let subscription = Browser::new(&endpoint("globex")).and_then(|it| it.subscription());
    let answer = elsewhere.post(PATH, &subscription.expect("keys")).await;
    assert_eq!(answer.status, 201);
    tell(&api, &message("e-1")).await;
    api.deliver().await;
    let mut messages = api.push_service.take_messages();
    messages.sort_by(|one, other| one.endpoint.cmp(&other.endpoint));
    let endpoints: Vec<&str> = messages.iter().map(|message| &*message.endpoint).collect();
    assert_eq!(endpoints, [laptop.endpoint(), phone.endpoint()]);
    assert_eq!(laptop.read(&messages[0].body).ok(), phone.read(&messages[1].body).ok());
    assert!(laptop.read(&messages[1].body).is_err(), "each has its own");
    assert_eq!(deliveries(&api, "e-1").await, [sent(1)]);
}

#[tokio::test]
async fn a_mention_is_urgent_and_a_copy_has_the_topic_of_the_first() {
    let api = Api::start().await;
    let [_] = with_browsers(&api, ["phone"]).await;
    set_push(&api, &json!("chat.mention"), true).await;
    let mut mention = message("e-1");
    mention["data"]["category"] = json!("chat.mention");
    tell(&api, &mention).await;
    api.deliver().await;
    let first = the_message(&api);
    assert_eq!(first.urgency.as_deref(), Some("high"));
    tell(&api, &message("e-2")).await;
    api.deliver().await;
    let second = the_message(&api);
    assert_ne!(first.topic, second.topic);
    assert_eq!(second.topic.map(|topic| topic.len()), Some(32));
}

#[tokio::test]
async fn the_longest_message_arrives_with_its_end_cut_off() {
    let api = Api::start().await;
    let [phone] = with_browsers(&api, ["phone"]).await;
    let mut event = message("e-1");
    event["data"]["title"] = json!("\"".repeat(300));
    event["data"]["body"] = json!("🦀".repeat(4_000));
    tell(&api, &event).await;
    api.deliver().await;
    let text = phone.read(&the_message(&api).body).expect("text");
    let text: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(text["title"], "\"".repeat(300));
    let body = text["body"].as_str().expect("text");
    assert!(body.starts_with("🦀🦀") && body.ends_with("🦀…"), "{body}");
}

#[tokio::test]
async fn nothing_of_a_message_is_ever_logged_or_given_as_a_reason() {
    let api = Api::start().await;
    let [phone, laptop] = with_browsers(&api, ["phone", "laptop"]).await;
    api.push_service.fail_at(laptop.endpoint(), [local::push_peer::PushFault::Answer(403)]);
    tell(&api, &message("e-1")).await;
    api.deliver().await;
    assert_eq!(told(&api), [phone.endpoint()]);
    let lines = api.log.lines();
    let reasons = dead_deliveries(&api).await;
    for line in lines.iter().chain(&reasons) {
        for secret in
            ["Lunch", "noon", "fcm", "googleapis", "laptop", "phone", "acme", SERVER_KEY, "psub_"]
        {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

//! Lead alerts, as direct messages at Slack.

mod faults;
mod law;
mod people;
mod tokens;

use local::pump::Pumped;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::mail::{dead_deliveries, deliveries_over, tell};
use crate::support::slack::{connect_slack, slack_id, slack_user, token_of};

const PREFS: &str = "/me/notification-prefs";

/// What became of an event: who, how far, how often, and why not.
type Line = (Value, Value, Value, Value);

/// A system in which acme has a workspace, and these people of it are mapped to who they are there.
async fn with_slack(users: &[&str]) -> Api {
    let api = Api::start().await;
    connect_slack(&api, "acme", users.iter().map(|user| slack_user(user)));
    for user in users {
        api.map_to_slack("acme", user, &slack_id(user)).await;
    }
    api
}

/// Something happened to a lead of that owner.
fn lead(kind: &str, id: &str, owner: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": id, "source": "/leads", "type": kind,
        "time": "2026-03-13T14:00:00Z",
        "data": {
            "lead": { "id": "lead_9", "name": "Acme" }, "owner": owner,
            "trigger": { "name": "Hot" }, "score": 87.0,
        },
    })
}

pub(crate) fn surge(id: &str) -> Value {
    lead("surge.fired", id, &json!(7))
}

/// What became of an event at Slack.
async fn deliveries(api: &Api, id: &str) -> Vec<Line> {
    deliveries_over(api, "slack", &format!("/leads:{id}")).await
}

fn line(status: &str, attempts: u32, reason: Value) -> Line {
    (json!("7"), json!(status), json!(attempts), reason)
}

fn sent(attempts: u32) -> Line {
    line("sent", attempts, Value::Null)
}

/// To whom messages went since this was last asked.
fn written_to(api: &Api) -> Vec<String> {
    api.slack.take_messages().into_iter().map(|message| message.to).collect()
}

/// Whether person 7 would be told of a surge at Slack, and why.
async fn decided(api: &Api) -> (Value, Value) {
    let question = json!({ "event": surge("asked"), "recipients": [7] });
    let answer = api.admin("acme").post("/v1/decisions", &question).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let decision = &answer.json()["decisions"][0]["channels"]["slack"];
    (decision["outcome"].clone(), decision["because"]["code"].clone())
}

fn outcome(outcome: &str, code: &str) -> (Value, Value) {
    (json!(outcome), json!(code))
}

#[tokio::test]
async fn each_lead_alert_is_one_message_to_the_owner_of_the_lead() {
    let api = with_slack(&["7", "8"]).await;
    for (kind, text) in [
        ("milestone.entered", "Acme entered the milestone Hot."),
        ("milestone.exited", "Acme dropped below the milestone Hot."),
        ("sequence.completed", "Acme completed the sequence Hot."),
        ("surge.fired", "The surge Hot fired on Acme."),
    ] {
        tell(&api, &lead(kind, kind, &json!(7))).await;
        assert_eq!(api.deliver().await, Pumped { batches: 1, messages: 1 });
        let [message] = &api.slack.take_messages()[..] else { panic!("not one message") };
        assert_eq!((message.token.as_str(), &message.to), ("xoxb-acme", &slack_id("7")));
        assert_eq!(message.body["text"], text);
        let why = message.body["blocks"][2]["elements"][0]["text"].as_str().expect("text");
        assert!(why.contains(&format!("`mute.{kind}`")), "{why}");
        assert_eq!(deliveries(&api, kind).await, [sent(1)]);
    }
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_switch_that_is_off_keeps_messages_back_and_decisions_say_why() {
    let api = with_slack(&["7"]).await;
    let person = api.person("acme", "7");
    let mute = |muted: bool| json!({ "prefs": [{ "event_type": "surge.fired", "muted": muted }] });
    let switch = |on: bool| json!({ "notifications_enabled": on });
    for (number, (change, messages, expected)) in [
        (json!({}), 1, outcome("allow", "enabled")),
        (mute(true), 0, outcome("deny", "muted")),
        (mute(false), 1, outcome("allow", "enabled")),
        (switch(false), 0, outcome("deny", "disabled")),
        (switch(true), 1, outcome("allow", "enabled")),
    ]
    .into_iter()
    .enumerate()
    {
        assert_eq!(person.put(PREFS, &change).await.status, 200);
        assert_eq!(decided(&api).await, expected);
        tell(&api, &surge(&format!("e-{number}"))).await;
        api.deliver().await;
        assert_eq!(written_to(&api), vec![slack_id("7"); messages], "{change}");
    }
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_switch_that_is_turned_off_meanwhile_keeps_back_what_waits() {
    let api = with_slack(&["7"]).await;
    tell(&api, &surge("e-1")).await;
    let off = json!({ "notifications_enabled": false });
    assert_eq!(api.person("acme", "7").put(PREFS, &off).await.status, 200);
    api.deliver().await;
    assert_eq!(written_to(&api), [""; 0]);
    assert_eq!(deliveries(&api, "e-1").await, [line("denied", 1, json!("disabled"))]);
}

#[tokio::test]
async fn who_is_not_mapped_and_who_owns_nothing_gets_no_message() {
    let api = with_slack(&["8"]).await;
    assert_eq!(decided(&api).await, outcome("deny", "unreachable"));
    tell(&api, &surge("unmapped")).await;
    tell(&api, &lead("surge.fired", "unowned", &Value::Null)).await;
    assert_eq!(api.deliver().await.messages, 0);
    assert_eq!(written_to(&api), [""; 0]);
}

#[tokio::test]
async fn a_name_makes_no_link_and_no_mention_of_anyone() {
    let api = with_slack(&["7"]).await;
    let mut event = surge("e-1");
    event["data"]["lead"]["name"] = json!("<!channel> & <https://x.example|Us>");
    tell(&api, &event).await;
    api.deliver().await;
    let [message] = &api.slack.take_messages()[..] else { panic!("not one message") };
    let name = "&lt;!channel&gt; &amp; &lt;https://x.example|Us&gt;";
    assert_eq!(message.body["text"], format!("The surge Hot fired on {name}."));
    assert_eq!(message.body["blocks"][1]["fields"][0]["text"], format!("*Lead*\n{name}"));
    assert!(!message.body.to_string().contains(['<', '>']), "{}", message.body);
}

#[tokio::test]
async fn the_longest_names_are_taken_by_slack_as_they_are() {
    let api = with_slack(&["7"]).await;
    let mut event = surge("e-1");
    event["data"]["lead"]["name"] = json!("&".repeat(300));
    event["data"]["trigger"]["name"] = json!("🦀".repeat(300));
    tell(&api, &event).await;
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [sent(1)]);
}

#[tokio::test]
async fn nothing_of_a_message_is_ever_logged() {
    let api = with_slack(&["7"]).await;
    tell(&api, &surge("e-1")).await;
    api.deliver().await;
    assert_eq!(written_to(&api).len(), 1);
    for log_line in api.log.lines() {
        for secret in ["xoxb", "Acme", "acme", "Hot", &slack_id("7"), "lead_9", &token_of("acme")] {
            assert!(!log_line.contains(secret), "{log_line}");
        }
    }
}

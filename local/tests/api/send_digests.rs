//! The function that sends digests: what waits until the end of an hour or a day, as one email.

mod closing;
mod costs;
mod dying;
mod faults;
mod finding;
mod joining;
mod law;
mod since;
mod zones;

use std::time::Duration;

use local::pump::Pumped;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::mail::{
    deliveries, header, know_addresses, message_to, set_row, tell, the_email, written_to,
};
use crate::support::{Api, Setup};

/// As they are listed: of whom, how far, after how many attempts, why not.
type Line = (Value, Value, Value, Value);

/// What waits for a digest.
fn waiting(user: &str) -> Line {
    (json!(user), json!("waiting"), json!(0), json!("digest"))
}

/// What was sent with one, at the first attempt.
fn sent(user: &str) -> Line {
    (json!(user), json!("sent"), json!(1), Value::Null)
}

/// What was decided against as it left.
fn denied(user: &str, why: &str) -> Line {
    (json!(user), json!("denied"), json!(1), json!(why))
}

/// A system whose store may take its time: what fails here is what a test has fail, also where the machine is
/// busy with many tests.
async fn start_patient() -> Api {
    let attempt_timeout = Some(Duration::from_secs(30));
    Api::start_with(Setup { attempt_timeout, ..Setup::default() }).await
}

/// Person 7 gets digests of that cadence of everything, and is sent so many messages, from `e-1` on.
async fn with_messages(digest: &str, messages: usize) -> Api {
    let api = start_patient().await;
    know_addresses(&api, &["7"]).await;
    set_row(&api, "7", Value::Null, true, digest).await;
    for number in 1..=messages {
        tell(&api, &message_to(&format!("e-{number}"), &["7"])).await;
    }
    api
}

/// A message to someone in that category.
fn message_in(category: &str, id: &str, user: &str) -> Value {
    let mut message = message_to(id, &[user]);
    message["data"]["category"] = json!(category);
    message
}

/// Has what is due at that instant found and sent.
async fn tick_and_send(api: &Api, at: &str) -> Pumped {
    api.tick(at).await;
    api.send_digests().await
}

/// Why each digest that nobody tries again is dead.
async fn dead_digests(api: &Api) -> Vec<String> {
    let letters = api.digest_queue.dead_letters(None).await.expect("dead letters");
    letters.into_iter().map(|letter| letter.reason).collect()
}

#[tokio::test]
async fn three_messages_of_an_hour_are_one_email_at_its_end_and_none_before() {
    let api = with_messages("hourly", 3).await;
    assert_eq!(api.deliver().await.messages, 0);
    for too_early in ["2026-03-13T14:30:00Z", "2026-03-13T14:59:59.999999Z"] {
        assert_eq!(tick_and_send(&api, too_early).await.messages, 0);
    }
    for event in ["/chat:e-1", "/chat:e-2", "/chat:e-3"] {
        assert_eq!(deliveries(&api, event).await, [waiting("7")]);
    }
    assert_eq!(tick_and_send(&api, "2026-03-13T15:00:00Z").await.messages, 1);
    let email = the_email(&api);
    assert_eq!(header(&email, "Subject").as_deref(), Some("3 new notifications"), "{email}");
    assert_eq!(written_to(&api), ["7@acme.example"]);
    for event in ["/chat:e-1", "/chat:e-2", "/chat:e-3"] {
        assert_eq!(deliveries(&api, event).await, [sent("7")]);
    }
    for later in ["2026-03-13T15:05:00Z", "2026-03-13T17:00:00Z", "2026-03-20T00:00:00Z"] {
        assert_eq!(tick_and_send(&api, later).await.messages, 0, "nothing is due any more");
    }
    assert_eq!(dead_digests(&api).await, [""; 0]);
}

#[tokio::test]
async fn a_row_that_is_turned_off_before_the_hour_drops_what_waits_with_the_reason() {
    for (email, digest, why) in [(true, "off", "digest_off"), (false, "hourly", "muted")] {
        let api = with_messages("hourly", 3).await;
        set_row(&api, "7", Value::Null, email, digest).await;
        tick_and_send(&api, "2026-03-13T15:00:00Z").await;
        assert_eq!(written_to(&api), [""; 0]);
        assert_eq!(deliveries(&api, "/chat:e-2").await, [denied("7", why)]);
        assert_eq!(dead_digests(&api).await, [""; 0]);
    }
}

#[tokio::test]
async fn only_what_is_still_wanted_leaves_and_the_rest_is_neither_listed_nor_counted() {
    let api = with_messages("hourly", 2).await;
    tell(&api, &message_in("order.updated", "o-1", "7")).await;
    tell(&api, &message_in("agent.alert", "a-1", "7")).await;
    set_row(&api, "7", json!("order.updated"), true, "off").await;
    // What is sent at once by now has waited all the same.
    set_row(&api, "7", json!("agent.alert"), true, "instant").await;
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    let email = the_email(&api);
    assert_eq!(header(&email, "Subject").as_deref(), Some("3 new notifications"), "{email}");
    assert_eq!(deliveries(&api, "/chat:e-1").await, [sent("7")]);
    assert_eq!(deliveries(&api, "/chat:a-1").await, [sent("7")]);
    assert_eq!(deliveries(&api, "/chat:o-1").await, [denied("7", "digest_off")]);
}

#[tokio::test]
async fn who_has_no_address_at_the_end_is_sent_nothing_and_it_says_so() {
    let api = with_messages("hourly", 1).await;
    let mut removed = crate::ingest_events::upserted("gone", "m-7", "7", true);
    removed["type"] = json!("member.removed");
    removed["time"] = json!("2026-03-13T13:30:00Z");
    tell(&api, &removed).await;
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    assert_eq!(written_to(&api), [""; 0]);
    assert_eq!(deliveries(&api, "/chat:e-1").await, [denied("7", "unreachable")]);
}

#[tokio::test]
async fn what_is_sent_at_once_waits_for_no_digest() {
    let api = with_messages("instant", 1).await;
    assert_eq!(api.deliver().await.messages, 1);
    assert_eq!(written_to(&api), ["7@acme.example"]);
    assert_eq!(tick_and_send(&api, "2026-03-13T15:00:00Z").await.messages, 0);
}

#[tokio::test]
async fn a_link_of_a_digest_turns_off_the_row_that_rules_all_of_it_or_all_that_wait() {
    let api = with_messages("hourly", 1).await;
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    let reason = header(&the_email(&api), "X-Notification-Reason");
    assert_eq!(reason.as_deref(), Some("channel.*.email_enabled"));

    drop(api.outbox.take());
    set_row(&api, "7", json!("order.updated"), true, "daily").await;
    set_row(&api, "7", json!("chat.message"), true, "hourly").await;
    for message in [message_in("chat.added", "a-1", "7"), message_to("e-2", &["7"])] {
        tell(&api, &message).await;
    }
    tick_and_send(&api, "2026-03-13T16:00:00Z").await;
    let email = the_email(&api);
    assert_eq!(header(&email, "X-Notification-Reason").as_deref(), Some("digest"));
    let one_click = "List-Unsubscribe=One-Click";
    assert_eq!(header(&email, "List-Unsubscribe-Post").as_deref(), Some(one_click));
    let link = header(&email, "List-Unsubscribe").expect("a link");
    let path = &link[link.find("/unsubscribe/").expect("a path")..link.len() - 1];
    assert_eq!(api.stranger().post_nothing(path).await.status, 200);

    drop(api.outbox.take());
    tell(&api, &message_in("order.updated", "o-1", "7")).await;
    tell(&api, &message_to("e-3", &["7"])).await;
    tick_and_send(&api, "2026-03-15T00:00:00Z").await;
    assert_eq!(written_to(&api), [""; 0], "all of them are off");
}

#[tokio::test]
async fn two_people_of_two_org_units_have_a_digest_each() {
    let api = with_messages("hourly", 1).await;
    let answer = api.admin("globex").post("/v1/events", &message_to("e-1", &["7"])).await;
    assert_eq!(answer.status, 202);
    api.dispatch().await;
    know_addresses(&api, &["8"]).await;
    set_row(&api, "8", Value::Null, true, "hourly").await;
    tell(&api, &message_to("e-9", &["7", "8"])).await;
    assert_eq!(tick_and_send(&api, "2026-03-13T15:00:00Z").await.messages, 2);
    assert_eq!(written_to(&api), ["7@acme.example", "8@acme.example"]);
    assert_eq!(deliveries(&api, "/chat:e-9").await, [sent("7"), sent("8")]);
}

#[tokio::test]
async fn no_log_line_of_a_digest_says_to_whom_or_what() {
    let api = with_messages("hourly", 1).await;
    tick_and_send(&api, "2026-03-13T15:00:00Z").await;
    for line in api.log.lines() {
        for secret in ["acme.example", "Lunch?", "At noon", "unsubscribe/"] {
            assert!(!line.contains(secret), "{line}");
        }
    }
}

//! What was accepted before someone was erased, and comes late.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::queue::Queue as _;

use crate::support::mail::{self, written_to};
use crate::support::operator::{ZOE, event, send, told_of_zoe, with_zoe, zoe_known};
use crate::support::watching::{REPORTS, watcher};
use crate::support::{Api, letter_reasons, message, send_unrecorded};

/// What the inbox of 8 says.
async fn said_to_8(api: &Api) -> Vec<Value> {
    let inbox = api.person("acme", "8").get("/api/notifications").await.json();
    let rows = inbox.as_array().cloned().expect("an array").into_iter();
    rows.map(|row| row["message"].clone()).collect()
}

#[tokio::test]
async fn what_was_accepted_and_not_dispatched_tells_the_others_alone() {
    let api = Api::start().await;
    let joined = json!({ "actor": "4", "member": "8" });
    let joined = event(&api, "project.member_added", "joined", &joined);
    let told = told_of_zoe(&api);
    send(&api, &json!([zoe_known(&api, "known"), joined, told[6], told[5]])).await;
    api.clock.advance(1);
    api.erase_zoe().await;
    api.work().await;
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
    let mut said = said_to_8(&api).await;
    said.sort_by_key(Value::to_string);
    let expected = [
        "Lunch?",
        "Someone added you to project \"Kendo\"",
        "Someone assigned \"Add pagination\" to you",
    ];
    assert_eq!(said, expected);
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

#[tokio::test]
async fn every_event_that_comes_again_after_the_erasure_changes_nothing() {
    let api = with_zoe().await;
    send(
        &api,
        &json!([
            zoe_known(&api, "again-1"),
            event(
                &api,
                "issue.assigned",
                "again-2",
                &json!({
                    "actor": "4", "assignee": ZOE,
                })
            )
        ]),
    )
    .await;
    let messages = api.queue.messages().await.expect("messages");
    api.work().await;
    api.erase_zoe().await;
    let bodies: Vec<String> = messages.into_iter().map(|waiting| waiting.body).collect();
    for delay in [0, 13 * 86_400] {
        api.clock.advance(delay);
        let again = bodies.iter().map(|body| message("acme", body));
        api.queue.send(again.collect()).await.expect("sent");
        api.work().await;
        assert_eq!(api.traces_of_zoe().await, [""; 0]);
    }
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

#[tokio::test]
async fn what_nobody_recorded_yet_is_not_recorded_of_them() {
    let api = with_zoe().await;
    let data = json!({ "actor": "4", "member": ZOE, "owner": ZOE });
    let events = json!([
        zoe_known(&api, "late-1"),
        event(&api, "project.member_added", "late-2", &data),
        event(&api, "team.member_added", "late-3", &data),
        event(&api, "project.created", "late-4", &data),
        event(&api, "issue.created", "late-5", &json!({ "actor": ZOE })),
    ]);
    send_unrecorded(&api, "acme", &events).await;
    api.erase_zoe().await;
    // Whoever was refused sends the same again.
    send(&api, &events).await;
    api.work().await;
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
}

#[tokio::test]
async fn a_delivery_in_flight_is_not_sent_and_leaves_no_trace() {
    let api = with_zoe().await;
    send(&api, &json!([mail::alert_to("late", &[ZOE, "8"])])).await;
    api.dispatch().await;
    let before = written_to(&api).len();
    api.erase_zoe().await;
    api.deliver().await;
    let written = written_to(&api);
    assert_eq!(written.len(), before + 1);
    assert_eq!(written.iter().filter(|to| to.starts_with("8@")).count(), written.len() / 2);
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
}

#[tokio::test]
async fn a_digest_that_was_waited_for_is_not_sent() {
    let api = with_zoe().await;
    let before = written_to(&api);
    api.erase_zoe().await;
    api.clock.advance(3_600);
    api.tick("2026-03-13T15:00:00Z").await;
    api.send_digests().await;
    assert_eq!(written_to(&api), before);
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
}

#[tokio::test]
async fn what_the_archive_replays_brings_nobody_back() {
    let api = with_zoe().await;
    let put_at = api.timestamp();
    api.clock.advance(1);
    api.erase_zoe().await;
    // So long after it that the same source and id count anew.
    api.clock.advance(60 * 86_400);
    let with_org_unit = |mut event: Value| {
        event["orgunit"] = json!("acme");
        event
    };
    let mut events: Vec<Value> = told_of_zoe(&api).as_array().cloned().expect("an array");
    events.extend([zoe_known(&api, "known-1")]);
    let data = json!({ "actor": "4", "member": ZOE, "owner": ZOE });
    events.push(event(&api, "project.member_added", "p-6", &data));
    events.push(event(&api, "project.created", "known-4", &data));
    for event in events {
        let event = serde_json::value::to_raw_value(&with_org_unit(event)).expect("JSON");
        api.bus.replay(&event, &put_at).await.expect("accepted");
    }
    api.work().await;
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
}

#[tokio::test]
async fn of_who_came_back_what_is_new_counts_and_what_is_of_before_does_not() {
    let api = with_zoe().await;
    send(&api, &told_of_zoe(&api)[0]).await;
    let data = json!({ "actor": "4", "assignee": ZOE });
    send(&api, &event(&api, "issue.assigned", "of-before", &data)).await;
    api.clock.advance(1);
    api.erase_zoe().await;
    api.clock.advance(1);
    let joined = event(
        &api,
        "project.member_added",
        "back-2",
        &json!({
            "actor": "4", "member": ZOE,
        }),
    );
    send(&api, &json!([zoe_known(&api, "back-1"), joined])).await;
    send(&api, &event(&api, "issue.assigned", "back-3", &data)).await;
    api.work().await;
    let inbox = api.person("acme", ZOE).get("/api/notifications").await.json();
    let said: Vec<&Value> =
        inbox.as_array().expect("rows").iter().map(|row| &row["message"]).collect();
    let expected =
        ["Someone added you to project \"Kendo\"", "Someone assigned \"Add pagination\" to you"];
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|one| expected.contains(&one.as_str().expect("text"))), "{said:?}");
    assert_eq!(watcher(&api, "acme", ZOE).post_nothing(REPORTS).await.status, 200);
}

#[tokio::test]
async fn who_knows_the_key_before_alone_knows_who_was_erased_since() {
    let api = with_zoe().await;
    let (old, new) =
        ("the key of marks that was before: 32", "the key of marks that is new: 32 char");
    // Nothing leads to whom an event names besides before it is dispatched.
    let data = json!({ "actor": "4", "member": ZOE });
    send(&api, &event(&api, "project.member_added", "late", &data)).await;
    api.erasure_keys.serve(&json!({ "key": new, "previous_key": old }));
    api.clock.advance(1);
    api.erase_zoe().await;
    // A function that has had its keys since before they were rotated.
    api.erasure_keys.serve(&json!({ "key": old }));
    api.clock.advance(600);
    api.work().await;
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

#[tokio::test]
async fn of_more_than_a_hundred_who_are_told_the_others_are_told_alone() {
    let api = Api::start().await;
    let others: Vec<String> = (1..=150).map(|number| format!("r-{number}")).collect();
    let mut all: Vec<&str> = others.iter().map(String::as_str).collect();
    all.insert(120, ZOE);
    let sent = ["in-pieces", "in-the-queue"].map(|id| mail::message_to(id, &all));
    send(&api, &sent[0]).await;
    // It is dispatched into messages of a hundred each: one of them names Zoe.
    assert_eq!(api.pump.pass_on().await, 1);
    assert_eq!(api.queue.messages().await.expect("messages").len(), 2);
    send(&api, &sent[1]).await;
    api.clock.advance(1);
    api.erase_zoe().await;
    api.work().await;
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
    for user in [&others[0], &others[119], &others[149]] {
        let inbox = api.person("acme", user).get("/api/notifications").await.json();
        assert_eq!(inbox.as_array().map(Vec::len), Some(2), "{user}");
    }
    assert_eq!(letter_reasons(&api).await, [""; 0]);
}

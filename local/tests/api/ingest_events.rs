//! `POST /v1/events`

mod directory;
mod durable;

use http::Method;
use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Answer, Api, Caller};

const PATH: &str = "/v1/events";

/// The example of the contract, with another id.
pub(crate) fn assigned(id: &str) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "/tracker",
        "type": "issue.assigned",
        "time": "2026-03-13T14:00:00Z",
        "data": {
            "project": { "id": 1, "name": "Kendo" },
            "issue": { "id": 42, "key": "KD-0042", "title": "Add pagination" },
            "actor": 4,
            "assignee": 7,
        },
    })
}

/// Someone comes into the directory.
pub(crate) fn upserted(id: &str, member: &str, user: &str, confirmed: bool) -> Value {
    json!({
        "specversion": "1.0",
        "id": id,
        "source": "/directory",
        "type": "member.upserted",
        "time": "2026-03-13T13:00:00Z",
        "data": {
            "org_member_id": member,
            "user": user,
            "email": format!("{user}@acme.example"),
            "first_name": "Alice",
            "last_name": "Johnson",
            "confirmed": confirmed,
        },
    })
}

async fn send(caller: &Caller<'_>, media_type: Option<&str>, body: &Value) -> Answer {
    caller.send(Method::POST, PATH, media_type, body.to_string().into()).await
}

fn accepted(events: usize) -> (u16, Value) {
    (202, json!({ "accepted": events }))
}

#[tokio::test]
async fn one_event_or_a_batch_is_accepted_in_every_form_it_may_come_in() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("events:write").await;
    let (one, batch) = (assigned("e-1"), json!([assigned("e-2"), assigned("e-3")]));
    for (media_type, body, events) in [
        (Some("application/cloudevents+json"), &one, 1),
        (Some("application/cloudevents-batch+json; charset=utf-8"), &batch, 2),
        (Some("application/json"), &one, 1),
        (Some("application/json"), &batch, 2),
        (None, &batch, 2),
    ] {
        let answer = send(&machine, media_type, body).await;
        assert_eq!(answer.seen(), accepted(events), "{media_type:?}");
    }
    for (media_type, body, detail) in [
        (
            "application/cloudevents+json",
            &batch,
            "the body must be an object, which is one event; application/json takes an array too",
        ),
        ("application/cloudevents-batch+json", &one, "the body must be an array of events"),
    ] {
        let refused = send(&machine, Some(media_type), body).await;
        assert_eq!((refused.status, &refused.json()["detail"]), (400, &json!(detail)));
    }
    assert_eq!(send(&machine, Some("application/xml"), &one).await.status, 415);
}

#[tokio::test]
async fn one_bad_event_of_ten_refuses_them_all_and_is_named_by_its_place() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("events:write").await;
    let before = api.items().await;
    let mut batch: Vec<Value> = (0..10).map(|number| assigned(&format!("e-{number}"))).collect();
    batch[3]["data"]["assignee"] = json!("no/id");
    batch[3]["data"]["issue"]["title"] = json!("");
    batch[7].as_object_mut().expect("an object").remove("time");
    let answer = machine.post(PATH, &json!(batch)).await;
    assert_eq!(answer.status, 400);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let faults = answer.faults();
    let faults: Vec<_> = faults.iter().map(|(path, detail)| (&**path, &**detail)).collect();
    let expected = [
        ("[3].data.assignee", "may hold only 1 to 128 of A-Z, a-z, 0-9 and . _ : @ | -"),
        (
            "[3].data.issue.title",
            "must be one line of 1 to 300 characters, not all of them spaces or invisible, without \
             control characters",
        ),
        ("[7].time", "is required"),
    ];
    assert_eq!(faults, expected);
    assert_eq!(api.items().await, before, "nothing is stored");
    assert_eq!(api.queue.messages().await.expect("messages"), []);
}

#[tokio::test]
async fn a_batch_holds_one_to_a_hundred_events_of_at_most_32_kib() {
    let api = Api::start().await;
    let machine = api.machine("acme").with("events:write").await;
    let batch = |events: usize| -> Value {
        (0..events).map(|number| assigned(&format!("e-{number}"))).collect()
    };
    assert_eq!(machine.post(PATH, &batch(100)).await.seen(), accepted(100));
    for events in [0, 101] {
        let answer = machine.post(PATH, &batch(events)).await;
        assert_eq!(answer.status, 400, "{events}");
        assert!(answer.body.contains("1 to 100 events"), "{}", answer.body);
    }
    let mut large = assigned("large");
    large["data"]["unknown"] = json!("x".repeat(32 * 1024 - large.to_string().len() - 13));
    assert_eq!(large.to_string().len(), 32 * 1024);
    assert_eq!(machine.post(PATH, &large).await.seen(), accepted(1));
    large["id"] = json!("larger");
    let answer = machine.post(PATH, &json!([assigned("small"), large])).await;
    assert_eq!((answer.status, answer.faults()[0].0.as_str()), (400, "[1]"));
    let body = " ".repeat(256 * 1024 + 1);
    assert_eq!(machine.text(Method::POST, PATH, body).await.status, 413);
}

#[tokio::test]
async fn each_kind_of_event_takes_its_permission_of_people_and_machines_alike() {
    let api = Api::start().await;
    let mut notice = assigned("notice");
    notice["type"] = json!("account.notice");
    notice["data"] = json!({
        "toggle": "security_alerts", "recipients": [7], "subject": "New sign-in", "text": "Hello",
    });
    for (event, permission) in [
        (assigned("event"), "events:write"),
        (upserted("member", "m-1", "7", true), "directory:write"),
        (notice, "notices:write"),
    ] {
        let allowed = api.machine("acme").with(permission).await;
        assert_eq!(allowed.post(PATH, &event).await.seen(), accepted(1), "{permission}");
        let allowed = api.person("acme", "1").with(permission);
        assert_eq!(allowed.post(PATH, &event).await.seen(), accepted(1), "{permission}");
        let admin = api.admin("acme");
        assert_eq!(admin.post(PATH, &event).await.seen(), accepted(1), "{permission}");

        let others: Vec<&str> = ["events:write", "directory:write", "notices:write"]
            .into_iter()
            .filter(|other| *other != permission)
            .collect();
        let refused = api.machine("acme").with(others[0]).with(others[1]).await;
        // Who may not send an event is told that, and nothing about the events.
        let mut bad = event.clone();
        bad["data"] = json!(7);
        let answer = refused.post(PATH, &json!([bad, event])).await;
        assert_eq!(answer.status, 403, "{permission}");
        assert_eq!(answer.json()["detail"], format!("the permission {permission} is required"));
    }
    let nobody = api.person("acme", "1").with("decisions:read");
    let answer = nobody.text(Method::POST, PATH, "not JSON").await;
    assert_eq!(answer.status, 403, "permission comes before the body");
}

#[tokio::test]
async fn an_event_counts_once_for_fourteen_days_in_its_org_unit() {
    let api = Api::start().await;
    let (acme, globex) = (api.admin("acme"), api.admin("globex"));
    let mut event = assigned("e-41");
    assert_eq!(acme.post(PATH, &json!([event, event])).await.seen(), accepted(2));
    let stored = |items: Vec<Value>, org_unit: &str| -> Vec<Value> {
        let prefix = format!("OU#{org_unit}#EVENT#");
        let of_events = items.into_iter().filter(|item| {
            item["pk"].as_str().is_some_and(|pk| pk.starts_with(&prefix)) && item["sk"] == "EVENT"
        });
        of_events.collect()
    };
    let first = stored(api.items().await, "acme");
    assert_eq!(first.len(), 1);
    let body = first[0]["body"].as_str().expect("the event").to_owned();
    assert_eq!(
        first[0],
        json!({
            "pk": first[0]["pk"],
            "sk": "EVENT",
            "body": body,
            "accepted_at": 1_773_410_400_000_000_u64,
            "expires_at": 1_773_410_400 + 30 * 86_400,
            "gsi1pk": "OU#acme#USER#4",
            "gsi1sk": first[0]["pk"].as_str().expect("a key").replace("OU#acme#", ""),
        })
    );

    // What comes again may say anything: the first one counts.
    event["data"]["issue"]["title"] = json!("Something else");
    api.clock.advance(14 * 86_400 - 1);
    assert_eq!(api.admin("acme").post(PATH, &event).await.seen(), accepted(1));
    assert_eq!(stored(api.items().await, "acme"), first);
    assert_eq!(globex.post(PATH, &event).await.status, 401, "the token has expired");
    assert_eq!(api.admin("globex").post(PATH, &event).await.seen(), accepted(1));
    assert_eq!(stored(api.items().await, "globex").len(), 1);

    api.clock.advance(1);
    assert_eq!(api.admin("acme").post(PATH, &event).await.seen(), accepted(1));
    let second = stored(api.items().await, "acme");
    assert_eq!(second.len(), 1);
    assert!(second[0]["body"].as_str().expect("the event").contains("Something else"));
}

#[tokio::test]
async fn an_event_that_is_done_is_not_queued_again() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    assert_eq!(admin.post(PATH, &assigned("e-1")).await.seen(), accepted(1));
    assert_eq!(admin.post(PATH, &assigned("e-1")).await.seen(), accepted(1));
    assert_eq!(api.dispatch().await.messages, 2, "nobody knew that it was under way");
    assert_eq!(admin.post(PATH, &assigned("e-1")).await.seen(), accepted(1));
    assert_eq!(api.dispatch().await.messages, 0);
}

#[tokio::test]
async fn it_is_one_put_item_for_each_event() {
    let api = Api::start().await;
    let admin = api.admin("acme");
    api.faults.set(Plan::default());
    let message = |id: &str| {
        let mut event = assigned(id);
        event["type"] = json!("message.sent");
        event["data"] = json!({ "category": "chat.message", "recipients": [7], "title": "Hi" });
        event
    };
    assert_eq!(admin.post(PATH, &message("e-1")).await.seen(), accepted(1));
    assert_eq!(api.faults.calls(), ["PutItem"]);
    let batch: Value = (0..20).map(|number| message(&format!("b-{number}"))).collect();
    api.faults.set(Plan::default());
    assert_eq!(admin.post(PATH, &batch).await.seen(), accepted(20));
    assert_eq!(api.faults.calls(), vec!["PutItem"; 20]);
}

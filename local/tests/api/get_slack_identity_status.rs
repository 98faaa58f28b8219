//! `GET /integrations/slack/identity-status`

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::ingest_events::upserted;
use crate::support::Api;

const PATH: &str = "/integrations/slack/identity-status";

async fn map(api: &Api, user: &str) {
    let item = api.engine.put_item().table_name(TABLE);
    let item = item
        .item("pk", AttributeValue::S(format!("OU#acme#USER#{user}")))
        .item("sk", AttributeValue::S("PREFS".to_owned()))
        .item("slack_user_id", AttributeValue::S("U12ABCXYZ".to_owned()));
    item.send().await.expect("an item");
}

async fn status(api: &Api, org_unit: &str) -> (u16, Value) {
    api.person(org_unit, "1").get(PATH).await.seen()
}

fn counts(total: u64, mapped: u64) -> (u16, Value) {
    (200, json!({ "total": total, "mapped": mapped }))
}

#[tokio::test]
async fn it_counts_confirmed_members_and_those_of_them_who_are_mapped() {
    let api = Api::start().await;
    assert_eq!(status(&api, "acme").await, counts(0, 0));
    for user in ["u-1", "u-2", "u-3", "u-21"] {
        map(&api, user).await;
    }
    // Of twenty members every second is confirmed; u-21 is mapped and in no directory.
    let members: Value = (1..=20)
        .map(|number| {
            let (id, user) = (format!("m-{number}"), format!("u-{number}"));
            upserted(&id, &id, &user, number % 2 == 1)
        })
        .collect();
    assert_eq!(api.admin("acme").post("/v1/events", &members).await.status, 202);
    assert_eq!(status(&api, "acme").await, counts(10, 2), "what is accepted holds at once");
    api.dispatch().await;
    assert_eq!(status(&api, "acme").await, counts(10, 2));
    assert_eq!(status(&api, "globex").await, counts(0, 0));
}

#[tokio::test]
async fn who_is_removed_or_confirmed_no_more_is_not_counted() {
    let api = Api::start().await;
    map(&api, "7").await;
    let admin = api.admin("acme");
    let send = async |mut event: Value, time: &str| {
        event["time"] = json!(time);
        assert_eq!(admin.post("/v1/events", &event).await.status, 202);
        api.dispatch().await;
        status(&api, "acme").await
    };
    let mut removed = upserted("e-3", "m-1", "7", true);
    removed["type"] = json!("member.removed");
    let upsert = |id, confirmed| upserted(id, "m-1", "7", confirmed);
    assert_eq!(send(upsert("e-1", true), "2026-03-13T13:00:01Z").await, counts(1, 1));
    assert_eq!(send(upsert("e-2", false), "2026-03-13T13:00:02Z").await, counts(0, 0));
    assert_eq!(send(removed, "2026-03-13T13:00:04Z").await, counts(0, 0));
    let late = send(upsert("e-4", true), "2026-03-13T13:00:03Z").await;
    assert_eq!(late, counts(0, 0), "an older event brings nobody back");
    assert_eq!(send(upsert("e-5", true), "2026-03-13T13:00:05Z").await, counts(1, 1));
}

#[tokio::test]
async fn it_is_one_consistent_batch_get_item_and_more_only_for_what_that_leaves_undone() {
    let api = Api::start().await;
    api.faults.set(Plan::default());
    assert_eq!(status(&api, "acme").await, counts(0, 0));
    assert_eq!(api.faults.calls(), ["BatchGetItem"]);
    let asked = &api.faults.bodies()[0]["RequestItems"][TABLE];
    assert_eq!(asked["ConsistentRead"], true);
    assert_eq!(asked["Keys"].as_array().expect("keys").len(), 16);

    api.faults.set(Plan::first([Fault::Unprocessed]));
    assert_eq!(status(&api, "acme").await, counts(0, 0));
    assert_eq!(api.faults.calls(), ["BatchGetItem", "BatchGetItem"]);
    api.faults.set(Plan::always(Fault::Throttle));
    assert_eq!(api.person("acme", "1").get(PATH).await.status, 503);
}

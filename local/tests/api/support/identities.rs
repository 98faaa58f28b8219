//! Who is who at Slack, and what follows from it.

use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use local::environment::TABLE;
use pretty_assertions::assert_eq;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};

use super::Api;

const STATUS: &str = "/integrations/slack/identity-status";

/// An admin says who a member is at Slack. Gives the status of the answer.
pub(crate) async fn put_slack(
    api: &Api,
    org_unit: &str,
    member: &str,
    slack_user: Option<&str>,
) -> u16 {
    let path = format!("/members/{member}/slack");
    let body = json!({ "slack_user_id": slack_user });
    api.admin(org_unit).put(&path, &body).await.status
}

/// What the directory says from now on.
pub(crate) async fn tell_directory(api: &Api, org_unit: &str, events: &[Value]) {
    for some in events.chunks(100) {
        let answer = api.admin(org_unit).post("/v1/events", &json!(some)).await;
        assert_eq!(answer.status, 202, "{}", answer.body);
    }
}

/// The members `m-1` and on, who are the users `1` and on, as events leave them in the table; straight
/// in the engine, where they are more than events bring in a moment.
pub(crate) async fn put_members(api: &Api, org_unit: &str, count: usize) {
    let stamp = json!("2026-03-13T13:00:00.000000000Z\te-1\t/directory");
    let mut confirmed = [0; 16];
    let mut items = Vec::new();
    for number in 1..=count {
        let (member, user) = (format!("m-{number}"), number.to_string());
        let shard = digest(&SHA256, member.as_bytes()).as_ref()[0] % 16;
        confirmed[usize::from(shard)] += 1;
        items.push(json!({
            "pk": format!("OU#{org_unit}#MEMBERS#{shard:02}"), "sk": format!("MEMBER#{member}"),
            "user": user, "is_confirmed": true, "is_mapped": false, "stamp": stamp,
        }));
        items.push(json!({
            "pk": format!("OU#{org_unit}#USER#{user}"), "sk": "PREFS", "member_entries": 1,
            format!("member.{member}"): {
                "stamp": stamp, "email": format!("{user}@acme.example"), "first_name": "Alice",
                "last_name": "Johnson", "confirmed": true,
            },
        }));
    }
    for (shard, confirmed) in confirmed.into_iter().enumerate() {
        let pk = format!("OU#{org_unit}#MEMBERS#{shard:02}");
        items.push(json!({ "pk": pk, "sk": "COUNT", "confirmed": confirmed, "mapped": 0 }));
    }
    for some in items.chunks(25) {
        let put = |item| {
            let item = serde_dynamo::to_item(item).expect("an item");
            let put = PutRequest::builder().set_item(Some(item)).build().expect("a request");
            WriteRequest::builder().put_request(put).build()
        };
        let requests = some.iter().map(put).collect();
        let write = api.engine.batch_write_item().request_items(TABLE, requests);
        write.send().await.expect("items");
    }
}

/// How many confirmed members there are, and how many of them are mapped.
pub(crate) async fn counts(api: &Api, org_unit: &str) -> (u64, u64) {
    let counts = api.person(org_unit, "1").get(STATUS).await.json();
    let count = |name: &str| counts[name].as_u64().expect("a number");
    (count("total"), count("mapped"))
}

/// The counts are what the entries say, and the entries say what is in the items of their people.
pub(crate) async fn assert_counts_follow(api: &Api, org_unit: &str) {
    let items = api.items().await;
    let text = |item: &Value, name: &str| item[name].as_str().unwrap_or_default().to_owned();
    let is_mapped = |user: &str| {
        let item = items.iter().find(|item| is_item_of(item, org_unit, user));
        item.is_some_and(|item| item["slack_user_id"].is_string())
    };
    let members = format!("OU#{org_unit}#MEMBERS#");
    let entries = items.iter().filter(|item| text(item, "sk").starts_with("MEMBER#"));
    let (mut total, mut mapped) = (0, 0);
    for entry in entries.filter(|entry| text(entry, "pk").starts_with(&members)) {
        let Some(user) = entry["user"].as_str() else { continue };
        assert_eq!(entry["is_mapped"], json!(is_mapped(user)), "{entry}");
        let is_confirmed = entry["is_confirmed"] == true;
        total += u64::from(is_confirmed);
        mapped += u64::from(is_confirmed && is_mapped(user));
    }
    assert_eq!(counts(api, org_unit).await, (total, mapped));
}

/// A person's item, or null.
pub(crate) async fn item_of(api: &Api, org_unit: &str, user: &str) -> Value {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let get = api.engine.get_item().table_name(TABLE).key("sk", text("PREFS"));
    let get = get.key("pk", text(&format!("OU#{org_unit}#USER#{user}")));
    let item = get.send().await.expect("an answer").item;
    item.map(|item| serde_dynamo::from_item(item).expect("an item")).unwrap_or_default()
}

fn is_item_of(item: &Value, org_unit: &str, user: &str) -> bool {
    item["pk"] == json!(format!("OU#{org_unit}#USER#{user}")) && item["sk"] == "PREFS"
}

/// Sets a leaf of someone of acme, straight in the engine.
pub(crate) async fn set_leaf(api: &Api, user: &str, leaf: &str, value: &str) {
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let update = api.engine.update_item().table_name(TABLE);
    let update = update.key("pk", key(&format!("OU#acme#USER#{user}"))).key("sk", key("PREFS"));
    let update = update.update_expression("SET #0=:0").expression_attribute_names("#0", leaf);
    update.expression_attribute_values(":0", key(value)).send().await.expect("an update");
}

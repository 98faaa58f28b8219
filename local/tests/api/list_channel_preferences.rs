//! `GET /v1/messaging/preferences`

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Api, Caller, Setup};

const PATH: &str = "/v1/messaging/preferences";

fn person(api: &Api) -> Caller<'_> {
    api.person("acme", "7").with("messaging:read").with("messaging:update")
}

fn row(category: Option<&str>) -> Value {
    json!({
        "category": category,
        "in_app_enabled": true,
        "email_enabled": false,
        "push_enabled": false,
    })
}

#[tokio::test]
async fn without_any_row_the_list_is_empty() {
    let api = Api::start().await;
    let expected = json!({
        "object": "list",
        "page_info": {
            "next_page_url": null,
            "previous_page_url": null,
            "has_next_page": false,
            "has_prev_page": false,
        },
        "data": [],
    });
    assert_eq!(person(&api).get(PATH).await.seen(), (200, expected));
}

#[tokio::test]
async fn rows_that_were_set_are_listed_the_global_one_first_then_by_category() {
    let api = Api::start().await;
    let mut put = Vec::new();
    for category in [Some("order.updated"), None, Some("agent.alert"), Some("chat.message")] {
        put.push(person(&api).put(PATH, &row(category)).await.json());
        api.clock.advance(1);
    }
    let data = person(&api).get(PATH).await.json()["data"].clone();
    assert_eq!(data, json!([put[1], put[2], put[3], put[0]]));
}

#[tokio::test]
async fn rows_of_a_category_that_the_deployment_no_longer_has_are_listed_still() {
    let api = Api::start().await;
    let put = person(&api).put(PATH, &row(Some("chat.message"))).await.json();
    let mut item = api.engine.get_item().table_name(TABLE);
    for (name, value) in [("pk", "OU#acme#USER#7"), ("sk", "PREFS")] {
        item = item.key(name, AttributeValue::S(value.to_owned()));
    }
    let item = item.send().await.expect("an answer").item.expect("an item");

    let environment = vec![("MESSAGING_CATEGORIES", "ticket.opened".to_owned())];
    let later = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let copy = later.engine.put_item().table_name(TABLE).set_item(Some(item));
    copy.send().await.expect("a put");
    assert_eq!(person(&later).get(PATH).await.json()["data"], json!([put]));
    assert_eq!(person(&later).put(PATH, &row(Some("chat.message"))).await.status, 400);
}

#[tokio::test]
async fn it_is_one_consistent_get_item() {
    let api = Api::start().await;
    person(&api).put(PATH, &row(None)).await;
    api.faults.set(Plan::default());
    person(&api).get(PATH).await;
    assert_eq!(api.faults.calls(), ["GetItem"]);
    assert_eq!(api.faults.bodies()[0]["ConsistentRead"], true);
}

#[tokio::test]
async fn it_takes_the_permission_to_read() {
    let api = Api::start().await;
    for stranger in [api.person("acme", "7"), api.person("acme", "7").with("messaging:update")] {
        let answer = stranger.get(PATH).await;
        let code = answer.json()["error"]["code"].clone();
        assert_eq!((answer.status, code), (403, json!("insufficient_permissions")));
    }
}

#[tokio::test]
async fn nobody_elses_rows_are_listed() {
    let api = Api::start().await;
    person(&api).put(PATH, &row(None)).await;
    for (org_unit, user) in [("acme", "8"), ("globex", "7")] {
        let other = api.person(org_unit, user).with("messaging:read");
        assert_eq!(other.get(PATH).await.json()["data"], json!([]));
    }
}

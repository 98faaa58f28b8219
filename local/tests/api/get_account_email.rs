//! `GET /v1/me/notifications`

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::Api;

const PATH: &str = "/v1/me/notifications";

#[tokio::test]
async fn whoever_never_chose_gets_the_defaults() {
    let api = Api::start().await;
    let expected = json!({
        "success": true,
        "data": { "email": {
            "product_updates": true,
            "delivery_alerts": true,
            "billing_receipts": true,
            "weekly_usage_digest": false,
        }},
    });
    assert_eq!(api.person("acme", "7").get(PATH).await.seen(), (200, expected));
}

#[tokio::test]
async fn it_is_one_consistent_get_item() {
    let api = Api::start().await;
    api.person("acme", "7").get(PATH).await;
    assert_eq!(api.faults.calls(), ["GetItem"]);
    assert_eq!(api.faults.bodies()[0]["ConsistentRead"], true);
}

#[tokio::test]
async fn an_error_names_the_request() {
    let api = Api::start().await;
    let answer = api.stranger().get(PATH).await;
    let expected = json!({
        "success": false,
        "error": {
            "code": "UNAUTHORIZED",
            "message": "authentication failed",
            "request_id": answer.header("x-request-id"),
        },
    });
    assert_eq!(answer.seen(), (401, expected));
}

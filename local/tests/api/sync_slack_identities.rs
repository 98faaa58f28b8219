//! `POST /integrations/slack/sync-identities`

use http::Method;
use hyper::body::Bytes;
use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::Api;

const PATH: &str = "/integrations/slack/sync-identities";

#[tokio::test]
async fn nobody_without_a_credential_is_let_in() {
    let api = Api::start().await;
    let answer = api.stranger().send(Method::POST, PATH, None, Bytes::new()).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_person_is_shown_an_empty_object() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").send(Method::POST, PATH, None, Bytes::new()).await;
    assert_eq!(answer.seen(), (200, json!({})));
}

//! `PUT /members/{org_member_id}/slack`

use pretty_assertions::assert_eq;
use serde_json::json;

use crate::support::Api;

const PATH: &str = "/members/some-org-member-id/slack";

#[tokio::test]
async fn nobody_without_a_credential_is_let_in() {
    let api = Api::start().await;
    let answer = api.stranger().put(PATH, &json!({})).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_person_is_shown_an_empty_object() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").put(PATH, &json!({})).await;
    assert_eq!(answer.seen(), (200, json!({})));
}

//! What an admin said stays.

use pretty_assertions::assert_eq;
use serde_json::Value;

use super::*;

#[tokio::test]
async fn what_an_admin_said_stays_also_that_someone_is_nobody() {
    let api = with_members(4).await;
    connect_slack(&api, "acme", slack_users(4));
    assert_eq!(put_slack(&api, "acme", "m-1", Some("U12ABCXYZ")).await, 200);
    assert_eq!(put_slack(&api, "acme", "m-2", None).await, 200);
    assert_eq!(sync(&api).await.seen(), report(4, 3, 2, &[]), "a null override is no miss");
    assert_eq!(mapped_to(&api, "1").await, "U12ABCXYZ");
    assert_eq!(mapped_to(&api, "2").await, Value::Null);
    // What a sync found, an admin may confirm, and it is theirs from then on.
    assert_eq!(put_slack(&api, "acme", "m-3", Some(&slack_id("3"))).await, 200);
    let users = ["1", "2", "3", "4"].map(|user| User { is_deleted: true, ..slack_user(user) });
    connect_slack(&api, "acme", users);
    assert_eq!(sync(&api).await.seen(), report(4, 2, 0, &["m-4"]));
    assert_eq!(mapped_to(&api, "3").await, slack_id("3"));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn an_override_of_an_active_user_with_another_address_stays() {
    let api = with_members(1).await;
    let other = with_email(User::new("U12ABCXYZ", ""), "someone@else.example");
    connect_slack(&api, "acme", [slack_user("1"), other]);
    assert_eq!(put_slack(&api, "acme", "m-1", Some("U12ABCXYZ")).await, 200);
    let before = item_of(&api, "acme", "1").await;
    assert_eq!(sync(&api).await.seen(), report(1, 1, 0, &[]));
    assert_eq!(item_of(&api, "acme", "1").await, before);
}

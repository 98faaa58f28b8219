//! The keys that links are signed with: kept for a while, replaced without breaking links.

use pretty_assertions::assert_eq;
use serde_json::json;
use shared::deliver::secrets::SecretError;

use super::{click, link_for};
use crate::support::Api;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const SETTING: &str = "email.product_updates";

async fn status(api: &Api, link: &str) -> u16 {
    click(&api.stranger(), link).await.status
}

#[tokio::test]
async fn keys_are_fetched_when_first_needed_and_kept_ten_minutes() {
    let api = Api::start().await;
    assert_eq!(api.secrets.fetches(), 0);
    let link = link_for(&api, "acme", "7", SETTING).await;
    api.clock.advance(10 * MINUTE - 1);
    assert_eq!(status(&api, &link).await, 200);
    assert_eq!(api.secrets.fetches(), 1);
    api.clock.advance(1);
    assert_eq!(status(&api, &link).await, 200);
    assert_eq!(api.secrets.fetches(), 2);
}

#[tokio::test]
async fn a_link_of_the_previous_key_works_and_one_of_a_removed_key_does_not() {
    let api = Api::start().await;
    let first = link_for(&api, "acme", "7", SETTING).await;
    api.secrets.rotate("2", "1");
    api.clock.advance(10 * MINUTE);
    let second = link_for(&api, "acme", "7", SETTING).await;
    assert!(second.starts_with("/unsubscribe/1.2."), "the current key signs: {second}");
    assert_eq!((status(&api, &first).await, status(&api, &second).await), (200, 200));
    api.secrets.rotate("3", "2");
    api.clock.advance(10 * MINUTE);
    assert_eq!((status(&api, &first).await, status(&api, &second).await), (400, 200));
}

#[tokio::test]
async fn a_key_that_nobody_knows_yet_is_fetched_for_at_once_and_once_a_minute() {
    let api = Api::start().await;
    let known = link_for(&api, "acme", "7", SETTING).await;
    api.secrets.rotate("2", "1");
    api.clock.advance(MINUTE);
    let unknown = known.replacen(".1.", ".9.", 1);
    for _ in 0..5 {
        assert_eq!(status(&api, &unknown).await, 400);
    }
    assert_eq!(api.secrets.fetches(), 2, "made-up ids are no flood of fetches");
    let second = link_for(&api, "acme", "7", SETTING).await;
    assert!(second.starts_with("/unsubscribe/1.2."), "{second}");
    api.clock.advance(MINUTE - 1);
    assert_eq!(status(&api, &unknown).await, 400);
    assert_eq!(api.secrets.fetches(), 2);
    api.clock.advance(1);
    assert_eq!(status(&api, &unknown).await, 400);
    assert_eq!(api.secrets.fetches(), 3);
    // What has not even the form of a link asks nobody.
    api.clock.advance(MINUTE);
    for link in ["/unsubscribe/nonsense", "/unsubscribe/2.9.a.b", "/unsubscribe/1.%C3%A4.a.YQ"] {
        assert_eq!(status(&api, link).await, 400);
    }
    assert_eq!(api.secrets.fetches(), 3);
}

#[tokio::test]
async fn keys_that_cannot_be_refreshed_are_used_for_a_day() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", SETTING).await;
    api.secrets.fail(SecretError::Throttled);
    api.clock.advance(10 * MINUTE);
    for _ in 0..3 {
        assert_eq!(status(&api, &link).await, 200);
    }
    assert_eq!(api.secrets.fetches(), 2, "what failed is tried again after a minute");
    let failed = r#""event.name":"unsubscribe_keys.refresh_failed""#;
    assert_eq!(api.log.lines().iter().filter(|line| line.contains(failed)).count(), 1);
    api.clock.advance(24 * HOUR - 10 * MINUTE - 1);
    assert_eq!(status(&api, &link).await, 200);
    api.clock.advance(1);
    assert_eq!(status(&api, &link).await, 503);
    api.secrets.rotate("1", "0");
    api.clock.advance(MINUTE);
    assert_eq!(status(&api, &link).await, 200, "it is well again");
}

#[tokio::test]
async fn a_secret_that_makes_no_sense_leaves_the_keys_as_they_are_and_is_not_quoted() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", SETTING).await;
    api.secrets.serve(&json!({ "key_id": "2", "key": "hush" }));
    api.clock.advance(10 * MINUTE);
    assert_eq!(status(&api, &link).await, 200);
    assert_eq!(api.secrets.fetches(), 2);
    assert!(!api.log.lines().iter().any(|line| line.contains("hush")));
}

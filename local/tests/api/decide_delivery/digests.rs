//! The eighth question: whether email waits for a digest, and until when.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use super::{about_seven, citing, event, happen, settle};
use crate::ingest_events::upserted;
use crate::support::Api;

/// 7 wants all email of that category, or of all that have no row, batched like that.
async fn batch(api: &Api, category: Option<&str>, digest: &str) {
    let row = json!({
        "category": category, "digest": digest,
        "in_app_enabled": true, "email_enabled": true, "push_enabled": true,
    });
    let person = api.person("acme", "7").with("messaging:update");
    assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
}

async fn email(api: &Api) -> Value {
    about_seven(api, &event("message.sent", json!({}))).await[1].clone()
}

fn defer(until: &str, setting: &str, digest: &str) -> Value {
    let mut deferred = citing("defer", "digest", setting, digest);
    deferred["until"] = json!(until);
    deferred
}

#[tokio::test]
async fn eighth_whether_email_waits_for_a_digest_or_is_off() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    for (row, category) in [("*", None), ("chat.message", Some("chat.message"))] {
        let (enabled, digest) =
            (format!("channel.{row}.email_enabled"), format!("channel.{row}.digest"));
        for (name, expected) in [
            ("off", citing("deny", "digest_off", &digest, "off")),
            ("hourly", defer("2026-03-13T15:00:00.000000Z", &digest, "hourly")),
            ("daily", defer("2026-03-14T00:00:00.000000Z", &digest, "daily")),
            ("instant", citing("allow", "enabled", &enabled, true)),
        ] {
            batch(&api, category, name).await;
            let [in_app, email, ..] = about_seven(&api, &event("message.sent", json!({}))).await;
            assert_eq!(email, expected);
            let cited = format!("channel.{row}.in_app_enabled");
            assert_eq!(in_app, citing("allow", "enabled", &cited, true), "email alone is batched");
        }
    }
}

#[tokio::test]
async fn email_that_is_off_waits_for_no_digest() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    let row = json!({
        "in_app_enabled": true, "email_enabled": false, "push_enabled": true, "digest": "hourly",
    });
    let person = api.person("acme", "7").with("messaging:update");
    assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
    assert_eq!(email(&api).await, citing("deny", "muted", "channel.*.email_enabled", false));
}

#[tokio::test]
async fn an_hourly_digest_ends_with_the_hour_of_utc() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    batch(&api, None, "hourly").await;
    for (seconds, until) in [
        (0, "2026-03-13T15:00:00.000000Z"),
        (3599, "2026-03-13T15:00:00.000000Z"),
        (1, "2026-03-13T16:00:00.000000Z"),
    ] {
        api.clock.advance(seconds);
        assert_eq!(email(&api).await, defer(until, "channel.*.digest", "hourly"));
    }
}

#[tokio::test]
async fn a_daily_digest_ends_at_midnight_where_the_directory_says_that_they_live() {
    let api = Api::start().await;
    settle(&api, "acme", "7").await;
    batch(&api, None, "daily").await;
    let daily = |until| defer(until, "channel.*.digest", "daily");
    assert_eq!(email(&api).await, daily("2026-03-14T00:00:00.000000Z"), "no zone is UTC's");
    for (minute, zone, until) in [
        (10, "Europe/Amsterdam", "2026-03-13T23:00:00.000000Z"),
        (20, "America/New_York", "2026-03-14T04:00:00.000000Z"),
        (30, "Asia/Kathmandu", "2026-03-13T18:15:00.000000Z"),
        (40, "Middle/Earth", "2026-03-14T00:00:00.000000Z"),
        // An older event moves nobody.
        (35, "Europe/Amsterdam", "2026-03-14T00:00:00.000000Z"),
    ] {
        let mut moved = upserted(&format!("moved-{minute}"), "m-7", "7", true);
        moved["time"] = json!(format!("2026-03-13T13:{minute}:00Z"));
        moved["data"]["zoneinfo"] = json!(zone);
        happen(&api, "acme", &moved).await;
        assert_eq!(email(&api).await, daily(until), "{zone}");
    }
}

#[tokio::test]
async fn a_day_on_which_clocks_change_ends_at_its_own_midnight() {
    let api = Api::start().await;
    let mut event = upserted("e-1", "m-7", "7", true);
    event["data"]["zoneinfo"] = json!("Europe/Amsterdam");
    happen(&api, "acme", &event).await;
    batch(&api, None, "daily").await;
    // Noon of 28 March in UTC; the night after it is the one of the change.
    api.clock.advance(15 * 86_400 - 2 * 3600);
    let daily = |until| defer(until, "channel.*.digest", "daily");
    assert_eq!(email(&api).await, daily("2026-03-28T23:00:00.000000Z"));
    api.clock.advance(86_400);
    assert_eq!(email(&api).await, daily("2026-03-29T22:00:00.000000Z"));
}

//! `/unsubscribe/{token}`

mod digests;
mod faults;
mod links;
mod rotation;
mod rows;

use http::Method;
use hyper::body::Bytes;
use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::domain::id::UserId;
use shared::domain::unsubscribing::EmailSetting;

use crate::support::{Answer, Api, Caller, PUBLIC_URL, job};
use crate::update_activity_preferences::TOGGLES;

/// The path of a link that turns the setting off for that person of that org unit, as an email has
/// it.
pub(crate) async fn link_for(api: &Api, org_unit: &str, user: &str, setting: &str) -> String {
    let setting: EmailSetting = setting.parse().expect("a setting");
    // An org unit is named by a message, and by no text.
    let job = job(org_unit, "e-1");
    let user = UserId::parse(user).expect("an id");
    let url = api.app.unsubscribe().link(job.org_unit(), &user, &setting, api.app.now()).await;
    let url = url.expect("a link");
    url.strip_prefix(PUBLIC_URL).expect("a link to here").to_owned()
}

/// Uses the link as a mail program does (RFC 8058).
pub(crate) async fn click(caller: &Caller<'_>, link: &str) -> Answer {
    let body = Bytes::from_static(b"List-Unsubscribe=One-Click");
    caller.send(Method::POST, link, Some("application/x-www-form-urlencoded"), body).await
}

/// The one item of the only person there is, but for its key.
async fn item(api: &Api) -> Value {
    let mut items = api.items().await;
    assert!(items.len() < 2, "{items:?}");
    items.pop().unwrap_or_else(|| json!({}))
}

/// Every setting that email obeys, whose value is a leaf of its own.
fn leaves() -> Vec<String> {
    let account = ["product_updates", "delivery_alerts", "billing_receipts", "weekly_usage_digest"];
    let account = account.map(|toggle| format!("email.{toggle}"));
    let activity = TOGGLES.into_iter().filter(|toggle| toggle.starts_with("notify_"));
    account.into_iter().chain(activity.map(|toggle| format!("activity.{toggle}"))).collect()
}

#[tokio::test]
async fn looking_at_a_link_changes_nothing_and_asks_nothing_of_the_store() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "channel.chat.message.email_enabled").await;
    api.faults.set(Plan::default());
    let page = api.stranger().get(&link).await;
    assert_eq!(page.status, 200);
    for part in [
        "<html lang=\"en\">",
        "<title>Unsubscribe</title>",
        "<h1>Unsubscribe</h1>",
        "no more email about notifications of the kind “chat.message”",
        "<form method=\"post\"><button type=\"submit\">Turn these emails off</button></form>",
    ] {
        assert!(page.body.contains(part), "{part} in {}", page.body);
    }
    assert!(!page.body.contains("acme"), "{}", page.body);
    assert!(api.faults.calls().is_empty());
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_click_turns_off_that_one_setting_and_nothing_else() {
    for setting in leaves() {
        let api = Api::start().await;
        let link = link_for(&api, "acme", "7", &setting).await;
        let person = api.person("acme", "7");
        let others = json!({ "notifications_enabled": false });
        assert_eq!(person.put("/me/notification-prefs", &others).await.status, 200);
        let before = item(&api).await;
        api.faults.set(Plan::default());
        let done = click(&api.stranger(), &link).await;
        assert_eq!(done.status, 200, "{setting}");
        assert!(done.body.contains("<h1>You are unsubscribed</h1>"), "{}", done.body);
        assert!(!done.body.contains("<form"), "{}", done.body);
        assert_eq!(api.faults.calls(), ["UpdateItem"], "{setting}");
        let mut expected = before;
        expected[&setting] = json!(false);
        assert_eq!(item(&api).await, expected);
    }
}

#[tokio::test]
async fn a_click_may_be_repeated_and_means_off_whatever_was_chosen() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "email.weekly_usage_digest").await;
    let person = api.person("acme", "7");
    let path = "/v1/me/notifications";
    let on = json!({ "email": { "weekly_usage_digest": true, "product_updates": false } });
    assert_eq!(person.patch(path, &on).await.status, 200);
    for _ in 0..3 {
        assert_eq!(click(&api.stranger(), &link).await.status, 200);
        let email = person.get(path).await.json()["data"]["email"].clone();
        assert_eq!(
            email,
            json!({
                "product_updates": false,
                "delivery_alerts": true,
                "billing_receipts": true,
                "weekly_usage_digest": false,
            })
        );
    }
    assert_eq!(person.patch(path, &on).await.status, 200, "on again");
    let email = person.get(path).await.json()["data"]["email"].clone();
    assert_eq!(email["weekly_usage_digest"], true);
}

#[tokio::test]
async fn any_media_type_will_do_and_none_and_any_body_up_to_the_limit() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "email.product_updates").await;
    let form = "List-Unsubscribe=One-Click";
    let multipart = "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\n\
                     One-Click\r\n--x--\r\n";
    for (media_type, body) in [
        (Some("application/x-www-form-urlencoded"), form),
        (Some("multipart/form-data; boundary=x"), multipart),
        (Some("text/plain"), form),
        (Some("application/json"), "no JSON"),
        (Some("nonsense"), ""),
        (None, form),
        (None, ""),
    ] {
        let body = Bytes::from_static(body.as_bytes());
        let answer = api.stranger().send(Method::POST, &link, media_type, body).await;
        assert_eq!(answer.status, 200, "{media_type:?}");
    }
    for (bytes, status) in [(256 * 1024, 200), (256 * 1024 + 1, 413)] {
        let body = Bytes::from(vec![0xff; bytes]);
        let media_type = Some("application/octet-stream");
        let answer = api.stranger().send(Method::POST, &link, media_type, body).await;
        assert_eq!(answer.status, status, "{bytes}");
    }
}

#[tokio::test]
async fn every_page_is_kept_framed_and_found_by_nobody_and_loads_nothing() {
    let api = Api::start().await;
    let link = link_for(&api, "acme", "7", "email.product_updates").await;
    let stranger = api.stranger();
    let bad = "/unsubscribe/nonsense";
    let pages = [
        stranger.get(&link).await,
        click(&stranger, &link).await,
        stranger.get(bad).await,
        click(&stranger, bad).await,
    ];
    for page in pages {
        for (name, value) in [
            ("content-type", "text/html; charset=utf-8"),
            ("cache-control", "no-store"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("x-robots-tag", "noindex"),
        ] {
            assert_eq!(page.header(name), value);
        }
        let policy = page.header("content-security-policy");
        for part in [
            "default-src 'none';",
            "style-src 'sha256-",
            "form-action 'self';",
            "frame-ancestors 'none';",
            "base-uri 'none'",
        ] {
            assert!(policy.contains(part), "{policy}");
        }
        for outside in ["script", "src=", "href=", "http:", "https:", "action="] {
            assert!(!page.body.contains(outside), "{outside} in {}", page.body);
        }
    }
}

#[tokio::test]
async fn neither_page_nor_log_says_whose_link_it_is() {
    let api = Api::start().await;
    let link = link_for(&api, "secret-unit", "secret-user", "email.product_updates").await;
    let token = link.strip_prefix("/unsubscribe/").expect("a token").to_owned();
    let (_, mac) = token.rsplit_once('.').expect("a mac");
    let forged = format!("{link}A");
    let stranger = api.stranger();
    let logged = api.log.lines().len();
    for path in [&link, &forged] {
        for page in [stranger.get(path).await, click(&stranger, path).await] {
            assert!(!page.body.contains("secret") && !page.body.contains(mac), "{}", page.body);
        }
    }
    let lines = api.log.lines().split_off(logged);
    assert_eq!(lines.len(), 4);
    for line in lines {
        for part in ["secret", mac, "One-Click", "/unsubscribe/1"] {
            assert!(!line.contains(part), "{line}");
        }
        assert!(line.contains("/unsubscribe/{token}"), "{line}");
    }
}

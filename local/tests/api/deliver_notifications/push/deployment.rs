//! Telling browsers with the keys, and at the hosts, of the deployment.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::{deliveries, line, message, set_push, subscribed, with_browsers};
use crate::support::mail::{PREFERENCES, dead_deliveries, know_addresses, tell};
use crate::support::push::{BROWSER_KEY, SERVER_KEY, endpoint, id_of, rotated_keys, store_at};
use crate::support::{Api, Setup};

#[tokio::test]
async fn while_keys_rotate_each_browser_is_told_with_the_key_it_subscribed_with() {
    let api = Api::start().await;
    let [_] = with_browsers(&api, ["old"]).await;
    api.push_keys.serve(&rotated_keys());
    api.clock.advance(600);
    let [_] = with_browsers(&api, ["new"]).await;
    tell(&api, &message("e-1")).await;
    api.deliver().await;
    let messages = api.push_service.take_messages().into_iter();
    let mut keys: Vec<_> = messages.map(|message| (message.endpoint, message.key)).collect();
    keys.sort();
    let expected = [(endpoint("new"), BROWSER_KEY), (endpoint("old"), SERVER_KEY)];
    assert_eq!(keys, expected.map(|(endpoint, key)| (endpoint, key.to_owned())));
}

#[tokio::test]
async fn a_browser_whose_key_was_taken_away_is_waited_for_a_little_and_kept() {
    let api = Api::start().await;
    let [_] = with_browsers(&api, ["old"]).await;
    let mut secret = rotated_keys();
    secret.as_object_mut().expect("keys").retain(|name, _| !name.starts_with("previous"));
    api.push_keys.serve(&secret);
    api.clock.advance(600);
    tell(&api, &message("e-1")).await;
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [line("waiting", 1, json!("push.no_key"))]);
    api.clock.advance(601);
    api.deliver().await;
    assert_eq!(deliveries(&api, "e-1").await, [line("failed", 2, json!("push.no_key"))]);
    assert_eq!(dead_deliveries(&api).await, ["push.no_browser push.no_key"]);
    // Whoever took away a key by mistake puts it back.
    assert_eq!(subscribed(&api).await, [id_of("old")]);
    assert_eq!(api.push_service.calls(), [""; 0]);
}

#[tokio::test]
async fn an_endpoint_whose_host_is_not_allowed_any_more_is_not_sent_to() {
    let environment = vec![("PUSH_ALLOWED_HOSTS", "*.push.services.mozilla.com".to_owned())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    set_push(&api, &json!("chat.message"), true).await;
    store_at(&api, "acme", "7", &endpoint("phone")).await;
    tell(&api, &message("e-1")).await;
    api.deliver().await;
    assert_eq!(api.push_service.calls(), [""; 0]);
    assert_eq!(deliveries(&api, "e-1").await, [line("failed", 1, json!("push.blocked_host"))]);
}

#[tokio::test]
async fn where_web_push_is_off_it_waits_and_email_goes_out() {
    let environment = vec![("PUSH_KEYS_SECRET", String::new())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    know_addresses(&api, &["7"]).await;
    let row = json!({
        "category": "chat.message", "in_app_enabled": true, "email_enabled": true,
        "push_enabled": true, "digest": "instant",
    });
    let person = api.person("acme", "7").with("messaging:update");
    assert_eq!(person.put(PREFERENCES, &row).await.status, 200);
    store_at(&api, "acme", "7", &endpoint("phone")).await;
    tell(&api, &message("e-1")).await;
    assert_eq!(api.deliver().await.messages, 2);
    assert_eq!(api.outbox.take().len(), 1);
    assert_eq!(api.push_service.calls(), [""; 0]);
    assert_eq!(dead_deliveries(&api).await, [""; 0]);
}

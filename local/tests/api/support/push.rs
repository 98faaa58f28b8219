//! Browsers that subscribe to push messages.

use std::sync::Arc;

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::push_peer::{Browser, LocalPushService};
use local::pushing;
use serde_json::{Value, json};
use shared::config::Config;
use shared::domain::push::PushSubscriptionId;
use shared::push::Push;

use super::Api;
use super::doubles::{ManualClock, MemoryLog, ScriptedSecrets};

/// Where push subscriptions are.
pub(crate) const PATH: &str = "/v1/me/push-subscriptions";

/// The key that browsers subscribe with: that of RFC 8291, section 5.
pub(crate) const SERVER_KEY: &str =
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8";
const SERVER_PRIVATE_KEY: &str = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw";

/// The browser's of the same.
pub(crate) const BROWSER_KEY: &str =
    "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
const BROWSER_PRIVATE_KEY: &str = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94";
pub(crate) const AUTH_SECRET: &str = "BTBZMqHH6r4Tts7J_aSIgg";

/// The secret with the keys of the deployment.
fn keys() -> Value {
    json!({ "public_key": SERVER_KEY, "private_key": SERVER_PRIVATE_KEY })
}

/// The secret after the keys were replaced; the old ones are still there.
pub(crate) fn rotated_keys() -> Value {
    json!({
        "public_key": BROWSER_KEY, "private_key": BROWSER_PRIVATE_KEY,
        "previous_public_key": SERVER_KEY, "previous_private_key": SERVER_PRIVATE_KEY,
    })
}

/// A push service, the secret with those keys, and what the functions use of both.
pub(super) async fn start_push(
    config: &Config,
    clock: &Arc<ManualClock>,
    log: &Arc<MemoryLog>,
) -> (LocalPushService, Arc<ScriptedSecrets>, Arc<Push>) {
    let service = LocalPushService::start(clock.clone()).await.expect("a push service");
    let secrets = Arc::new(ScriptedSecrets::default());
    secrets.serve(&keys());
    let push = pushing::push(config, secrets.clone(), service.address(), log.clone());
    (service, secrets, push.expect("hosts"))
}

/// A browser of a person of acme that has subscribed, by its name.
pub(crate) async fn browser_of(api: &Api, user: &str, name: &str) -> Browser {
    let browser = Browser::new(&endpoint(name)).expect("keys");
    let subscription = browser.subscription().expect("a subscription");
    let answer = api.person("acme", user).post(PATH, &subscription).await;
    assert_eq!(answer.seen(), (201, json!({ "id": id_of(name) })));
    browser
}

/// The endpoint of that browser.
pub(crate) fn endpoint(browser: &str) -> String {
    format!("https://fcm.googleapis.com/fcm/send/{browser}")
}

/// What that browser says of its subscription.
pub(crate) fn subscription(browser: &str) -> Value {
    subscription_at(&endpoint(browser))
}

/// What a browser says whose subscription has that endpoint.
pub(crate) fn subscription_at(endpoint: &str) -> Value {
    json!({
        "endpoint": endpoint,
        "expirationTime": null,
        "keys": { "p256dh": BROWSER_KEY, "auth": AUTH_SECRET },
    })
}

/// The id of that browser's subscription.
pub(crate) fn id_of(browser: &str) -> String {
    PushSubscriptionId::of(&endpoint(browser).parse().expect("an endpoint")).to_text()
}

/// That person's browser subscribes; nothing of it counts among the calls of a test.
pub(crate) async fn subscribe(api: &Api, org_unit: &str, user: &str, browser: &str) {
    let answer = api.person(org_unit, user).post(PATH, &subscription(browser)).await;
    assert_eq!(answer.seen(), (201, json!({ "id": id_of(browser) })));
}

/// Stores a subscription with any text as its endpoint, straight in the engine, as other rules may have let
/// it pass at the beginning of 1970.
pub(crate) async fn store_at(api: &Api, org_unit: &str, user: &str, endpoint: &str) {
    // Any id will do, and another one for each.
    let id = id_of(&endpoint.len().to_string());
    let leaf = json!({
        "endpoint": endpoint, "p256dh": BROWSER_KEY, "auth": AUTH_SECRET, "made_with": SERVER_KEY,
        "created_at": 0, "made_by": "01JQ4Z9W6T3M8K5V2N7C1XBDHF",
    });
    let leaf = serde_dynamo::to_attribute_value(leaf).expect("an attribute");
    let key = |text: &str| AttributeValue::S(text.to_owned());
    let update = api.engine.update_item().table_name(TABLE);
    let update = update.key("pk", key(&format!("OU#{org_unit}#USER#{user}")));
    let update = update.key("sk", key("PREFS")).update_expression("SET #0=:0 ADD push_count :1");
    let update = update.expression_attribute_names("#0", format!("push.{id}"));
    let update = update.expression_attribute_values(":1", AttributeValue::N("1".to_owned()));
    update.expression_attribute_values(":0", leaf).send().await.expect("an update");
}

//! Which keys of a browser are taken, and what becomes of a subscription that comes with other ones.

use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::json;

use super::stored;
use crate::support::Api;
use crate::support::push::{
    AUTH_SECRET, BROWSER_KEY, PATH, SERVER_KEY, id_of, rotated_keys, subscribe, subscription,
};

#[tokio::test]
async fn keys_are_points_of_the_curve_and_secrets_have_sixteen_bytes() {
    let api = Api::start().await;
    // One bit of the last coordinate is another one.
    let off_the_curve = format!("{}s", &BROWSER_KEY[..86]);
    let compressed = "A".repeat(44);
    for key in [
        &off_the_curve,
        &compressed,
        "",
        "hush",
        &"A".repeat(87),
        "BC+x",
        &format!("{BROWSER_KEY}AA"),
    ] {
        let mut body = subscription("phone");
        body["keys"]["p256dh"] = json!(key);
        let answer = api.person("acme", "7").post(PATH, &body).await;
        let rule = "must be a point of the curve P-256: 65 bytes, uncompressed, in base64url";
        assert_eq!(answer.faults(), [("keys.p256dh".to_owned(), rule.to_owned())], "{key}");
    }
    for secret in
        ["", "hush", &AUTH_SECRET[..21], &format!("{AUTH_SECRET}AA"), "BTBZMqHH6r4Tts7J/aSIgg"]
    {
        let mut body = subscription("phone");
        body["keys"]["auth"] = json!(secret);
        let answer = api.person("acme", "7").post(PATH, &body).await;
        let rule = "must be 16 bytes in base64url";
        assert_eq!(answer.faults(), [("keys.auth".to_owned(), rule.to_owned())], "{secret}");
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
    let mut padded = subscription("phone");
    padded["keys"] =
        json!({ "p256dh": format!("{BROWSER_KEY}="), "auth": format!("{AUTH_SECRET}==") });
    assert_eq!(api.person("acme", "7").post(PATH, &padded).await.status, 201);
    assert_eq!(stored(&api, "phone").await.0["p256dh"], BROWSER_KEY);
}

#[tokio::test]
async fn the_same_subscription_again_changes_nothing_and_is_one_update_item() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    let before = api.items().await;
    api.clock.advance(60);
    api.faults.set(Plan::default());
    let answer = api.person("acme", "7").post(PATH, &subscription("phone")).await;
    assert_eq!(answer.seen(), (200, json!({ "id": id_of("phone") })));
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn other_keys_take_the_place_of_the_old_ones_and_id_and_age_stay() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    let (mut expected, count) = stored(&api, "phone").await;
    api.clock.advance(60);
    api.faults.set(Plan::default());
    let mut body = subscription("phone");
    let secret = "AAAAAAAAAAAAAAAAAAAAAA";
    body["keys"] = json!({ "p256dh": SERVER_KEY, "auth": secret });
    let answer = api.person("acme", "7").post(PATH, &body).await;
    assert_eq!(answer.seen(), (200, json!({ "id": id_of("phone") })));
    assert_eq!(api.faults.calls(), ["UpdateItem"; 2]);
    expected["p256dh"] = json!(SERVER_KEY);
    expected["auth"] = json!(secret);
    assert_eq!(stored(&api, "phone").await, (expected, count));
}

#[tokio::test]
async fn after_our_key_was_replaced_a_subscription_that_comes_again_is_what_it_was_and_another_one_new()
 {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    api.push_keys.serve(&rotated_keys());
    api.clock.advance(600);
    assert_eq!(stored(&api, "phone").await.0["made_with"], SERVER_KEY);
    assert_eq!(api.person("acme", "7").post(PATH, &subscription("phone")).await.status, 200);
    assert_eq!(stored(&api, "phone").await.0["made_with"], SERVER_KEY);
    // One that was made anew has other keys.
    let mut anew = subscription("phone");
    anew["keys"]["auth"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(api.person("acme", "7").post(PATH, &anew).await.status, 200);
    assert_eq!(stored(&api, "phone").await.0["made_with"], BROWSER_KEY);
}

#[tokio::test]
async fn an_attempt_that_is_made_again_is_answered_as_if_it_were_the_first() {
    let api = Api::start().await;
    let (person, mut expected) = (api.person("acme", "7"), 0);
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        let browser = format!("{fault:?}");
        api.faults.set(Plan::first([fault, fault]));
        let answer = person.post(PATH, &subscription(&browser)).await;
        assert_eq!(answer.seen(), (201, json!({ "id": id_of(&browser) })), "{fault:?}");
        assert_eq!(api.faults.calls(), ["UpdateItem"; 3], "{fault:?}");
        expected += 1;
        assert_eq!(stored(&api, &browser).await.1, expected, "{fault:?}");

        let mut other_keys = subscription(&browser);
        other_keys["keys"]["p256dh"] = json!(SERVER_KEY);
        // The first attempt learns what is there; the one that sets the keys is lost.
        api.faults.set(Plan::fail_call(2, fault));
        let answer = person.post(PATH, &other_keys).await;
        assert_eq!(answer.seen(), (200, json!({ "id": id_of(&browser) })), "{fault:?}");
        assert_eq!(api.faults.calls(), ["UpdateItem"; 3], "{fault:?}");
        let (leaf, count) = stored(&api, &browser).await;
        assert_eq!((&leaf["p256dh"], count), (&json!(SERVER_KEY), json!(expected)), "{fault:?}");
    }
}

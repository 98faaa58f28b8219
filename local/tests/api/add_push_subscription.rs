//! `POST /v1/me/push-subscriptions`

mod endpoints;
mod keys;
mod together;

use http::Method;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};
use shared::deliver::secrets::SecretError;

use crate::decide_delivery::{about_seven, citing, decision, deny, event};
use crate::support::push::{
    AUTH_SECRET, BROWSER_KEY, PATH, SERVER_KEY, endpoint, id_of, subscribe, subscription,
};
use crate::support::{Api, Setup};

/// The leaf of that browser's subscription of 7 of acme, and how many there are.
pub(super) async fn stored(api: &Api, browser: &str) -> (Value, Value) {
    let items = api.items().await;
    let [item] = &items[..] else { panic!("{items:?}") };
    (item[format!("push.{}", id_of(browser))].clone(), item["push_count"].clone())
}

#[tokio::test]
async fn a_new_subscription_is_answered_with_its_id_and_stored_in_one_update_item() {
    let api = Api::start().await;
    let answer = api.person("acme", "7").post(PATH, &subscription("phone")).await;
    assert_eq!(answer.seen(), (201, json!({ "id": id_of("phone") })));
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
    let (mut leaf, count) = stored(&api, "phone").await;
    assert!(leaf["made_by"].take().is_string());
    let expected = json!({
        "endpoint": endpoint("phone"),
        "p256dh": BROWSER_KEY,
        "auth": AUTH_SECRET,
        "made_with": SERVER_KEY,
        "created_at": api.clock.seconds() * 1_000_000,
        "made_by": null,
    });
    assert_eq!((leaf, count), (expected, json!(1)));
}

#[tokio::test]
async fn what_a_browser_may_come_to_say_besides_is_passed_over() {
    let api = Api::start().await;
    let mut body = subscription("phone");
    body["contentEncodings"] = json!(["aes128gcm"]);
    body["keys"]["next"] = json!({ "p384": 1 });
    body["expirationTime"] = json!(1_773_410_400_000.5);
    assert_eq!(api.person("acme", "7").post(PATH, &body).await.status, 201);
    body.as_object_mut().expect("an object").remove("expirationTime");
    assert_eq!(api.person("acme", "7").post(PATH, &body).await.status, 200);
}

#[tokio::test]
async fn every_fault_is_told_with_its_path_and_nothing_is_stored() {
    let api = Api::start().await;
    let faults = async |body: Value| {
        let answer = api.person("acme", "7").post(PATH, &body).await;
        assert_eq!(answer.status, 400, "{}", answer.body);
        answer.faults().into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    assert_eq!(faults(json!({})).await, ["endpoint", "keys"]);
    let keys =
        json!({ "endpoint": "https://push.example/a", "keys": {}, "expirationTime": "soon" });
    assert_eq!(faults(keys).await, ["endpoint", "expirationTime", "keys.p256dh", "keys.auth"]);
    let null = json!({ "endpoint": null, "expirationTime": null, "keys": null });
    assert_eq!(faults(null).await, ["endpoint", "keys"]);
    for body in ["", "{", "[]", "null", "\"https://fcm.googleapis.com/fcm/send/a\""] {
        let answer = api.person("acme", "7").text(Method::POST, PATH, body).await;
        assert_eq!((answer.status, answer.faults()), (400, vec![]), "{body}");
    }
    let twice =
        r#"{"endpoint":"https://fcm.googleapis.com/a","endpoint":"https://a.b/","keys":{}}"#;
    let answer = api.person("acme", "7").text(Method::POST, PATH, twice).await;
    assert!(
        answer
            .faults()
            .contains(&("endpoint".to_owned(), "must not be given more than once".to_owned()))
    );
    assert_eq!(api.faults.calls(), Vec::<String>::new());
    assert_eq!(api.push_keys.fetches(), 0, "what is wrong is told without the keys");
}

#[tokio::test]
async fn the_eleventh_is_refused_until_one_is_removed_and_a_known_one_is_not() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for number in 0..10 {
        subscribe(&api, "acme", "7", &number.to_string()).await;
    }
    let before = api.items().await;
    let (status, mut body) = person.post(PATH, &subscription("10")).await.seen();
    assert!(body["instance"].take().is_string());
    let expected = json!({
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": "a person has at most 10 push subscriptions; remove one first",
        "instance": null,
    });
    assert_eq!((status, body), (409, expected));
    let known = person.post(PATH, &subscription("9")).await.seen();
    assert_eq!(known, (200, json!({ "id": id_of("9") })));
    assert_eq!(api.items().await, before);
    // Of another person, and of another org unit, it is none of the ten.
    subscribe(&api, "acme", "8", "10").await;
    subscribe(&api, "globex", "7", "10").await;
}

#[tokio::test]
async fn an_endpoint_may_be_several_peoples_and_each_has_their_own() {
    let api = Api::start().await;
    for (org_unit, user) in [("acme", "7"), ("acme", "8"), ("globex", "7")] {
        subscribe(&api, org_unit, user, "shared").await;
    }
    let path = format!("{PATH}/{}", id_of("shared"));
    assert_eq!(api.person("acme", "7").delete(&path).await.status, 204);
    for (org_unit, user, expected) in [("acme", "7", 0), ("acme", "8", 1), ("globex", "7", 1)] {
        let answer = api.person(org_unit, user).get(PATH).await.json();
        assert_eq!(answer["data"].as_array().map(Vec::len), Some(expected), "{org_unit} {user}");
    }
}

#[tokio::test]
async fn while_web_push_is_off_nothing_is_taken_and_it_is_said_why() {
    let environment = vec![("PUSH_KEYS_SECRET", String::new())];
    let api = Api::start_with(Setup { environment, ..Setup::default() }).await;
    let (status, mut body) =
        api.person("acme", "7").post(PATH, &subscription("phone")).await.seen();
    assert!(body["instance"].take().is_string());
    let expected = json!({
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "Web Push is not set up in this deployment",
        "instance": null,
    });
    assert_eq!((status, body), (400, expected));
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn without_the_keys_at_hand_nothing_is_taken_and_it_may_be_sent_again() {
    let api = Api::start().await;
    api.push_keys.fail(SecretError::Unreachable { how: "timeout" });
    let answer = api.person("acme", "7").post(PATH, &subscription("phone")).await;
    assert_eq!((answer.status, answer.header("retry-after")), (503, "2"));
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn a_machine_has_no_browser() {
    let api = Api::start().await;
    let answer = api.machine("acme").with_all().await.post(PATH, &subscription("phone")).await;
    let detail = "this endpoint is for people; an API key cannot use it";
    assert_eq!((answer.status, answer.json()["detail"].as_str()), (403, Some(detail)));
}

#[tokio::test]
async fn decisions_say_unreachable_without_a_subscription_and_what_was_chosen_with_one() {
    let api = Api::start().await;
    let message = event("message.sent", json!({}));
    let push = async || {
        let [_, _, push, _] = about_seven(&api, &message).await;
        push
    };
    let choose = async |push: bool| {
        let row = json!({ "in_app_enabled": true, "email_enabled": false, "push_enabled": push });
        let person = api.person("acme", "7").with("messaging:update");
        assert_eq!(person.put("/v1/messaging/preferences", &row).await.status, 200);
    };
    assert_eq!(push().await, deny("unreachable"));
    subscribe(&api, "acme", "7", "phone").await;
    let setting = "channel.*.push_enabled";
    assert_eq!(push().await, deny("muted"), "push is off unless it was chosen");
    choose(true).await;
    assert_eq!(push().await, citing("allow", "enabled", setting, true));
    choose(false).await;
    assert_eq!(push().await, citing("deny", "muted", setting, false));
    choose(true).await;
    let path = format!("{PATH}/{}", id_of("phone"));
    assert_eq!(api.person("acme", "7").delete(&path).await.status, 204);
    assert_eq!(push().await, decision("deny", "unreachable"));
}

#[tokio::test]
async fn nothing_of_a_subscription_or_a_person_is_logged_or_answered() {
    let api = Api::start().await;
    let mut said = String::new();
    for body in [
        subscription("hush"),
        subscription("hush"),
        json!({ "endpoint": "https://hush.example/hush" }),
    ] {
        said += &api.person("hush-unit", "hush-user").post(PATH, &body).await.body;
    }
    api.faults.set(Plan::always(Fault::Refuse));
    said += &api.person("hush-unit", "hush-user").post(PATH, &subscription("hush-2")).await.body;
    said += &api.log.lines().join("\n");
    for secret in ["hush", BROWSER_KEY, AUTH_SECRET, "psub_0\",\"error"] {
        assert!(!said.contains(secret), "{said}");
    }
    assert_eq!(api.log.lines().len(), 4);
}

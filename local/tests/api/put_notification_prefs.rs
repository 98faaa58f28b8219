//! `PUT /me/notification-prefs`

use http::Method;
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::{Answer, Api};

const PATH: &str = "/me/notification-prefs";

/// The master switch, then the four mutes in their order.
fn settings(answer: &Answer) -> (bool, Vec<bool>) {
    let json = answer.json();
    let muted = json["prefs"].as_array().expect("prefs").iter();
    let muted = muted.map(|pref| pref["muted"].as_bool().expect("a boolean")).collect();
    (json["notifications_enabled"].as_bool().expect("a boolean"), muted)
}

fn mute(event: &str, muted: bool) -> Value {
    json!({ "event_type": event, "muted": muted })
}

#[tokio::test]
async fn a_person_mutes_an_event_and_sees_it_muted() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let answer = person.put(PATH, &json!({ "prefs": [mute("milestone.exited", true)] })).await;
    assert_eq!(answer.seen(), (200, json!({ "status": "ok" })));
    assert_eq!(settings(&person.get(PATH).await), (true, vec![false, true, false, false]));
}

#[tokio::test]
async fn what_is_left_out_keeps_its_value() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    person.put(PATH, &json!({ "prefs": [mute("surge.fired", true)] })).await;
    person.put(PATH, &json!({ "notifications_enabled": false })).await;
    person.put(PATH, &json!({ "prefs": [mute("milestone.entered", true)] })).await;
    assert_eq!(settings(&person.get(PATH).await), (false, vec![true, false, false, true]));
}

#[tokio::test]
async fn off_and_on_again_restores_every_mute() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    person.put(PATH, &json!({ "prefs": [mute("sequence.completed", true)] })).await;
    person.put(PATH, &json!({ "notifications_enabled": false })).await;
    person.put(PATH, &json!({ "notifications_enabled": true })).await;
    assert_eq!(settings(&person.get(PATH).await), (true, vec![false, false, true, false]));
}

#[tokio::test]
async fn an_empty_change_is_a_no_op() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for nothing in [json!({}), json!({ "prefs": [] })] {
        let answer = person.put(PATH, &nothing).await;
        assert_eq!(answer.seen(), (200, json!({ "status": "ok" })));
    }
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn of_a_repeated_event_the_last_entry_wins() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let change = json!({ "prefs": [mute("surge.fired", false), mute("surge.fired", true)] });
    assert_eq!(person.put(PATH, &change).await.status, 200);
    assert_eq!(settings(&person.get(PATH).await).1, [false, false, false, true]);
}

#[tokio::test]
async fn a_change_is_one_update_item_of_just_the_named_leaves() {
    let api = Api::start().await;
    let change = json!({ "notifications_enabled": false, "prefs": [mute("surge.fired", true)] });
    api.person("acme", "7").put(PATH, &change).await;
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
    let expected = json!({
        "pk": "OU#acme#USER#7",
        "sk": "PREFS",
        "notifications_enabled": false,
        "mute.surge.fired": true,
    });
    assert_eq!(api.items().await, [expected]);
}

#[tokio::test]
async fn the_same_user_in_two_org_units_is_two_people() {
    let api = Api::start().await;
    let (acme, globex) = (api.person("acme", "7"), api.person("globex", "7"));
    acme.put(PATH, &json!({ "notifications_enabled": false })).await;
    assert_eq!(settings(&globex.get(PATH).await), (true, vec![false; 4]));
    globex.put(PATH, &json!({ "prefs": [mute("surge.fired", true)] })).await;
    assert_eq!(settings(&acme.get(PATH).await), (false, vec![false; 4]));
}

const NAMES: &str =
    "must be one of milestone.entered, milestone.exited, sequence.completed, surge.fired";

#[tokio::test]
async fn a_wrong_field_is_refused_with_its_path_and_nothing_is_stored() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let boolean = "must be a boolean (true or false)";
    let known = "is not a known field; the fields are notifications_enabled, prefs";
    let known_here = "is not a known field; the fields are event_type, muted";
    for (body, path, detail) in [
        (json!({ "notifications_enabled": null }), "notifications_enabled", boolean),
        (json!({ "notifications_enabled": "true" }), "notifications_enabled", boolean),
        (json!({ "notifications_enabled": 1 }), "notifications_enabled", boolean),
        (json!({ "notifications_enabled": [] }), "notifications_enabled", boolean),
        (json!({ "prefs": null }), "prefs", "must be an array"),
        (json!({ "prefs": {} }), "prefs", "must be an array"),
        (json!({ "prefs": [null] }), "prefs[0]", "must be an object"),
        (json!({ "prefs": ["surge.fired"] }), "prefs[0]", "must be an object"),
        (json!({ "prefs": [{ "muted": true }] }), "prefs[0].event_type", "is required"),
        (json!({ "prefs": [{ "event_type": "surge.fired" }] }), "prefs[0].muted", "is required"),
        (json!({ "prefs": [mute("surge", true)] }), "prefs[0].event_type", NAMES),
        (json!({ "prefs": [mute("Surge.Fired", true)] }), "prefs[0].event_type", NAMES),
        (
            json!({ "prefs": [{ "event_type": null, "muted": true }] }),
            "prefs[0].event_type",
            "must be a string",
        ),
        (
            json!({ "prefs": [{ "event_type": "surge.fired", "muted": null }] }),
            "prefs[0].muted",
            boolean,
        ),
        (
            json!({ "prefs": [{ "event_type": "surge.fired", "muted": true, "until": 1 }] }),
            "prefs[0].until",
            known_here,
        ),
        (json!({ "muted": true }), "muted", known),
        (
            json!({ "notification_enabled": true }),
            "notification_enabled",
            "is not a known field; did you mean notifications_enabled?",
        ),
    ] {
        let answer = person.put(PATH, &body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert_eq!(answer.faults(), [(path.to_owned(), detail.to_owned())], "{body}");
    }
    assert_eq!(api.items().await, Vec::<Value>::new());
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn every_fault_of_a_body_is_told_at_once() {
    let api = Api::start().await;
    let body = json!({
        "prefs": [mute("surge.fired", true), mute("surge", true), { "event_type": "surge.fired" }],
        "muted": true,
    });
    let answer = api.person("acme", "7").put(PATH, &body).await;
    let paths: Vec<String> = answer.faults().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["muted", "prefs[1].event_type", "prefs[2].muted"]);
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_field_that_comes_twice_is_refused() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let body = r#"{"prefs":[{"event_type":"surge.fired","muted":true,"muted":false}]}"#;
    let answer = person.put_text(PATH, body).await;
    let fault = ("prefs[0].muted".to_owned(), "must not be given more than once".to_owned());
    assert_eq!((answer.status, answer.faults()), (400, vec![fault]));
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_body_that_is_no_object_is_refused() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for body in ["[]", "null", "true", "\"surge.fired\"", "7"] {
        let answer = person.put_text(PATH, body).await;
        let detail = answer.json()["detail"].clone();
        assert_eq!((answer.status, detail), (400, json!("the body must be an object")), "{body}");
    }
}

#[tokio::test]
async fn json_that_does_not_parse_is_refused_with_the_place() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    for (body, place) in [
        (b"".as_slice(), "line 1, column 0"),
        (b"{", "line 1, column 1"),
        (b"{} {}", "line 1, column 4"),
        (b"{\"prefs\":[{\"muted\":tru}]}", "line 1, column 23, in `prefs[0].muted`"),
        (b"{\"prefs\":\"\xff\"}", "line 1, column 11, in `prefs`"),
        (b"\xef\xbb\xbf{}", "line 1, column 1"),
    ] {
        let answer = person.put_text(PATH, body.to_vec()).await;
        let detail = json!(format!("the body is not valid JSON ({place})"));
        assert_eq!((answer.status, answer.json()["detail"].clone()), (400, detail), "{body:?}");
    }
    let brackets = person.put_text(PATH, "[".repeat(100_000)).await;
    assert_eq!(brackets.status, 400);
    assert_eq!(api.items().await, Vec::<Value>::new());
}

#[tokio::test]
async fn a_body_over_256_kib_is_refused_whatever_is_in_it() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let padded = |length: usize| format!("{{}}{}", " ".repeat(length - 2));
    assert_eq!(person.put_text(PATH, padded(256 * 1024)).await.status, 200);
    let answer = person.put_text(PATH, padded(256 * 1024 + 1)).await;
    let detail = answer.json()["detail"].clone();
    assert_eq!((answer.status, detail), (413, json!("the body must not exceed 256 KiB")));
}

#[tokio::test]
async fn a_content_type_that_is_not_json_is_refused() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let send =
        async |content_type| person.send(Method::PUT, PATH, content_type, "{}".into()).await.status;
    for json in ["application/json", "application/JSON;charset=utf-8", "application/ld+json"] {
        assert_eq!(send(Some(json)).await, 200, "{json}");
    }
    assert_eq!(send(None).await, 200);
    for other in ["text/plain", "application/x-www-form-urlencoded", "json", "multipart/form-data"]
    {
        assert_eq!(send(Some(other)).await, 415, "{other}");
    }
}

#[tokio::test]
async fn a_long_list_of_faults_is_cut_short() {
    let api = Api::start().await;
    let prefs: Vec<Value> = (0..5_000).map(|_| json!({})).collect();
    let answer = api.person("acme", "7").put(PATH, &json!({ "prefs": prefs })).await;
    assert_eq!((answer.status, answer.faults().len()), (400, 100));
    let long_name = "x".repeat(200_000);
    let answer = api.person("acme", "7").put(PATH, &json!({ long_name: 1 })).await;
    assert!(answer.body.len() < 1_000, "{} bytes", answer.body.len());
}

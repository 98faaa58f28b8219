//! Links that turn email off: no other text is one, and with whatever else is changed nothing is lost.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::unsubscribe::{click, link_for};

#[test]
fn a_link_with_any_one_character_changed_changes_nothing() {
    let change = (any::<prop::sample::Index>(), "[A-Za-z0-9_.~-]");
    check(prop::collection::vec(change, 1..8), async |api, user, changes| {
        let link = link_for(api, "acme", user, "channel.*.email_enabled").await;
        let start = "/unsubscribe/".len();
        let before: Vec<Value> = api.items().await;
        for (at, to) in changes {
            let at = start + at.index(link.len() - start);
            let changed = format!("{}{to}{}", &link[..at], &link[at + 1..]);
            let status = click(&api.stranger(), &changed).await.status;
            assert_eq!(status, if changed == link { 200 } else { 400 }, "{changed}");
        }
        assert_eq!(api.items().await, before);
    });
}

/// What is done to one row of channel preferences.
#[derive(Debug, Clone)]
enum Step {
    Put { in_app: bool, email: bool, push: bool, digest: &'static str },
    Click,
}

fn step() -> impl Strategy<Value = Step> {
    let digest = prop::sample::select(vec!["instant", "hourly", "daily", "off"]);
    let put = (any::<[bool; 3]>(), digest).prop_map(|([in_app, email, push], digest)| Step::Put {
        in_app,
        email,
        push,
        digest,
    });
    prop_oneof![put, Just(Step::Click)]
}

#[test]
fn a_row_is_what_was_put_with_email_off_once_someone_clicked() {
    check(prop::collection::vec(step(), 1..10), async |api, user, steps| {
        let person = api.person("acme", user).with("messaging:update").with("messaging:read");
        let path = "/v1/messaging/preferences";
        let link = link_for(api, "acme", user, "channel.chat.message.email_enabled").await;
        let mut expected: Option<Value> = None;
        let mut stamp = String::new();
        for step in steps {
            let is_change = match step {
                Step::Put { in_app, email, push, digest } => {
                    let row = json!({
                        "category": "chat.message",
                        "in_app_enabled": in_app,
                        "email_enabled": email,
                        "push_enabled": push,
                        "digest": digest,
                    });
                    assert_eq!(person.put(path, &row).await.status, 200);
                    expected = Some(row);
                    true
                }
                Step::Click => {
                    assert_eq!(click(&api.stranger(), &link).await.status, 200);
                    let was_on = expected
                        .as_mut()
                        .is_some_and(|row| row["email_enabled"].take() == json!(true));
                    if let Some(row) = &mut expected {
                        row["email_enabled"] = json!(false);
                    }
                    was_on
                }
            };
            let rows = person.get(path).await.json()["data"].clone();
            let Some(expected) = &expected else {
                assert_eq!(rows, json!([]));
                continue;
            };
            for (name, value) in expected.as_object().expect("a row") {
                assert_eq!(&rows[0][name], value, "{name}");
            }
            let updated_at = rows[0]["updated_at"].as_str().expect("a time").to_owned();
            assert_eq!(updated_at > stamp, is_change, "{updated_at}, after {stamp}");
            stamp = updated_at;
        }
    });
}

#[test]
fn of_any_rows_those_that_wait_for_a_digest_lose_their_email_and_the_others_nothing() {
    let digest = prop::sample::select(vec!["instant", "hourly", "daily", "off"]);
    let category = prop::sample::select(vec![None, Some("chat.message"), Some("order.updated")]);
    let row = (category, any::<[bool; 3]>(), digest).prop_map(
        |(category, [in_app, email, push], digest)| {
            json!({
                "category": category,
                "in_app_enabled": in_app,
                "email_enabled": email,
                "push_enabled": push,
                "digest": digest,
            })
        },
    );
    check(prop::collection::vec(row, 0..5), async |api, user, rows| {
        let person = api.person("acme", user).with("messaging:update").with("messaging:read");
        let path = "/v1/messaging/preferences";
        for row in &rows {
            assert_eq!(person.put(path, row).await.status, 200);
        }
        let mut expected = person.get(path).await.json()["data"].clone();
        let link = link_for(api, "acme", user, "digest").await;
        for _ in 0..2 {
            assert_eq!(click(&api.stranger(), &link).await.status, 200);
        }
        let actual = person.get(path).await.json()["data"].clone();
        for (row, now) in
            expected.as_array_mut().expect("rows").iter_mut().zip(actual.as_array().expect("rows"))
        {
            let waits = row["digest"] == "hourly" || row["digest"] == "daily";
            if waits && row["email_enabled"] == true {
                assert!(now["updated_at"].as_str() > row["updated_at"].as_str(), "{now}");
                row["email_enabled"] = json!(false);
                row["updated_at"] = now["updated_at"].clone();
            }
        }
        assert_eq!(actual, expected);
    });
}

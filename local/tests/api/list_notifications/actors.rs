//! Who did it, as the directory has them.

use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::Api;
use crate::support::inbox::{Happened, INBOX, assigned, forget, know, owner};

#[tokio::test]
async fn an_actor_is_shown_as_the_directory_has_them_today_and_the_message_stays() {
    let api = Api::start().await;
    assigned("e-1").put(&api).await;
    let seen = async || {
        let shown = owner(&api).get(INBOX).await.json()[0].clone();
        (shown["actor"]["first_name"].clone(), shown["message"].clone())
    };
    let message = json!("Alice Johnson assigned \"Add pagination\" to you");
    assert_eq!(seen().await, (Value::Null, message.clone()), "nobody knows them");
    for name in ["Alice", "Alicia"] {
        api.clock.advance(1);
        know(&api, "4", name, None).await;
        assert_eq!(seen().await, (json!(name), message.clone()));
    }
    api.clock.advance(1);
    forget(&api, "4").await;
    assert_eq!(seen().await, (Value::Null, message));
}

#[tokio::test]
async fn an_actor_whom_nobody_knows_and_nobody_at_all_are_null() {
    let api = Api::start().await;
    assigned("e-1").put(&api).await;
    Happened { actor: None, ..assigned("e-2") }.put(&api).await;
    let shown = owner(&api).get(INBOX).await.json();
    assert_eq!([&shown[0]["actor"], &shown[1]["actor"]], [&Value::Null; 2]);
}

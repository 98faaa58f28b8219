//! Erasing a person: afterwards nothing says anything of them, and nothing of before brings them back.

mod late;
mod law;

use std::time::Duration;

use aws_sdk_dynamodb::types::AttributeValue;
use local::environment::TABLE;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::{Value, json};

use crate::support::identities::{assert_counts_follow, counts};
use crate::support::operator::{ZOE, send, with_zoe, zoe_known};
use crate::support::{Api, recorded_event};

/// How many watch the reports of the project, as it is counted.
async fn watchers(api: &Api) -> Value {
    let items = api.items().await;
    items.iter().find(|item| item["sk"] == "WATCHERS").expect("a count")["watchers"].clone()
}

#[tokio::test]
async fn of_someone_who_did_everything_nothing_is_left_that_says_so() {
    let api = with_zoe().await;
    assert!(api.traces_of_zoe().await.len() > 40, "they left traces");
    assert_eq!(counts(&api, "acme").await, (2, 1));
    let before = watchers(&api).await.as_u64().expect("a number");
    let answer = api.erase_zoe().await;
    assert_eq!(answer["erased_at"], "2026-03-13T14:00:01.000000Z");
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
    // The others count as before.
    assert_eq!(counts(&api, "acme").await, (1, 0));
    assert_counts_follow(&api, "acme").await;
    assert_eq!(watchers(&api).await, before - 1);
    assert_eq!(api.ask("erase-person", ZOE).await.expect("an answer"), answer);
}

#[tokio::test]
async fn others_keep_what_they_were_told_without_a_name() {
    let api = with_zoe().await;
    let said = async || {
        let inbox = api.person("acme", "8").get("/api/notifications").await.json();
        let rows = inbox.as_array().cloned().expect("an array").into_iter();
        let mut said: Vec<_> =
            rows.map(|row| (row["message"].clone(), row["actor"]["id"].clone())).collect();
        said.sort_by_key(|(message, actor)| (message.to_string(), actor.to_string()));
        said
    };
    let before = said().await;
    api.erase_zoe().await;
    let unnamed = |(message, actor): &(Value, Value)| {
        let message = message.as_str().expect("text").replace("Zoe Quux", "Someone");
        (json!(message), if *actor == ZOE { Value::Null } else { actor.clone() })
    };
    let mut after: Vec<(Value, Value)> = before.iter().map(unnamed).collect();
    after.sort_by_key(|(message, actor)| (message.to_string(), actor.to_string()));
    assert!(before != after);
    assert_eq!(said().await, after);
}

#[tokio::test]
async fn cut_off_at_any_call_it_goes_on_where_it_is_asked_again() {
    let api = with_zoe().await;
    let mut calls = 0;
    // The first one dies at its first call, the next one at its second, and so on.
    let last = loop {
        api.faults.set(Plan::after(calls, Fault::Refuse));
        calls += 1;
        api.clock.advance(5);
        match api.ask("erase-person", ZOE).await {
            Ok(answer) if answer["done"] == true => break answer,
            Ok(_) | Err(_) => assert!(calls < 1_000, "it never ends"),
        }
    };
    assert!(calls > 20, "{calls}");
    assert_eq!(api.traces_of_zoe().await, [""; 0], "{last}");
    api.faults.set(Plan::default());
    assert_eq!(counts(&api, "acme").await, (1, 0));
    assert_counts_follow(&api, "acme").await;
}

#[tokio::test]
async fn answers_that_are_lost_count_nothing_twice() {
    let api = with_zoe().await;
    let before = watchers(&api).await.as_u64().expect("a number");
    let rates = [(20, Fault::LoseAnswer), (10, Fault::Throttle), (10, Fault::Conflict)];
    api.faults.set(Plan::seeded(7, local::faults::Rates::new(rates)));
    for _ in 0..50 {
        api.clock.advance(60);
        if api.ask("erase-person", ZOE).await.is_ok_and(|answer| answer["done"] == true) {
            break;
        }
    }
    api.faults.set(Plan::default());
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
    assert_eq!((counts(&api, "acme").await, watchers(&api).await), ((1, 0), json!(before - 1)));
}

#[tokio::test]
async fn without_any_time_each_invocation_comes_a_page_further() {
    let api = with_zoe().await;
    let question = json!({ "org_unit": "acme", "user": ZOE });
    let within = Some(Duration::from_secs(16));
    let mut answers = 0;
    while !api.traces_of_zoe().await.is_empty() {
        let answer = api.ask_with("erase-person", &question, within).await.expect("an answer");
        assert_eq!(answer["done"], false);
        answers += 1;
        assert!(answers < 100, "{:?}", api.traces_of_zoe().await);
    }
    assert!(answers > 1);
}

#[tokio::test]
async fn it_is_not_done_before_whoever_saw_no_mark_has_ended() {
    let api = Api::start().await;
    let first = api.ask("erase-person", ZOE).await.expect("an answer");
    let expected = json!({
        "done": false, "erased_at": "2026-03-13T14:00:00.000000Z",
        "again_at": "2026-03-13T14:02:00.000000Z", "found": 0,
    });
    assert_eq!(first, expected);
    api.clock.advance(119);
    assert_eq!(api.ask("erase-person", ZOE).await.expect("an answer"), expected);
    api.clock.advance(1);
    assert_eq!(api.ask("erase-person", ZOE).await.expect("an answer")["done"], true);
}

#[tokio::test]
async fn the_mark_is_written_first_says_of_nobody_who_it_was_and_goes() {
    let api = with_zoe().await;
    let before = api.items().await;
    api.faults.set(Plan::default());
    api.ask("erase-person", ZOE).await.expect("an answer");
    let calls = api.faults.calls();
    assert_eq!(calls[..4], ["GetItem", "UpdateItem", "UpdateItem", "Query"], "{calls:?}");
    let after = api.items().await;
    let marks: Vec<&Value> = after.iter().filter(|item| !before.contains(item)).collect();
    let marks = marks.into_iter().filter(|item| item["pk"].to_string().contains("ERASED"));
    let marks: Vec<&Value> = marks.collect();
    assert_eq!(marks.len(), 2, "{marks:?}");
    let gone_at = api.clock.seconds() + 120 * 86_400;
    assert!(marks.iter().all(|mark| mark["expires_at"] == gone_at), "{marks:?}");
    assert_eq!(api.erasure_keys.fetches(), 1);
}

#[tokio::test]
async fn who_comes_back_is_someone_new_and_may_be_erased_again() {
    let api = with_zoe().await;
    let first = api.erase_zoe().await;
    api.clock.advance(60);
    send(&api, &zoe_known(&api, "back")).await;
    api.dispatch().await;
    assert_eq!(counts(&api, "acme").await, (2, 0));
    assert!(!api.traces_of_zoe().await.is_empty());
    let second = api.erase_zoe().await;
    assert!(second["erased_at"].as_str() > first["erased_at"].as_str());
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
}

#[tokio::test]
async fn nobody_else_is_touched() {
    let api = with_zoe().await;
    let others = async || {
        let items = api.items().await.into_iter().map(|item| item.to_string());
        let mut items: Vec<String> = items
            .filter(|item| !item.to_lowercase().contains("zoe") && !item.contains("ERASED"))
            .filter(|item| !item.contains("\"COUNT\"") && !item.contains("\"WATCHERS\""))
            .collect();
        items.sort();
        items
    };
    let before = others().await;
    api.erase_zoe().await;
    let after = others().await;
    let lost: Vec<&String> = before.iter().filter(|item| !after.contains(item)).collect();
    assert_eq!(lost, Vec::<&String>::new());
}

#[tokio::test]
async fn a_row_that_nobody_can_read_holds_nothing_up_and_keeps_no_name() {
    let api = with_zoe().await;
    let items = api.items().await;
    let row = items.iter().find(|item| item["actor"] == ZOE).expect("something that they did");
    let key = |name: &str| AttributeValue::S(row[name].as_str().expect("a key").to_owned());
    let update = api.engine.update_item().table_name(TABLE);
    let update = update.key("pk", key("pk")).key("sk", key("sk")).update_expression("SET #0=:0");
    let update = update.expression_attribute_names("#0", "notifiable");
    let nothing = AttributeValue::S("nothing that there is".to_owned());
    update.expression_attribute_values(":0", nothing).send().await.expect("an update");
    api.erase_zoe().await;
    assert_eq!(api.traces_of_zoe().await, [""; 0]);
}

#[tokio::test]
async fn the_recorded_questions_are_answered() {
    let api = Api::start().await;
    for function in ["erase-person", "export-person"] {
        let question = recorded_event(function);
        let answer = api.ask_with(function, &question, None).await.expect("an answer");
        assert!(answer["erased_at"].is_string() || answer["exported_at"].is_string(), "{answer}");
    }
}

#[tokio::test]
async fn nothing_of_whom_an_operator_asks_about_is_logged() {
    let api = with_zoe().await;
    let before = api.log.lines().len();
    api.ask("export-person", ZOE).await.expect("an answer");
    api.erase_zoe().await;
    let unreadable = json!({ "org_unit": "acme", "user": "zoe#77" });
    api.ask_with("erase-person", &unreadable, None).await.expect_err("no question");
    let lines = api.log.lines().split_off(before);
    assert_eq!(lines.len(), 4, "{lines:?}");
    assert!(lines.iter().all(|line| !line.contains("zoe") && !line.contains("acme")), "{lines:?}");
}

#[tokio::test]
async fn a_question_that_names_nobody_is_answered_with_what_it_has_to_be() {
    let api = Api::start().await;
    for question in [json!({}), json!({ "org_unit": "acme", "user": "a#b" }), json!([])] {
        let why = api.ask_with("erase-person", &question, None).await.expect_err("no answer");
        assert!(why.to_string().contains("the input has to be"), "{why}");
    }
    assert_eq!(api.items().await.len(), 0);
}

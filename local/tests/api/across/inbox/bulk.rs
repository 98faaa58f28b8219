//! What the three bulk operations have in common.

mod faults;

use http::Method;
use local::faults::Plan;
use pretty_assertions::assert_eq;
use serde_json::{Map, Value, json};

use crate::support::inbox::{
    DELETE, Happened, READ, UNREAD, assigned, fill, owner, these, with_all,
};
use crate::support::{Answer, Api};

const ALL: [&str; 3] = [READ, UNREAD, DELETE];

/// The messages by field.
fn errors(answer: &Answer) -> Value {
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.json()["message"], "The given data was invalid.");
    answer.json()["errors"].clone()
}

/// What is said of ids at those places that are not the caller's.
fn of_others(places: &[usize]) -> Value {
    let messages = places.iter().map(|place| {
        let field = format!("notification_ids.{place}");
        let message = format!("The {field} field must be the id of one of your notifications.");
        (field, json!([message]))
    });
    Value::Object(Map::from_iter(messages))
}

#[tokio::test]
async fn one_to_a_hundred_are_changed_in_one_trip() {
    for path in ALL {
        let api = Api::start().await;
        let all = fill(&api, 100).await;
        for (named, call) in [(&all[..1], "UpdateItem"), (&all[1..], "TransactWriteItems")] {
            api.faults.set(Plan::default());
            let answer = owner(&api).post(path, &these(named.to_vec())).await;
            assert_eq!(answer.status, 204, "{path}: {}", answer.body);
            assert_eq!(api.faults.calls(), [call], "{path}");
        }
    }
}

#[tokio::test]
async fn all_hundred_may_be_named_and_repeats_count_once() {
    for path in ALL {
        let api = Api::start().await;
        let all = fill(&api, 100).await;
        assert_eq!(owner(&api).post(path, &these(vec![all[0]; 100])).await.status, 204);
        assert_eq!(api.faults.calls(), ["UpdateItem"], "{path}");
        if path != DELETE {
            assert_eq!(owner(&api).post(path, &these(all)).await.status, 204);
        }
    }
}

#[tokio::test]
async fn a_list_that_is_none_is_refused_and_nothing_is_asked() {
    let api = Api::start().await;
    let number = "The notification_ids field must hold 1 to 100 ids.";
    let kind = "The notification_ids field must be an array of 1 to 100 ids.";
    for path in ALL {
        for (body, message) in [
            (json!({}), "The notification_ids field is required."),
            (json!({ "ids": [1] }), "The notification_ids field is required."),
            (json!({ "notification_ids": null }), kind),
            (json!({ "notification_ids": 1 }), kind),
            (json!({ "notification_ids": "1" }), kind),
            (json!({ "notification_ids": { "0": 1 } }), kind),
            (json!({ "notification_ids": [] }), number),
            (json!({ "notification_ids": vec![1; 101] }), number),
            (json!({ "notification_ids": vec![json!(null); 1000] }), number),
        ] {
            let answer = owner(&api).post(path, &body).await;
            assert_eq!(errors(&answer), json!({ "notification_ids": [message] }), "{path} {body}");
        }
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn every_element_that_is_no_whole_number_is_named() {
    let api = Api::start().await;
    let mine = fill(&api, 1).await[0];
    let before = api.items().await;
    for path in ALL {
        let wrong = [json!(null), json!("1"), json!(1.5), json!(1.0), json!(true), json!([mine])];
        let list: Vec<Value> = [json!(mine)].into_iter().chain(wrong).collect();
        let answer = owner(&api).post(path, &json!({ "notification_ids": list })).await;
        let messages = (1..list.len()).map(|place| {
            let field = format!("notification_ids.{place}");
            let message = format!("The {field} field must be a whole number.");
            (field, json!([message]))
        });
        assert_eq!(errors(&answer), Value::Object(Map::from_iter(messages)), "{path}");
    }
    assert_eq!(api.items().await, before);
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn fields_of_other_names_are_passed_over_and_one_that_comes_twice_is_refused() {
    let api = Api::start().await;
    let mine = fill(&api, 1).await[0];
    let body = json!({ "notification_ids": [mine], "colour": "blue" });
    for path in ALL {
        let twice = format!(r#"{{"notification_ids":[{mine}],"notification_ids":[{mine}]}}"#);
        let answer = owner(&api).text(Method::POST, path, twice).await;
        let message = "The notification_ids field must not be given more than once.";
        assert_eq!(errors(&answer), json!({ "notification_ids": [message] }));
        assert_eq!(owner(&api).post(path, &body).await.status, 204, "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_no_json_object_is_refused() {
    let api = Api::start().await;
    for path in ALL {
        for body in [b"".as_slice(), b"{", b"[1]", b"null", b"{\"notification_ids\":[1,]}"] {
            let answer = owner(&api).text(Method::POST, path, body.to_vec()).await;
            assert_eq!(answer.status, 400, "{path} {body:?}");
        }
        let large = " ".repeat(300 * 1024);
        assert_eq!(owner(&api).text(Method::POST, path, large).await.status, 413);
        let form = Some("application/x-www-form-urlencoded");
        assert_eq!(owner(&api).send(Method::POST, path, form, "a=1".into()).await.status, 415);
    }
}

/// An inbox, and ids that are nobody's here, each for another reason.
async fn with_strangers(api: &Api) -> (Vec<u64>, Vec<i128>) {
    let past = assigned("past").put(api).await.as_u64();
    api.clock.advance(90 * 24 * 60 * 60);
    let mine = fill(api, 3).await;
    let someone_elses = assigned("e-1").to("8").put(api).await.as_u64();
    let of_globex = Happened { org_unit: "globex", ..assigned("e-2") }.put(api).await.as_u64();
    let deleted = assigned("e-3").put(api).await.as_u64();
    assert_eq!(owner(api).post(DELETE, &these([deleted])).await.status, 204);
    let unknown = mine[0] + 4096 * 60_000;
    let numbers = [someone_elses, of_globex, deleted, unknown, past, 0, 1, 1 << 53, u64::MAX];
    let mut strangers: Vec<i128> = numbers.map(i128::from).to_vec();
    strangers.extend([-1, i64::MIN.into()]);
    (mine, strangers)
}

#[tokio::test]
async fn an_id_that_is_not_the_callers_is_named_and_nothing_changes() {
    let api = Api::start().await;
    let (mine, strangers) = with_strangers(&api).await;
    let before = api.items().await;
    for path in ALL {
        for stranger in &strangers {
            for (place, list) in [
                (0, format!("[{stranger}]")),
                (0, format!("[{stranger},{}]", mine[0])),
                (1, format!("[{},{stranger}]", mine[0])),
                (2, format!("[{},{},{stranger},{}]", mine[2], mine[1], mine[0])),
            ] {
                let body = format!(r#"{{"notification_ids":{list}}}"#);
                let answer = owner(&api).text(Method::POST, path, body).await;
                assert_eq!(errors(&answer), of_others(&[place]), "{path} {list}");
            }
        }
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn every_id_that_is_not_the_callers_is_named_by_its_place_in_one_trip() {
    let api = Api::start().await;
    let (mine, strangers) = with_strangers(&api).await;
    let before = api.items().await;
    let mut list = vec![i128::from(mine[0])];
    list.extend(strangers.iter().chain(&strangers[..4]));
    list.push(mine[1].into());
    let places: Vec<usize> = (1..list.len() - 1).collect();
    for path in ALL {
        api.faults.set(Plan::default());
        let texts: Vec<String> = list.iter().map(ToString::to_string).collect();
        let body = format!(r#"{{"notification_ids":[{}]}}"#, texts.join(","));
        let answer = owner(&api).text(Method::POST, path, body).await;
        assert_eq!(errors(&answer), of_others(&places), "{path}");
        assert_eq!(api.faults.calls(), ["TransactWriteItems"]);
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn a_hundred_ids_of_which_one_can_be_nobodys_fit_into_one_transaction() {
    let api = Api::start().await;
    let mut list = fill(&api, 99).await;
    list.push(1 << 53);
    let answer = owner(&api).post(READ, &these(list)).await;
    assert_eq!(errors(&answer), of_others(&[99]));
}

#[tokio::test]
async fn ids_past_the_cut_off_are_refused_without_asking() {
    let api = Api::start().await;
    let old = fill(&api, 2).await;
    api.clock.advance(90 * 24 * 60 * 60);
    for path in ALL {
        let answer = owner(&api).post(path, &these(old.clone())).await;
        assert_eq!(errors(&answer), of_others(&[0, 1]), "{path}");
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
}

#[tokio::test]
async fn the_ids_of_another_inbox_change_nothing_there() {
    let api = Api::start().await;
    let all = fill(&api, 2).await;
    let before = api.items().await;
    for other in [api.person("acme", "8"), api.person("globex", "7"), api.admin("acme")] {
        let other = with_all(other);
        for path in ALL {
            for (named, places) in [(vec![all[0]], vec![0]), (all.clone(), vec![0, 1])] {
                let answer = other.post(path, &these(named)).await;
                assert_eq!(errors(&answer), of_others(&places), "{path}");
            }
        }
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn the_permission_comes_before_the_body() {
    let api = Api::start().await;
    for path in ALL {
        let answer = api.person("acme", "7").text(Method::POST, path, "no JSON").await;
        let refused = json!({ "message": "This action is unauthorized." });
        assert_eq!(answer.seen(), (403, refused), "{path}");
        assert_eq!(api.admin("acme").text(Method::POST, path, "no JSON").await.status, 400);
    }
}

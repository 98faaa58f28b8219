//! `DELETE /v1/me/push-subscriptions/{id}`

use futures_util::future::join_all;
use local::faults::{Fault, Plan};
use pretty_assertions::assert_eq;
use serde_json::json;
use shared::domain::id::UserId;

use crate::support::push::{self, id_of, subscribe, subscription};
use crate::support::{Answer, Api, job};

fn path_of(browser: &str) -> String {
    format!("{}/{}", push::PATH, id_of(browser))
}

/// The ids of what 7 of acme has.
async fn ids(api: &Api) -> Vec<String> {
    let answer = api.person("acme", "7").get(push::PATH).await.json();
    let data = answer["data"].as_array().expect("an array");
    data.iter().map(|one| one["id"].as_str().expect("an id").to_owned()).collect()
}

fn not_found(answer: &Answer) {
    let (status, mut body) = answer.seen();
    assert!(body["instance"].take().is_string());
    let expected = json!({
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "there is no such thing in this organizational unit",
        "instance": null,
    });
    assert_eq!((status, body), (404, expected));
}

#[tokio::test]
async fn what_is_removed_is_gone_and_the_others_stay() {
    let api = Api::start().await;
    for browser in ["phone", "laptop"] {
        subscribe(&api, "acme", "7", browser).await;
    }
    api.faults.set(Plan::default());
    let answer = api.person("acme", "7").delete(&path_of("phone")).await;
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
    assert_eq!(api.faults.calls(), ["UpdateItem"]);
    assert_eq!(ids(&api).await, [id_of("laptop")]);
    not_found(&api.person("acme", "7").delete(&path_of("phone")).await);
}

#[tokio::test]
async fn what_was_removed_leaves_room_for_another_one_and_may_come_back() {
    let api = Api::start().await;
    let browsers: Vec<String> = (0..10).map(|number| format!("browser-{number}")).collect();
    for browser in &browsers {
        subscribe(&api, "acme", "7", browser).await;
    }
    let person = api.person("acme", "7");
    assert_eq!(person.post(push::PATH, &subscription("eleventh")).await.status, 409);
    assert_eq!(person.delete(&path_of("browser-3")).await.status, 204);
    subscribe(&api, "acme", "7", "browser-3").await;
    assert_eq!(person.delete(&path_of("browser-9")).await.status, 204);
    subscribe(&api, "acme", "7", "eleventh").await;
    assert_eq!(person.post(push::PATH, &subscription("twelfth")).await.status, 409);
}

#[tokio::test]
async fn what_is_someone_elses_or_was_never_there_is_not_found_and_the_two_are_not_told_apart() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    let before = api.items().await;
    for person in [api.person("acme", "8"), api.person("globex", "7"), api.admin("acme")] {
        not_found(&person.delete(&path_of("phone")).await);
        not_found(&person.delete(&path_of("unknown")).await);
    }
    assert_eq!(api.items().await, before);
}

#[tokio::test]
async fn what_is_no_id_is_not_found_and_not_asked_for() {
    let api = Api::start().await;
    subscribe(&api, "acme", "7", "phone").await;
    api.faults.set(Plan::default());
    let id = id_of("phone");
    let lower = id.to_lowercase();
    for id in ["x", "..", "%23", "%00", "psub_", &id[5..], &id[..30], &lower, "push_count", "%20"] {
        not_found(&api.person("acme", "7").delete(&format!("{}/{id}", push::PATH)).await);
    }
    assert_eq!(api.faults.calls(), Vec::<String>::new());
    assert_eq!(ids(&api).await, [id]);
}

#[tokio::test]
async fn an_attempt_that_is_made_again_removes_once_and_says_so() {
    let api = Api::start().await;
    for fault in [Fault::LoseRequest, Fault::LoseAnswer, Fault::Throttle, Fault::Conflict] {
        for browser in ["phone", "laptop"] {
            subscribe(&api, "acme", "7", browser).await;
        }
        for browser in ["phone", "laptop"] {
            api.faults.set(Plan::first([fault, fault]));
            let answer = api.person("acme", "7").delete(&path_of(browser)).await;
            assert_eq!(answer.status, 204, "{fault:?}");
            assert_eq!(api.faults.calls(), ["UpdateItem"; 3], "{fault:?}");
        }
        api.faults.set(Plan::default());
        assert_eq!(api.items().await[0]["push_count"], 0, "{fault:?}");
    }
}

#[tokio::test]
async fn of_many_who_remove_one_at_once_one_did_it() {
    let api = Api::start().await;
    for browser in ["phone", "laptop"] {
        subscribe(&api, "acme", "7", browser).await;
    }
    let (person, path) = (api.person("acme", "7"), path_of("phone"));
    let answers = join_all((0..8).map(|_| person.delete(&path))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![204], vec![404; 7]].concat());
    assert_eq!(ids(&api).await, [id_of("laptop")]);
    assert_eq!(api.items().await[0]["push_count"], 1);
}

#[tokio::test]
async fn what_a_sender_drops_is_gone_once_and_nobody_elses() {
    let api = Api::start().await;
    for (org_unit, user) in [("acme", "7"), ("acme", "8"), ("globex", "7")] {
        subscribe(&api, org_unit, user, "phone").await;
    }
    subscribe(&api, "acme", "7", "laptop").await;
    // Nobody but the service makes an org unit; what it is sent has one.
    let of_acme = job("acme", "e-1");
    let user = UserId::parse("7").expect("an id");
    let id = id_of("phone").parse().expect("an id");
    for plan in [Plan::first([Fault::LoseAnswer]), Plan::default()] {
        api.faults.set(plan);
        let dropped = api.app.store.drop_push_subscription(of_acme.org_unit(), &user, id).await;
        assert_eq!(dropped, Ok(()));
    }
    assert_eq!(ids(&api).await, [id_of("laptop")]);
    let counts: Vec<_> = api.items().await.iter().map(|item| item["push_count"].clone()).collect();
    assert_eq!(counts, [1, 1, 1]);
}

#[tokio::test]
async fn a_machine_may_not_ask() {
    let api = Api::start().await;
    let answer = api.machine("acme").with_all().await.delete(&path_of("phone")).await;
    assert_eq!(answer.status, 403);
}

//! Requests that come at once.

use futures_util::future::join_all;
use pretty_assertions::assert_eq;
use serde_json::json;

use super::stored;
use crate::support::Api;
use crate::support::push::{PATH, SERVER_KEY, id_of, subscription};

#[tokio::test]
async fn of_many_that_add_the_same_endpoint_one_makes_it_and_all_have_its_id() {
    let api = Api::start().await;
    let (person, body) = (api.person("acme", "7"), subscription("phone"));
    let answers = join_all((0..8).map(|_| person.post(PATH, &body))).await;
    assert!(answers.iter().all(|answer| answer.json() == json!({ "id": id_of("phone") })));
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![200; 7], vec![201]].concat());
    assert_eq!(stored(&api, "phone").await.1, 1);
}

#[tokio::test]
async fn of_two_that_add_it_with_other_keys_one_has_its_way_whole() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let (first, mut second) = (subscription("phone"), subscription("phone"));
    second["keys"] = json!({ "p256dh": SERVER_KEY, "auth": "AAAAAAAAAAAAAAAAAAAAAA" });
    let answers = join_all([person.post(PATH, &first), person.post(PATH, &second)]).await;
    assert_eq!(answers.iter().map(|answer| answer.status).sum::<u16>(), 401, "200 and 201");
    let (leaf, count) = stored(&api, "phone").await;
    let keys = json!({ "p256dh": leaf["p256dh"], "auth": leaf["auth"] });
    assert!(keys == first["keys"] || keys == second["keys"], "{keys}");
    assert_eq!(count, 1);
}

#[tokio::test]
async fn of_twenty_that_add_each_another_one_ten_are_taken() {
    let api = Api::start().await;
    let person = api.person("acme", "7");
    let bodies: Vec<_> = (0..20).map(|number| subscription(&number.to_string())).collect();
    let answers = join_all(bodies.iter().map(|body| person.post(PATH, body))).await;
    let of_status = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((of_status(201), of_status(409)), (10, 10));
    let listed = person.get(PATH).await.json();
    assert_eq!(listed["data"].as_array().map(Vec::len), Some(10));
    assert_eq!(stored(&api, "0").await.1, 10);
}

//! Push subscriptions are a plain map of ten, whatever the store goes through.

use std::collections::{BTreeMap, BTreeSet};

use local::faults::{Fault, Plan, Rates};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::push::{BROWSER_KEY, PATH, SERVER_KEY, id_of, subscription};
use crate::support::{Api, Caller};

const MOST: usize = 10;

#[derive(Debug, Clone)]
enum Step {
    /// A browser subscribes, with one of two pairs of keys.
    Add(u8, bool),
    Remove(u8),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..13_u8, any::<bool>()).prop_map(|(browser, key)| Step::Add(browser, key)),
        1 => (0..13_u8).prop_map(Step::Remove),
    ]
}

fn key_of(is_other: bool) -> &'static str {
    if is_other { SERVER_KEY } else { BROWSER_KEY }
}

fn name(user: &str, browser: u8) -> String {
    format!("{user}-{browser}")
}

/// Does it, and gives the status, and whether it was sent before: what is answered 503 is sent again.
async fn take(person: &Caller<'_>, user: &str, step: &Step) -> (u16, bool) {
    let mut is_repeated = false;
    loop {
        let status = match step {
            Step::Add(browser, is_other) => {
                let mut body = subscription(&name(user, *browser));
                body["keys"]["p256dh"] = json!(key_of(*is_other));
                person.post(PATH, &body).await.status
            }
            Step::Remove(browser) => {
                let path = format!("{PATH}/{}", id_of(&name(user, *browser)));
                person.delete(&path).await.status
            }
        };
        if status != 503 {
            return (status, is_repeated);
        }
        is_repeated = true;
    }
}

/// What the step is to be answered.
fn apply(model: &mut BTreeMap<u8, bool>, step: &Step) -> u16 {
    match step {
        Step::Add(browser, _) if !model.contains_key(browser) && model.len() == MOST => 409,
        Step::Add(browser, is_other) => match model.insert(*browser, *is_other) {
            None => 201,
            Some(_) => 200,
        },
        Step::Remove(browser) => match model.remove(browser) {
            Some(_) => 204,
            None => 404,
        },
    }
}

/// The person's item, or null.
async fn item(api: &Api, user: &str) -> Value {
    let key = json!(format!("OU#acme#USER#{user}"));
    let items = api.items().await;
    items.into_iter().find(|item| item["pk"] == key && item["sk"] == "PREFS").unwrap_or_default()
}

#[test]
fn a_persons_subscriptions_are_what_was_added_and_not_removed_also_while_the_store_fails() {
    let rates =
        Rates::new([(8, Fault::LoseRequest), (12, Fault::LoseAnswer), (8, Fault::Conflict)]);
    let steps = prop::collection::vec(step(), 1..24);
    check((any::<u64>(), steps), async |api, user, (seed, steps)| {
        let person = api.person("acme", user);
        let mut model = BTreeMap::new();
        api.faults.set(Plan::seeded(seed, rates.clone()));
        for step in &steps {
            let (status, is_repeated) = take(&person, user, step).await;
            let expected = apply(&mut model, step);
            // Of what was answered 503 nobody knows whether it was done.
            let was_done_before = match expected {
                201 => status == 200,
                204 => status == 404,
                _ => false,
            };
            assert!(status == expected || is_repeated && was_done_before, "{step:?}: {status}");
        }
        api.faults.set(Plan::default());
        let answer = person.get(PATH).await.json();
        let listed = answer["data"].as_array().expect("an array").iter();
        let listed: BTreeSet<String> =
            listed.map(|one| one["id"].as_str().expect("an id").to_owned()).collect();
        let expected = model.keys().map(|browser| id_of(&name(user, *browser))).collect();
        assert_eq!(listed, expected);
        let item = item(api, user).await;
        assert_eq!(item["push_count"].as_u64().unwrap_or_default(), model.len() as u64);
        for (browser, is_other) in &model {
            let leaf = &item[format!("push.{}", id_of(&name(user, *browser)))];
            assert_eq!(leaf["p256dh"], key_of(*is_other));
        }
    });
}

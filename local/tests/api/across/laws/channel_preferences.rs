//! Channel preferences are replaced like the values of a map.

use std::collections::{BTreeMap, BTreeSet};

use local::faults::{Fault, Plan, Rates};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::Caller;

const PATH: &str = "/v1/messaging/preferences";
const SCOPES: [Option<&str>; 4] =
    [None, Some("agent.alert"), Some("chat.message"), Some("order.updated")];

/// A row to set, without its stamps.
#[derive(Debug, Clone)]
struct Row {
    scope: usize,
    flags: [bool; 3],
    digest: Option<&'static str>,
}

impl Row {
    fn body(&self) -> Value {
        let [in_app, email, push] = self.flags;
        let mut body = json!({
            "category": SCOPES[self.scope],
            "in_app_enabled": in_app,
            "email_enabled": email,
            "push_enabled": push,
        });
        if let Some(digest) = self.digest {
            body["digest"] = json!(digest);
        }
        body
    }

    /// What the row shows: a digest left out is `instant`.
    fn shown(&self) -> Value {
        let mut shown = self.body();
        shown["digest"] = json!(self.digest.unwrap_or("instant"));
        shown
    }
}

fn row() -> impl Strategy<Value = Row> {
    let digest = prop::sample::select(vec!["instant", "hourly", "daily", "off"]);
    (0..SCOPES.len(), any::<[bool; 3]>(), prop::option::of(digest))
        .prop_map(|(scope, flags, digest)| Row { scope, flags, digest })
}

async fn rows(person: &Caller<'_>) -> Vec<Value> {
    person.get(PATH).await.json()["data"].as_array().expect("rows").clone()
}

/// A row as it is shown, less its stamps.
fn settings(row: &Value) -> Value {
    let mut row = row.clone();
    for stamp in ["id", "object", "created_at", "updated_at"] {
        row.as_object_mut().expect("an object").remove(stamp);
    }
    row
}

#[test]
fn puts_on_rows_equal_replacement_in_a_map_also_while_the_store_fails_now_and_then() {
    let rates = Rates::new([(5, Fault::LoseRequest), (5, Fault::LoseAnswer), (5, Fault::Conflict)]);
    let puts = prop::collection::vec((row(), -2..3_i64), 1..8);
    check((any::<u64>(), puts), async |api, user, (seed, puts)| {
        let person = api.person("acme", user).with("messaging:update").with("messaging:read");
        let mut model: BTreeMap<usize, Value> = BTreeMap::new();
        let mut stamps: BTreeMap<usize, Value> = BTreeMap::new();
        api.faults.set(Plan::seeded(seed, rates.clone()));
        for (row, step) in &puts {
            api.clock.advance(*step);
            let answer = loop {
                let answer = person.put(PATH, &row.body()).await;
                if answer.status == 200 {
                    break answer.json();
                }
            };
            assert_eq!(settings(&answer), row.shown());
            if let Some(before) = stamps.insert(row.scope, answer.clone()) {
                assert_eq!(answer["id"], before["id"]);
                assert_eq!(answer["created_at"], before["created_at"]);
                let at = |row: &Value| row["updated_at"].as_str().expect("text").to_owned();
                assert!(at(&answer) > at(&before), "{answer} after {before}");
            }
            model.insert(row.scope, row.shown());
        }
        api.faults.set(Plan::default());
        let listed = rows(&person).await;
        assert_eq!(
            listed.iter().map(settings).collect::<Vec<_>>(),
            model.into_values().collect::<Vec<_>>()
        );
        assert_eq!(listed, stamps.into_values().collect::<Vec<_>>());
    });
}

#[test]
fn concurrent_puts_leave_a_row_that_someone_put_and_no_stamp_twice() {
    check(prop::collection::vec(row(), 2..6), async |api, user, puts| {
        let person = &api.person("acme", user).with("messaging:update").with("messaging:read");
        let answers = puts.iter().map(async |row| {
            let answer = person.put(PATH, &row.body()).await;
            assert_eq!(answer.status, 200);
            answer.json()
        });
        let answers = futures_util::future::join_all(answers).await;
        let listed = rows(person).await;
        let scopes: BTreeSet<usize> = puts.iter().map(|row| row.scope).collect();
        assert_eq!(listed.len(), scopes.len());
        for listed in listed {
            let of_row = answers.iter().filter(|answer| answer["category"] == listed["category"]);
            let mut stamps: Vec<&str> =
                of_row.clone().map(|row| row["updated_at"].as_str().expect("text")).collect();
            assert_eq!(of_row.clone().max_by_key(|row| row["updated_at"].as_str()), Some(&listed));
            for name in ["id", "created_at"] {
                assert!(of_row.clone().all(|row| row[name] == listed[name]), "{answers:?}");
            }
            stamps.sort_unstable();
            let all = stamps.len();
            stamps.dedup();
            assert_eq!(stamps.len(), all, "{answers:?}");
        }
    });
}

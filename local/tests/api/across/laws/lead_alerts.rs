//! Lead alerts merge like a plain model.

use std::collections::BTreeMap;

use local::faults::{Fault, Plan, Rates};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::Caller;

const PATH: &str = "/me/notification-prefs";
const EVENTS: [&str; 4] =
    ["milestone.entered", "milestone.exited", "sequence.completed", "surge.fired"];

/// What a `PUT` may say: the master switch or not, and any mutes, with repeats.
#[derive(Debug, Clone)]
struct Change {
    enabled: Option<bool>,
    mutes: Option<Vec<(usize, bool)>>,
}

impl Change {
    fn body(&self) -> Value {
        let mutes = self.mutes.iter().flatten();
        let prefs =
            mutes.map(|(event, muted)| json!({ "event_type": EVENTS[*event], "muted": muted }));
        let prefs: Vec<Value> = prefs.collect();
        let mut body = if self.mutes.is_some() { json!({ "prefs": prefs }) } else { json!({}) };
        if let Some(enabled) = self.enabled {
            body["notifications_enabled"] = json!(enabled);
        }
        body
    }
}

fn change() -> impl Strategy<Value = Change> {
    let mutes = prop::collection::vec((0..EVENTS.len(), any::<bool>()), 0..6);
    let mutes = prop::option::of(mutes);
    (any::<Option<bool>>(), mutes).prop_map(|(enabled, mutes)| Change { enabled, mutes })
}

/// The model: a switch and a map.
#[derive(Debug, Clone, PartialEq)]
struct Model {
    enabled: bool,
    muted: BTreeMap<usize, bool>,
}

impl Default for Model {
    fn default() -> Self {
        Self { enabled: true, muted: (0..EVENTS.len()).map(|event| (event, false)).collect() }
    }
}

impl Model {
    fn merge(&mut self, change: &Change) {
        self.enabled = change.enabled.unwrap_or(self.enabled);
        self.muted.extend(change.mutes.iter().flatten().copied());
    }

    async fn read(person: &Caller<'_>) -> Self {
        let answer = person.get(PATH).await;
        assert_eq!(answer.status, 200);
        let json = answer.json();
        let muted = EVENTS.iter().enumerate().map(|(index, event)| {
            assert_eq!(json["prefs"][index]["event_type"], *event);
            (index, json["prefs"][index]["muted"].as_bool().expect("a boolean"))
        });
        let enabled = json["notifications_enabled"].as_bool().expect("a boolean");
        Self { enabled, muted: muted.collect() }
    }
}

async fn put(person: &Caller<'_>, change: &Change) {
    assert_eq!(person.put(PATH, &change.body()).await.status, 200);
}

#[test]
fn a_sequence_of_puts_equals_the_merge_of_a_plain_model() {
    check(prop::collection::vec(change(), 0..6), async |api, user, changes| {
        let person = api.person("acme", user);
        let mut model = Model::default();
        for change in &changes {
            put(&person, change).await;
            model.merge(change);
            assert_eq!(Model::read(&person).await, model);
        }
    });
}

#[test]
fn the_merge_holds_also_while_the_store_fails_now_and_then() {
    let rates = Rates::new([(8, Fault::LoseRequest), (8, Fault::LoseAnswer), (8, Fault::Conflict)]);
    let changes = prop::collection::vec(change(), 1..5);
    check((any::<u64>(), changes), async |api, user, (seed, changes)| {
        let person = api.person("acme", user);
        let mut model = Model::default();
        api.faults.set(Plan::seeded(seed, rates.clone()));
        for change in &changes {
            // What was not acknowledged is sent again, as a client would.
            while person.put(PATH, &change.body()).await.status != 200 {}
            model.merge(change);
        }
        api.faults.set(Plan::default());
        assert_eq!(Model::read(&person).await, model);
    });
}

#[test]
fn writers_of_different_leaves_never_undo_each_other() {
    let switch = prop::collection::vec(any::<bool>(), 1..4);
    let mutes = prop::collection::vec(prop::collection::vec(any::<bool>(), 1..4), EVENTS.len());
    check((switch, mutes), async |api, user, (switch, mutes)| {
        let person = api.person("acme", user);
        let switching = async {
            for enabled in &switch {
                put(&person, &Change { enabled: Some(*enabled), mutes: None }).await;
            }
        };
        let muting = mutes.iter().enumerate().map(async |(event, values)| {
            for muted in values {
                put(&person, &Change { enabled: None, mutes: Some(vec![(event, *muted)]) }).await;
            }
        });
        tokio::join!(switching, futures_util::future::join_all(muting));
        let last = |values: &Vec<bool>| *values.last().expect("a value");
        let expected =
            Model { enabled: last(&switch), muted: mutes.iter().map(last).enumerate().collect() };
        assert_eq!(Model::read(&person).await, expected);
    });
}

#[test]
fn off_and_on_again_restores_mutes() {
    check(prop::collection::vec(change(), 0..4), async |api, user, changes| {
        let person = api.person("acme", user);
        for change in &changes {
            put(&person, change).await;
        }
        let before = Model::read(&person).await;
        put(&person, &Change { enabled: Some(false), mutes: None }).await;
        let off = Model::read(&person).await;
        assert_eq!(off, Model { enabled: false, ..before.clone() });
        put(&person, &Change { enabled: Some(before.enabled), mutes: None }).await;
        assert_eq!(Model::read(&person).await, before);
    });
}

#[test]
fn a_put_repeated_changes_nothing_more() {
    check((change(), change()), async |api, user, (first, second)| {
        let person = api.person("acme", user);
        put(&person, &first).await;
        put(&person, &second).await;
        let once = Model::read(&person).await;
        put(&person, &second).await;
        assert_eq!(Model::read(&person).await, once);
    });
}

//! Patches of the account email.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::check;
use crate::support::Caller;

const PATH: &str = "/v1/me/notifications";
const TOGGLES: [&str; 4] =
    ["product_updates", "delivery_alerts", "billing_receipts", "weekly_usage_digest"];

type Patch = BTreeMap<usize, bool>;

fn patch() -> impl Strategy<Value = Patch> {
    prop::collection::btree_map(0..TOGGLES.len(), any::<bool>(), 0..=TOGGLES.len())
}

fn body(patch: &Patch) -> Value {
    let toggles = patch.iter().map(|(toggle, is_on)| (TOGGLES[*toggle].to_owned(), json!(is_on)));
    json!({ "email": Value::Object(toggles.collect()) })
}

async fn apply(person: &Caller<'_>, patch: &Patch) -> Value {
    let answer = person.patch(PATH, &body(patch)).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

#[test]
fn patches_merge_like_a_plain_model_and_each_answer_is_the_state() {
    check(prop::collection::vec(patch(), 0..6), async |api, user, patches| {
        let person = api.person("acme", user);
        let mut model: Patch = BTreeMap::from([(0, true), (1, true), (2, true), (3, false)]);
        for patch in &patches {
            model.extend(patch);
            let shown = apply(&person, patch).await;
            assert_eq!(shown["data"], body(&model));
            assert_eq!(person.get(PATH).await.json(), shown);
        }
    });
}

#[test]
fn a_patch_repeated_and_a_patch_of_nothing_change_nothing() {
    check((patch(), patch()), async |api, user, (first, second)| {
        let person = api.person("acme", user);
        apply(&person, &first).await;
        let once = apply(&person, &second).await;
        assert_eq!(apply(&person, &second).await, once);
        assert_eq!(apply(&person, &BTreeMap::new()).await, once);
    });
}

#[test]
fn patches_of_different_toggles_may_come_in_any_order() {
    let split = (patch(), any::<[bool; 4]>());
    check(split, async |api, user, (patch, side)| {
        let (one, other): (Patch, Patch) = patch.into_iter().partition(|(toggle, _)| side[*toggle]);
        let (here, there) = (api.person("acme", user), api.person("globex", user));
        apply(&here, &one).await;
        apply(&here, &other).await;
        apply(&there, &other).await;
        apply(&there, &one).await;
        assert_eq!(here.get(PATH).await.json(), there.get(PATH).await.json());
    });
}

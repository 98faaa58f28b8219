//! Good bodies after random changes.

use proptest::sample::select;

use super::mutate::{mutated, mutations};
use super::readers;
use super::target::{check, recorded_body};

/// How many bodies are tried in all.
const CASES: u32 = 400;

#[test]
fn no_change_of_a_good_body_is_answered_but_as_documented_or_leaves_anything_where_it_is_refused() {
    let functions = select(readers().collect::<Vec<_>>());
    let case = (functions.clone(), functions, mutations());
    check(CASES, case, async |target, (function, other, mutations)| {
        let (good, other) = (target.good(function).await, recorded_body(other));
        target.send(function, mutated(&good, &other, &mutations)).await;
    });
}

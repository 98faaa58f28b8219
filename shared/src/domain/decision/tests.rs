//! What is decided, held against the contract: step by step with examples, by the laws that follow
//! from it, and by a second reading of the whole.

mod laws;
mod reference;
mod steps;
mod world;
mod worlds;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use super::Channel;
use worlds::world;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    #[test]
    fn any_event_is_decided_as_the_contract_says_it_in_its_own_words(world in world()) {
        let expected = Channel::ALL.map(|channel| reference::decide(&world, channel.name()));
        prop_assert_eq!(world.said(), expected);
    }
}

/// What never comes up is held against nothing.
#[test]
fn among_random_worlds_every_code_comes_up_wherever_it_can() {
    let mut runner = TestRunner::deterministic();
    let mut seen = BTreeSet::new();
    for _ in 0..2_048 {
        let world = world().new_tree(&mut runner).unwrap().current();
        let decisions = world.decide().into_iter().zip(Channel::ALL);
        seen.extend(decisions.map(|(decision, channel)| (decision.code.name(), channel.name())));
    }
    let everywhere = ["in_app", "email", "push", "slack"];
    let expected: [(&str, &[&str]); 13] = [
        ("not_offered", &everywhere),
        ("not_owner", &["slack"]),
        ("not_watching", &["in_app", "email"]),
        ("not_recipient", &["in_app", "email", "push"]),
        ("not_member", &["in_app", "email"]),
        ("self", &["in_app", "email", "push"]),
        ("unreachable", &["email", "push", "slack"]),
        ("mandatory", &["in_app", "email"]),
        ("disabled", &["slack"]),
        ("muted", &everywhere),
        ("digest_off", &["email"]),
        ("digest", &["email"]),
        ("enabled", &everywhere),
    ];
    let expected = expected.iter().flat_map(|(code, over)| over.iter().map(move |on| (*code, *on)));
    pretty_assertions::assert_eq!(seen, expected.collect());
}

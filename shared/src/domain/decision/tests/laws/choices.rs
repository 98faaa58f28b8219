//! What a person chooses does what they expect of it.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::super::world::{World, row, switches};
use super::super::worlds::world;
use super::rank;
use crate::domain::decision::{Code, Outcome};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn no_switch_that_is_turned_off_ever_lets_anything_through(world in world()) {
        let before = world.decide();
        for setting in world.chosen.keys().cloned().chain(switches()) {
            let after = world.with(&setting, off(&setting)).decide();
            for (before, after) in before.iter().zip(&after) {
                prop_assert!(rank(after) <= rank(before), "{}: {:?}, {:?}", setting, before, after);
            }
        }
    }

    #[test]
    fn to_choose_what_holds_anyway_changes_nothing_but_what_is_cited(world in world()) {
        let before = uncited(&world);
        for switch in switches().iter().filter(|switch| !world.chosen.contains_key(*switch)) {
            let after = uncited(&world.with(switch, default(switch)));
            prop_assert_eq!(&after, &before, "{}", switch);
        }
        if !world.chosen.contains_key("channel.*.digest") {
            let built_in = row("*", [json!(true), json!(false), json!(false), json!("instant")]);
            let chosen = world.chosen.clone().into_iter().chain(built_in).collect();
            prop_assert_eq!(uncited(&world.choosing(chosen)), before);
        }
    }
}

/// What it takes to turn a setting off.
fn off(setting: &str) -> Value {
    if setting.ends_with(".digest") { json!("off") } else { json!(setting.starts_with("mute.")) }
}

/// What a switch holds while nobody chose: nothing is muted, one account email is off.
fn default(switch: &str) -> bool {
    !switch.starts_with("mute.") && switch != "email.weekly_usage_digest"
}

fn uncited(world: &World) -> [(Outcome, Code); 4] {
    world.decide().map(|decision| (decision.outcome, decision.code))
}

//! What is cited explains the decision.

use proptest::prelude::*;
use serde_json::json;

use super::super::worlds::world;
use super::is_fact;
use crate::domain::decision::{Channel, SettingValue};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_cited_decides_the_same_alone(world in world()) {
        for (channel, decision) in Channel::ALL.into_iter().zip(world.decide()) {
            let cited = decision.cited.as_ref().map(|cited| cited.setting.to_string());
            // A row is made as a whole, so its other fields come with the one that is cited.
            let kept = cited.clone().map(|cited| match cited.rsplit_once('.') {
                Some((row, _)) if row.starts_with("channel.") => format!("{row}."),
                Some(_) | None => cited,
            });
            let mut chosen = world.chosen.clone();
            chosen.retain(|name, _| kept.as_ref().is_some_and(|kept| name.starts_with(kept)));
            let alone = world.choosing(chosen).over(channel);
            prop_assert_eq!(&alone, &decision, "{:?}: {:?}", channel, cited);
        }
    }

    #[test]
    fn what_is_cited_held_what_is_said_of_it(world in world()) {
        for decision in world.decide() {
            let Some(cited) = decision.cited else { continue };
            prop_assert!(!is_fact(decision.code));
            let held = &world.chosen[&cited.setting.to_string()];
            let said = match cited.value {
                SettingValue::Switch(is_on) => json!(is_on),
                SettingValue::Digest(digest) => json!(digest.name()),
            };
            prop_assert_eq!(&said, held);
        }
    }
}

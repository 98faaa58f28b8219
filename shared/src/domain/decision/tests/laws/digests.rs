//! Until when a digest is waited for.

use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use super::super::world::World;
use super::super::worlds::{instant, world, zone};
use super::rank;
use crate::domain::decision::{Channel, Outcome};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_digest_ends_after_now_and_within_26_hours(world in waiting()) {
        let end = end_of_digest(&world)?;
        prop_assert!(world.now < end && end <= world.now + 26.hours());
    }

    #[test]
    fn whatever_joins_a_digest_before_its_end_ends_with_it(
        world in waiting(), later in any::<Index>(),
    ) {
        let end = end_of_digest(&world)?;
        let left = end.as_nanosecond() - world.now.as_nanosecond();
        let later = i64::try_from(later.index(usize::try_from(left).unwrap())).unwrap();
        let joining = World { now: world.now + later.nanoseconds(), ..world.clone() };
        prop_assert_eq!(end_of_digest(&joining)?, end);
        let next = end_of_digest(&World { now: end, ..world })?;
        prop_assert!(next > end);
    }

    #[test]
    fn the_hour_changes_nothing_but_when_a_digest_ends(world in world(), now in instant()) {
        let timeless = |world: &World| world.decide().map(|decision| {
            (rank(&decision), decision.code, decision.cited)
        });
        prop_assert_eq!(timeless(&World { now, ..world.clone() }), timeless(&world));
    }
}

/// A message to someone who wants no email of it but in digests.
fn waiting() -> impl Strategy<Value = World> {
    let digest = select(vec!["hourly", "daily"]);
    (digest, zone(), instant()).prop_map(|(digest, zone, now)| {
        let chosen = json!({"channel.*": [true, true, true, digest]});
        World { zone, now, ..World::example("message.sent", json!({}), "bob", &chosen) }
    })
}

fn end_of_digest(world: &World) -> Result<Timestamp, TestCaseError> {
    match world.over(Channel::Email).outcome {
        Outcome::Defer { until } => Ok(until),
        Outcome::Allow | Outcome::Deny => Err(TestCaseError::fail("it does not wait")),
    }
}

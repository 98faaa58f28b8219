//! Until when a digest is waited for.

use jiff::{Timestamp, ToSpan as _};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::json;

use super::super::world::World;
use super::super::worlds::{instant, world, zone};
use super::rank;
use crate::domain::decision::{Channel, Decision, Outcome, SettingValue, decide_as_digest_leaves};
use crate::domain::digest::{Cadence, DigestBucket};

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

    #[test]
    fn as_a_digest_leaves_whatever_waited_is_sent_and_all_else_is_as_it_was(world in world()) {
        for decision in world.decide() {
            let leaving = decision.clone().as_digest_leaves();
            let waited = matches!(decision.outcome, Outcome::Defer { .. });
            let expected = if waited { Outcome::Allow } else { decision.outcome };
            prop_assert_eq!(leaving, Decision { outcome: expected, ..decision });
        }
    }

    #[test]
    fn what_waits_is_decided_again_by_its_category_as_it_was_decided_of_the_message(
        mut world in waiting(), chosen in world(), now in instant(),
    ) {
        // Whatever they chose since, and wherever they are reached by now.
        (world.chosen, world.addresses, world.now) = (chosen.chosen, chosen.addresses, now);
        let event = world.event();
        let category = &event.message().unwrap().category;
        let again = decide_as_digest_leaves(category, &world.recipient(), now);
        prop_assert_eq!(again, world.over(Channel::Email).as_digest_leaves());
    }

    #[test]
    fn what_waits_joins_the_bucket_of_its_cadence_and_the_next_one_ends_later(world in waiting()) {
        let decision = world.over(Channel::Email);
        let Outcome::Defer { bucket } = decision.outcome else {
            return Err(TestCaseError::fail("it does not wait"));
        };
        let value = decision.cited.map(|cited| cited.value);
        let Some(SettingValue::Digest(digest)) = value else {
            return Err(TestCaseError::fail("no digest is cited"));
        };
        prop_assert_eq!(Cadence::of(digest), Some(bucket.cadence()));
        prop_assert_eq!(bucket.to_string().parse(), Ok(bucket));
        let zone = world.zone.as_ref().map(|zone| zone.parse().unwrap());
        prop_assert_eq!(
            DigestBucket::joined_at(bucket.end(), bucket.cadence(), zone.as_ref()),
            bucket.next(zone.as_ref())
        );
        prop_assert!(bucket.next(zone.as_ref()).end() > bucket.end());
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
        Outcome::Defer { bucket } => Ok(bucket.end()),
        Outcome::Allow | Outcome::Deny => Err(TestCaseError::fail("it does not wait")),
    }
}

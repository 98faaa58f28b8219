//! Watches, against a list of what happened.

use proptest::prelude::*;

use super::*;

/// What happens to a watch.
#[derive(Debug, Clone, Copy)]
enum Fact {
    Flip,
    Attach,
    Leave,
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_773_410_400 + second).unwrap()
}

fn id(second: i64, number: u128) -> Ulid {
    Ulid::from_parts(u64::try_from(at(second).as_millisecond()).unwrap(), number)
}

fn fact() -> impl Strategy<Value = Fact> {
    prop_oneof![3 => Just(Fact::Flip), 2 => Just(Fact::Attach), 1 => Just(Fact::Leave)]
}

/// One fact a moment, in order; the watch that comes of it, when they left, and from when on it was
/// on and off in turn, beginning with on.
fn after(facts: &[Fact]) -> (Watch, Option<Timestamp>, Vec<Timestamp>) {
    let (mut watch, mut left_at, mut turns) = (Watch::default(), None, Vec::new());
    for (second, fact) in (0..).map(|number| number * 10).zip(facts) {
        let is_on = turns.len() % 2 == 1;
        match fact {
            Fact::Flip => watch = watch.flip(at(second), id(second, 0), left_at),
            Fact::Attach => watch = watch.attach(at(second), left_at).unwrap_or(watch),
            Fact::Leave => {
                // Only the last leaving is known, and nothing was written down of the one before.
                if !is_on && turns.last().copied() == left_at {
                    turns.pop();
                    turns.extend(left_at.map(|_| at(second)));
                }
                left_at = Some(at(second));
            }
        }
        let turns_it = match fact {
            Fact::Flip => true,
            Fact::Attach => !is_on,
            Fact::Leave => is_on,
        };
        if turns_it {
            turns.push(at(second));
        }
    }
    (watch, left_at, turns)
}

proptest! {
    #[test]
    fn who_watches_and_who_watched_is_what_happened(
        facts in prop::collection::vec(fact(), 0..12),
    ) {
        let (watch, left_at, turns) = after(&facts);
        prop_assert_eq!(watch.is_watching(left_at), turns.len() % 2 == 1);
        for moment in (0..125).map(at) {
            let is_on = turns.iter().filter(|turn| **turn <= moment).count() % 2 == 1;
            prop_assert_eq!(watch.watched_at(moment, left_at), is_on);
        }
    }

    #[test]
    fn two_events_attach_in_either_order(
        facts in prop::collection::vec(fact(), 0..8),
        one in 0..90_i64,
        other in 0..90_i64,
    ) {
        // Of someone who left twice and watched nothing in between, only the last time is known.
        let mut left = false;
        let facts: Vec<Fact> = facts
            .into_iter()
            .filter(|fact| !matches!(fact, Fact::Leave) || !std::mem::replace(&mut left, true))
            .collect();
        let (watch, left_at, _) = after(&facts);
        let both = |first, second| {
            let watch = watch.attach(at(first), left_at).unwrap_or(watch.clone());
            watch.attach(at(second), left_at).unwrap_or(watch)
        };
        prop_assert_eq!(both(one, other), both(other, one));
    }

    #[test]
    fn who_is_attached_watched_as_the_event_was_accepted(
        facts in prop::collection::vec(fact(), 0..8),
        accepted in 0..90_i64,
    ) {
        let (watch, left_at, _) = after(&facts);
        match watch.attach(at(accepted), left_at) {
            Some(attached) => {
                prop_assert!(attached.watched_at(at(accepted), left_at));
                prop_assert_eq!(attached.attach(at(accepted), left_at), None, "once is enough");
                prop_assert_eq!(attached.flipped_at, watch.flipped_at);
                prop_assert_eq!(attached.flips, watch.flips);
            }
            None => {
                let was_flipped = watch.flipped_at >= Some(at(accepted));
                let left_then = left_at == Some(at(accepted));
                let watched = watch.watched_at(at(accepted), left_at);
                prop_assert!(was_flipped || left_then || watched);
            }
        }
    }

    #[test]
    fn writing_down_that_they_left_changes_nothing_about_who_watched(
        facts in prop::collection::vec(fact(), 0..12),
    ) {
        let (watch, left_at, _) = after(&facts);
        let Some(left_at) = left_at else { return Ok(()) };
        let ended = watch.end(left_at).unwrap_or(watch.clone());
        prop_assert_eq!(ended.end(left_at), None, "once is enough");
        prop_assert_eq!(ended.is_open(), watch.is_watching(Some(left_at)));
        for moment in (0..125).map(at) {
            let watched = watch.watched_at(moment, Some(left_at));
            prop_assert_eq!(ended.watched_at(moment, Some(left_at)), watched);
        }
    }
}

#[test]
fn so_many_flips_leave_their_parity_whatever_the_clocks_say() {
    for left_at in [None, Some(at(3)), Some(at(50))] {
        let mut watch = Watch::default();
        for number in 1..=50_u32 {
            let second = i64::from(number * 7 % 5);
            watch = watch.flip(at(second), id(second, u128::from(number)), left_at);
            assert_eq!(watch.is_watching(left_at), number % 2 == 1, "{number}");
        }
    }
}

#[test]
fn a_flip_is_recognised_though_others_flipped_in_between() {
    let mine = id(0, 1);
    let watch = Watch::default().flip(at(0), mine, None).flip(at(1), id(1, 2), None);
    assert_eq!(watch.after_flip(mine), Some(true));
    assert_eq!(watch.flip(at(2), mine, None), watch);
    assert_eq!(watch.after_flip(id(2, 3)), None);
}

#[test]
fn flips_are_remembered_for_a_minute_and_200_at_most() {
    let watch = Watch::default().flip(at(0), id(0, 1), None).flip(at(59), id(59, 2), None);
    assert_eq!(watch.flips.len(), 2);
    assert_eq!(watch.flip(at(60), id(60, 3), None).flips.len(), 2);
    let many = (0..250).fold(watch, |watch, number| watch.flip(at(61), id(61, number), None));
    assert_eq!(many.flips.len(), 200);
    assert_eq!(many.after_flip(id(61, 249)), Some(false));
    assert_eq!(many.after_flip(id(61, 49)), None);
}

#[test]
fn a_flip_after_an_event_was_accepted_wins_and_one_at_that_moment_too() {
    let off = Watch::default().flip(at(5), id(5, 1), None).flip(at(10), id(10, 2), None);
    assert_eq!(off.attach(at(9), None), None);
    assert_eq!(off.attach(at(10), None), None);
    assert!(off.attach(at(11), None).is_some_and(|watch| watch.is_watching(None)));
}

#[test]
fn what_an_event_began_is_extended_back_to_an_earlier_one() {
    let watch = Watch::default().attach(at(10), None).and_then(|watch| watch.attach(at(4), None));
    let last = Some(Interval { since: at(4), until: None });
    assert_eq!(watch, Some(Watch { last, ..Watch::default() }));
}

#[test]
fn what_someone_watched_is_known_for_twenty_intervals_that_are_over() {
    let flipped = |watch: Watch, number: i64| watch.flip(at(number), id(number, 0), None);
    let watch = (0..43).fold(Watch::default(), flipped);
    assert!(watch.watched_at(at(2), None));
    assert!(!watch.watched_at(at(3), None));
    assert!(!watch.watched_at(at(0), None), "so long ago that it is not known any more");
}

#[test]
fn an_event_before_two_leavings_attaches_until_the_first() {
    let came_back = Watch::default().flip(at(10), id(10, 0), None).flip(at(15), id(15, 0), None);
    let left = came_back.attach(at(20), Some(at(18))).and_then(|watch| watch.end(at(30)));
    let again = left.and_then(|watch| watch.attach(at(40), Some(at(30)))).unwrap();
    let attached = again.attach(at(19), Some(at(50))).unwrap();
    assert!(attached.watched_at(at(19), Some(at(50))));
    assert!(!attached.watched_at(at(35), Some(at(50))));
    assert!(attached.watched_at(at(45), Some(at(50))));
    assert_eq!(attached.earlier.len(), 2, "one of the flips, one until they left");
}

#[test]
fn leaving_ends_it_and_coming_back_does_not_begin_it_again() {
    let watch = Watch::default().flip(at(0), id(0, 1), None);
    let left_at = Some(at(10));
    assert!(watch.watched_at(at(9), left_at));
    assert!(!watch.watched_at(at(10), left_at));
    assert!(!watch.is_watching(left_at));
    let again = watch.flip(at(10), id(10, 2), left_at);
    assert!(again.is_watching(left_at), "also in the moment in which they left");
    assert!(again.watched_at(at(9), left_at));
    assert!(!again.is_watching(Some(at(20))));
}

#[test]
fn what_a_flip_ended_does_not_begin_again_because_of_the_event_that_began_it() {
    // The event came after the flip was asked for, and before it was carried out.
    let attached = Watch::default().attach(at(20), None).unwrap();
    let flipped = attached.flip(at(10), id(10, 0), None);
    assert!(!flipped.is_watching(None));
    assert_eq!(flipped.attach(at(20), None), None);
}

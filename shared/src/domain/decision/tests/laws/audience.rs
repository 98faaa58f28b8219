//! Facts: whom it is for, who did it, who can be reached, what nobody can do without.

use proptest::prelude::*;

use super::super::world::World;
use super::super::worlds::{settings, world};
use super::is_fact;
use crate::domain::decision::{Channel, Code, Outcome, named_recipients, project_of};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn what_is_mandatory_or_a_fact_does_not_depend_on_what_was_chosen(
        world in world(), others in settings(),
    ) {
        for (before, after) in world.decide().iter().zip(&world.choosing(others).decide()) {
            if is_fact(before.code) || is_fact(after.code) {
                prop_assert_eq!(before, after);
            }
        }
    }

    #[test]
    fn whether_it_is_for_them_depends_on_nothing_but_the_event_and_their_standing(
        world in world(), other in world(),
    ) {
        let elsewhere = World {
            event: world.event.clone(),
            user: world.user.clone(),
            membership: world.membership.clone(),
            is_watching: world.is_watching,
            ..other
        };
        let is_for_them = |code: Code| match code {
            Code::NotOffered | Code::NotInAudience(_) | Code::Own => Err(code),
            Code::Unreachable
            | Code::Mandatory
            | Code::Disabled
            | Code::Muted
            | Code::DigestOff
            | Code::Digest
            | Code::Enabled => Ok(()),
        };
        let here = world.decide().map(|decision| is_for_them(decision.code));
        prop_assert_eq!(here, elsewhere.decide().map(|decision| is_for_them(decision.code)));
    }

    #[test]
    fn an_inbox_is_never_unreachable_and_no_other_channel_matters_to_a_channel(
        world in world(), reachable in 0..8_u8,
    ) {
        prop_assert_ne!(world.over(Channel::InApp).code, Code::Unreachable);
        let others = ["email", "push", "slack"].into_iter().zip([1, 2, 4]);
        let others = others.filter(|(_, bit)| reachable & bit != 0).map(|(channel, _)| channel);
        let other = World { addresses: others.collect(), ..world.clone() };
        for channel in Channel::ALL {
            let name = channel.name();
            if world.addresses.contains(name) == other.addresses.contains(name) {
                prop_assert_eq!(other.over(channel), world.over(channel));
            }
        }
    }

    #[test]
    fn nothing_reaches_anyone_who_is_neither_named_nor_watching(world in world()) {
        let (event, user) = (world.event(), world.recipient().user);
        if world.is_watching || named_recipients(&event).contains(&&user) {
            return Ok(());
        }
        for decision in world.decide() {
            let is_out = matches!(decision.code, Code::NotOffered | Code::NotInAudience(_));
            prop_assert!(is_out, "{:?}", decision);
        }
    }

    #[test]
    fn membership_is_asked_for_only_where_an_event_has_a_project(world in world()) {
        if project_of(&world.event()).is_some() {
            return Ok(());
        }
        let unknown = World { membership: None, ..world.clone() };
        prop_assert_eq!(unknown.decide(), world.decide());
    }

    #[test]
    fn nobody_is_told_of_what_they_did_themselves(world in world()) {
        let Some(actor) = world.event["data"]["actor"].as_str() else { return Ok(()) };
        let own = World { user: actor.to_owned(), ..world.clone() };
        for decision in own.decide() {
            prop_assert_eq!(decision.outcome, Outcome::Deny);
            prop_assert_eq!(decision.cited, None);
        }
    }
}

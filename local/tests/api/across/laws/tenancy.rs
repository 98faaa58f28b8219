//! Nobody ever reads or changes what is outside their pair of org unit and user, or, where a route is
//! for that, outside their org unit: over random people, machines and calls of every route.

mod aim;
mod asked;
mod bounds;
mod machines;
mod nobody;
mod odd_ids;
mod world;

use http::HeaderValue;
use local::template::{Route, Template};
use pretty_assertions::assert_eq;
use proptest::prelude::*;
use proptest::sample::select;

use super::check_some;
use crate::support::{Answer, Api};
use aim::{Aim, Items, Target, everything};
use asked::Asked;
use bounds::{assert_kept, assert_silent, words};
use world::{PEOPLE, Standing, Who, World, plan};

/// How often each route is called in one world.
const ROUNDS: usize = 2;

/// Somebody's call of some route.
#[derive(Debug, Clone)]
struct Call {
    who: Who,
    target: Target,
    pick: usize,
}

fn call() -> impl Strategy<Value = Call> {
    let standing =
        select(vec![Standing::Nothing, Standing::Everything, Standing::Admin, Standing::Admin]);
    let person = (0..2_usize, 0..PEOPLE, standing)
        .prop_map(|(unit, person, standing)| Who::Person { unit, person, standing });
    let machine = (0..2_usize).prop_map(|unit| Who::Machine { unit });
    let target = prop_oneof![
        2 => Just(Target::Own),
        1 => Just(Target::Colleague),
        2 => Just(Target::Elsewhere),
    ];
    let who = prop_oneof![5 => person, 1 => machine];
    (who, target, 0..60_usize).prop_map(|(who, target, pick)| Call { who, target, pick })
}

/// Calls of every route, in any order.
fn calls() -> impl Strategy<Value = Vec<(usize, Call)>> {
    let routes = Template::load().expect("the template").routes().len();
    let order: Vec<usize> = (0..ROUNDS).flat_map(|_| 0..routes).collect();
    let count = order.len();
    (Just(order).prop_shuffle(), prop::collection::vec(call(), count))
        .prop_map(|(order, calls)| order.into_iter().zip(calls).collect())
}

/// A system, whom it is of, and all that is stored in it.
struct Ground<'a> {
    api: &'a Api,
    world: &'a World,
    items: Items,
}

impl Ground<'_> {
    /// Makes a call, and holds it to its bounds. What follows from it is done before anyone looks.
    async fn make(&mut self, route: &Route, call: &Call, is_missed: bool) -> (Answer, bool) {
        let Self { api, world, items } = self;
        let Call { who, target, pick } = *call;
        let aim = Aim::at(api, world, who, (target, is_missed), items, pick).await;
        let asked = Asked::of(route, (api, world, who), (target, &aim), pick);
        let answer = asked.send(&who.caller(api, world)).await;
        if route.function == "ingest-events" {
            api.work().await;
        }
        let after = everything(api).await;
        assert!(answer.status < 500, "{}: {}", route.function, answer.body);
        assert_kept(route, (world, who), (&asked.words(), answer.status), (items, &after));
        assert_silent(route, (world, who), &answer);
        self.items = after;
        (answer, asked.is_question)
    }
}

impl Ground<'_> {
    /// Makes a call; and where it names what is somebody else's, the same one of what nobody has: the two
    /// are answered alike.
    async fn hold(&mut self, route: &Route, call: &Call) {
        let (answer, is_question) = self.make(route, call, false).await;
        let is_foreign = match call.target {
            Target::Own => false,
            Target::Colleague => is_personal(route),
            Target::Elsewhere => true,
        };
        if is_question && is_foreign {
            let (expected, _) = self.make(route, call, true).await;
            assert_eq!(seen(&answer), seen(&expected), "{} of {call:?}", route.function);
        }
    }
}

/// What an answer says, but for what names the request.
fn seen(answer: &Answer) -> (u16, Vec<(String, String)>, String) {
    let headers = answer.headers.iter().filter(|(name, _)| *name != "x-request-id");
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = headers.map(|(name, value)| (name.to_string(), text(value)));
    let body = answer.body.replace(answer.header("x-request-id"), "…");
    (answer.status, headers.collect(), body)
}

/// Whether the ids are of the one kind that tells people of one org unit apart.
fn is_personal(route: &Route) -> bool {
    let of_the_unit = ["projects", "api-keys", "members", "deliveries", "decisions"];
    !of_the_unit.iter().any(|part| route.path.contains(part))
}

#[test]
fn whoever_calls_whatever_reads_and_changes_nothing_outside_their_pair_or_org_unit() {
    let world = std::cell::Cell::new(0);
    check_some(3, (plan(), calls()), async |api, org_unit, (plan, calls)| {
        world.set(world.get() + 1);
        let world = World::make(api, world.get(), org_unit, plan).await;
        let items = everything(api).await;
        let mut ground = Ground { api, world: &world, items };
        for (number, call) in &calls {
            api.clock.advance(31);
            ground.hold(&api.gateway.routes()[*number], call).await;
        }
        assert_mail_kept_apart(api);
    });
}

/// Whoever was written to was told of their own org unit, and nothing that is only somebody else's.
fn assert_mail_kept_apart(api: &Api) {
    let emails = api.outbox.take();
    assert!(!emails.is_empty(), "somebody was written to");
    for email in emails {
        let text = String::from_utf8_lossy(&email.message).replace("=\r\n", "");
        let to = words(email.to.as_str()).remove(0);
        for word in words(&text) {
            let is_theirs = word.person.is_none() || word.person == to.person;
            let is_name = word.kind.starts_with("name");
            assert!(word.unit == to.unit && (is_theirs || is_name), "{word:?} was told {to:?}");
        }
    }
}

#[tokio::test]
async fn every_route_does_in_that_world_what_it_is_for() {
    let api = Api::start().await;
    let world = World::make(&api, 1, "acme", (vec!["7", "77", "7|7"], "|eu")).await;
    let items = everything(&api).await;
    let mut ground = Ground { api: &api, world: &world, items };
    let who = Who::Person { unit: 1, person: 0, standing: Standing::Admin };
    for route in api.gateway.routes() {
        api.clock.advance(31);
        let call = Call { who, target: Target::Own, pick: 1 };
        let (answer, _) = ground.make(route, &call, false).await;
        assert!((200..300).contains(&answer.status), "{}: {}", route.function, answer.body);
    }
}

#[tokio::test]
async fn what_is_somebody_elses_is_answered_as_what_is_not_there_on_every_route() {
    let api = Api::start().await;
    let world = World::make(&api, 1, "acme", (vec!["7", "77", "7|7"], "|eu")).await;
    let items = everything(&api).await;
    let mut ground = Ground { api: &api, world: &world, items };
    for target in [Target::Colleague, Target::Elsewhere] {
        for route in api.gateway.routes() {
            api.clock.advance(31);
            for unit in [0, 1] {
                let who = Who::Person { unit, person: 0, standing: Standing::Admin };
                ground.hold(route, &Call { who, target, pick: 0 }).await;
            }
        }
    }
}

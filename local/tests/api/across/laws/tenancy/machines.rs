//! What holds a key of one org unit acts in no other.

use pretty_assertions::assert_eq;
use serde_json::json;

use super::aim::{Target, everything};
use super::world::{Who, World};
use super::{Call, Ground};
use crate::support::Api;

async fn world(api: &Api) -> World {
    World::make(api, 1, "acme", (vec!["7", "77", "::"], "::USER::7")).await
}

#[tokio::test]
async fn a_machine_leaves_another_org_unit_as_it_was_on_every_route() {
    let api = Api::start().await;
    let world = world(&api).await;
    let items = everything(&api).await;
    let mut ground = Ground { api: &api, world: &world, items };
    // In turns, so that one key is remembered while the other is asked for.
    for route in api.gateway.routes() {
        for unit in [0, 1] {
            api.clock.advance(1);
            let call = Call { who: Who::Machine { unit }, target: Target::Elsewhere, pick: 1 };
            ground.hold(route, &call).await;
        }
    }
}

#[tokio::test]
async fn what_a_machine_says_happened_elsewhere_happened_where_its_key_is_of() {
    let api = Api::start().await;
    let world = world(&api).await;
    for (here, there) in [(0, 1), (1, 0)] {
        let (own, other) = (&world.units[here], &world.units[there]);
        let before = everything(&api).await;
        let [mut event, _] = own.told(&api, 0, &world.users);
        for name in ["orgunit", "tenant", "subject"] {
            event[name] = json!(other.id);
        }
        for name in ["org_unit", "orgunit", "org_unit_id"] {
            event["data"][name] = json!(other.id);
        }
        event["id"] = json!(format!("elsewhere-{here}"));
        let path = format!("/v1/events?org_unit={0}&orgunit={0}", other.id);
        let machine = Who::Machine { unit: here }.caller(&api, &world);
        let answer = machine.post(&path, &event).await;
        assert_eq!(answer.seen(), (202, json!({ "accepted": 1 })));
        api.work().await;
        let after = everything(&api).await;
        let changed = after.into_iter().filter(|(key, item)| before.get(key) != Some(item));
        let places: Vec<String> = changed.map(|((pk, _), _)| pk).collect();
        let prefix = format!("OU#{}#", own.id);
        assert!(places.len() > 1, "it was accepted, and someone was told: {places:?}");
        assert!(places.iter().all(|pk| pk.starts_with(&prefix)), "{places:?}");
    }
}

//! Everything at once, while everything fails: who wins does not matter, but it has to agree.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::future::join_all;
use local::template::{Template, Trigger};

use super::request::asked;
use super::weather::{Weather, clear};
use super::world::{Worlds, work_once};
use super::{assert_no_panic, disagreements, draw, say, seeds, turns, with_each_seed};

/// How many seeds there are unless `FAULT_SEEDS` says which.
const USUAL: u64 = 2;

/// How often everybody asks.
const ROUNDS: u64 = 2;

/// How many of a hundred calls fail.
const FAILING: u8 = 30;

#[tokio::test]
async fn whatever_everybody_asks_at_once_while_everything_fails_counts_and_rows_agree() {
    let functions = Template::load().expect("the template").functions;
    let (met, done) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    with_each_seed(USUAL, async |seed| {
        let mut worlds = Worlds::begin(Arc::clone(&met)).await;
        for round in 0..ROUNDS {
            let mut requests = Vec::new();
            for turn in draw(seed * ROUNDS + round, turns(functions.clone())) {
                let Trigger::Route(route) = &turn.trigger else { continue };
                worlds.turn += 1;
                let known = &worlds.faulty;
                requests
                    .push(asked(&worlds, known, &turn.function, &route.method, turn.draws).await);
            }
            worlds.advance(1);
            let api = &worlds.faulty;
            Weather::Showers { seed, percent: FAILING }.set(api, &met);
            let asking = join_all(requests.iter().map(|asked| asked.send(api)));
            let working = async {
                for _ in 0..3 {
                    work_once(api).await;
                }
            };
            let (answers, ()) = futures_util::join!(asking, working);
            clear(api).await;
            let faults: Vec<&str> =
                answers.iter().filter(|it| it.status == 500).map(|it| it.body.as_str()).collect();
            assert_eq!(faults, [""; 0], "nothing here is refused for good");
            assert_no_panic(api);
            done.fetch_add(answers.iter().filter(|it| it.status < 300).count(), Ordering::Relaxed);
            worlds.work().await;
            assert_eq!(disagreements(&worlds.faulty.items().await), [""; 0]);
        }
    })
    .await;
    let (done, met) = (done.into_inner(), met.load(Ordering::Relaxed));
    assert!(done > 0 && met > 0, "some is done, and some fails");
    say(&format!("{:?}: {done} requests done of everything at once, {met} faults", seeds(USUAL)));
}

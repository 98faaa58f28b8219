//! Every function under faults that are drawn from a seed, beside a twin of the whole system that meets none.
//!
//! A turn is an invocation of each function for each of its triggers, in an order and with questions of the seed's.
//! Whatever becomes of it, its answer is one that `openapi.yaml` describes, inside its deadline; asked again until
//! it is done, it is done once; and then what is stored, and what people were told, is what it is in the twin.

mod compared;
mod crowd;
mod events;
mod request;
mod turn;
mod weather;
mod world;

use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::FutureExt as _;
use local::template::{Function, Template};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::agree::disagreements;
use compared::compare_told;
use turn::Turn;
use weather::weather;
use world::Worlds;

use crate::support::Api;

/// How many seeds there are unless `FAULT_SEEDS` says which: `200`, or `17..18`.
const USUAL: u64 = 2;

/// The seeds that are asked for.
fn seeds(usual: u64) -> std::ops::Range<u64> {
    #[expect(
        clippy::disallowed_methods,
        reason = "whoever runs the tests says how long they may take"
    )]
    let asked = std::env::var("FAULT_SEEDS").unwrap_or_default();
    let number = |text: &str| text.parse().expect("FAULT_SEEDS is a number, or two as in 17..18");
    match asked.split_once("..") {
        Some((from, to)) => number(from)..number(to),
        None if asked.is_empty() => 0..usual,
        None => 0..number(&asked),
    }
}

/// Does it with each seed, and says which of them failed: `FAULT_SEEDS=17..18` runs one alone.
async fn with_each_seed(usual: u64, run: impl AsyncFn(u64)) {
    let mut failed = Vec::new();
    for seed in seeds(usual) {
        let ran = AssertUnwindSafe(run(seed)).catch_unwind().await;
        failed.extend(ran.is_err().then_some(seed));
    }
    assert!(failed.is_empty(), "it failed with these seeds: {failed:?}");
}

/// What a strategy makes of a seed.
pub(crate) fn draw<S: Strategy>(seed: u64, strategy: S) -> S::Value {
    let bytes: Vec<u8> = seed.to_be_bytes().repeat(4);
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), random);
    strategy.new_tree(&mut runner).expect("a value").current()
}

/// Every function for each of its triggers, and a few of them twice, in any order.
fn turns(functions: Vec<Function>) -> impl Strategy<Value = Vec<Turn>> {
    let each = functions.into_iter().flat_map(|Function { name, triggers, .. }| {
        triggers.into_iter().map(move |trigger| (name.clone(), trigger))
    });
    let each: Vec<_> = each.collect();
    let more = prop::sample::subsequence(each.clone(), each.len() / 3);
    let order = more.prop_map(move |more| [each.clone(), more].concat()).prop_shuffle();
    order.prop_flat_map(|order| {
        let turns = order.into_iter().map(|(function, trigger)| {
            (weather(), prop::array::uniform4(0..720_usize)).prop_map(move |(weather, draws)| {
                Turn { function: function.clone(), trigger: trigger.clone(), weather, draws }
            })
        });
        turns.collect::<Vec<_>>()
    })
}

#[tokio::test]
async fn whatever_fails_each_function_answers_as_documented_and_leaves_what_it_leaves_without_faults()
 {
    let functions = Template::load().expect("the template").functions;
    let all: BTreeSet<String> = functions.iter().map(|function| function.name.clone()).collect();
    let (met, invoked) = (Arc::new(AtomicUsize::new(0)), AtomicUsize::new(0));
    with_each_seed(USUAL, async |seed| {
        let mut worlds = Worlds::begin(Arc::clone(&met)).await;
        let mut taken = BTreeSet::new();
        for turn in draw(seed, turns(functions.clone())) {
            turn.take(&mut worlds).await;
            taken.insert(turn.function);
            invoked.fetch_add(1, Ordering::Relaxed);
        }
        assert_eq!(taken, all, "every function had its turn");
        worlds.pass_a_day();
        for api in worlds.both() {
            api.tick(&api.timestamp()).await;
        }
        worlds.work().await;
        compare_told(&worlds);
        for api in worlds.both() {
            assert_eq!(disagreements(&api.items().await), [""; 0]);
            assert_no_panic(api);
        }
    })
    .await;
    let (invoked, met) = (invoked.into_inner(), met.load(Ordering::Relaxed));
    assert!(met > 0, "something failed");
    say(&format!("{:?}: {invoked} invocations, {met} faults", seeds(USUAL)));
}

/// A panic is answered like a fault of the store's, and a message is handed out again after one.
fn assert_no_panic(api: &Api) {
    let lines = api.log.lines();
    let panicked: Vec<&String> = lines.iter().filter(|line| line.contains("panicked")).collect();
    assert!(panicked.is_empty(), "{panicked:#?}");
}

/// For whoever asks for the output of tests.
#[expect(clippy::print_stderr, reason = "the figures are for whoever runs it by hand")]
pub(crate) fn say(figures: &str) {
    eprintln!("{figures}");
}

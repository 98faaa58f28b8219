//! The event of one org unit, in the middle of another's storm.

use local::problem::Problem;

use crate::engine::Engine;
use crate::event::Happening;
use crate::system::Measurable;
use crate::{rows, seeding};

/// Whose storm it is.
const STORMY: &str = "acme";

/// Whose event comes into it.
const CALM: &str = "globex";

/// How many watch in the stormy org unit.
const WATCHERS: u32 = 1_000;

/// How often what they watch is changed at once.
const EVENTS: u32 = 10;

/// After how many invocations the other event is accepted: by then, the events of the storm have
/// become messages of a hundred people each.
const MIDDLE: usize = 3;

/// In how many invocations it is to be done.
const SOON: usize = 2;

/// Dispatches the storm, with the other event in its middle, and says when that is done.
pub(crate) async fn run() -> Result<(), Problem> {
    let engine = Engine::start()?;
    let system = Measurable::open(engine.endpoint()).await?;
    seeding::seed(&system, STORMY, WATCHERS).await?;
    seeding::seed(&system, CALM, 1).await?;
    for number in 0..EVENTS {
        Happening::Moved(&seeding::actor(STORMY), number).tell(&system, STORMY).await?;
    }
    for _ in 0..MIDDLE {
        system.pump.pass_on().await;
    }
    let waiting = system.queue.messages().await;
    let waiting = waiting.map_err(|error| Problem::new("the queue cannot be read", error))?.len();
    Happening::Moved(&seeding::actor(CALM), 0).tell(&system, CALM).await?;
    let mut until_told = 0;
    while rows::by_person(&system.engine, &format!("{CALM}-")).await?.is_empty() {
        if system.pump.pass_on().await == 0 {
            return Err(Problem(format!("nobody of {CALM} is told")));
        }
        until_told += 1;
    }
    let rest = system.pump.drain().await.batches;
    system.tally.take().check()?;
    rows::check(&system.engine, STORMY, WATCHERS, EVENTS).await?;
    rows::check(&system.engine, CALM, 1, 1).await?;
    println!("{STORMY}: {EVENTS} events, {WATCHERS} watchers each");
    println!("waiting when {CALM}'s event was accepted: {waiting} messages of {STORMY}");
    println!("{CALM} is told in invocation {until_told} after that");
    println!("{STORMY}'s storm takes another {rest}");
    if until_told > SOON {
        return Err(Problem(format!("the storm of {STORMY} held {CALM} back")));
    }
    Ok(())
}

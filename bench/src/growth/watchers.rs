//! An issue that more and more people watch: whoever looks or flips, and an event that all are told of.

mod dispatch;

use std::collections::BTreeMap;

use local::problem::Problem;
use serde_json::json;

use self::dispatch::{Parts, of_messages, whole};
use super::curve::{Curve, Line};
use super::ground::{Ground, text};
use super::shape::Shape::{self, FlatFrom};
use super::trial::{Bench, FEW, MANY, event};
use crate::event::Happening;
use crate::seeding::{self, Item, renamed};
use crate::system::Measurable;

const ORG_UNIT: &str = "acme";

/// So many of those who watch are people with all that is stored of them, whatever the size; of the
/// others there is the watch alone. A piece of work reads no other's.
const PEOPLE: u32 = 10_000;

/// Up to how many an event is dispatched to the last of them.
const DISPATCHED_WHOLE: u32 = PEOPLE;

/// A page of watchers.
const PAGE: u32 = 1_000;

const FLAT: [Shape; 5] = [FlatFrom(1); 5];
const FLAT_FROM_A_PAGE: [Shape; 5] = [FlatFrom(PAGE); 5];

/// The second page of a thousand and one has one who watches, and is told of nothing after it.
const FLAT_FROM_THE_THIRD: [Shape; 5] = [FlatFrom(2 * PAGE); 5];

/// What is measured, in the order of a table.
const LINES: [(&str, [Shape; 5]); 6] = [
    ("whether one watches", FLAT),
    ("flipping one's watch", FLAT),
    ("dispatch: the event", FLAT_FROM_A_PAGE),
    ("dispatch: a further page", FLAT_FROM_THE_THIRD),
    ("dispatch: a hundred to tell", FLAT),
    ("dispatch: all of it, for each", FLAT_FROM_A_PAGE),
];

/// Measures them at each size.
pub(super) async fn measure(bench: &Bench, sizes: &[u32]) -> Result<Curve, Problem> {
    let lines = LINES.map(|(name, shapes)| Line { name, shapes, points: Vec::new() });
    let mut curve =
        Curve { name: "watchers", axis: "watchers", item: "watcher", lines: lines.into() };
    for size in sizes {
        let took = at(bench, *size).await?;
        for line in &mut curve.lines {
            line.points.extend(took.get(line.name).map(|took| (*size, *took)));
        }
    }
    Ok(curve)
}

async fn at(
    bench: &Bench,
    size: u32,
) -> Result<BTreeMap<&'static str, super::curve::Took>, Problem> {
    eprintln!("watchers: putting {size} in");
    let ground = Ground::open(&bench.stage, |_| true).await?;
    let system = Measurable::open(ground.endpoint()).await?;
    seeding::seed(&system, ORG_UNIT, size.min(PEOPLE)).await?;
    let first = seeding::person(ORG_UNIT, 0);
    let items = seeding::items_of(&system, &first).await?;
    let watch = items.iter().find(|item| text(item, "sk").starts_with("WATCHER#"));
    let watch = watch.ok_or_else(|| Problem("nobody watches".to_owned()))?;
    let watch_of = |number| -> Item { renamed(watch, &first, &seeding::person(ORG_UNIT, number)) };
    ground.put((PEOPLE..size).map(watch_of)).await?;
    eprintln!("watchers: {size}");
    let engine = ground.endpoint();
    let [status, flip, event_line, page, hundred, all] = LINES.map(|(name, _)| name);
    let mut took = BTreeMap::new();
    let program = bench.program("dispatch-events", &[])?;
    let body = happen(&system, 0).await?;
    let (of_event, metered) = bench.measure(engine, &program, &of_messages(&[body])?, FEW).await?;
    took.insert(event_line, of_event);
    let parts = Parts::of(&metered);
    for (line, part) in [(page, parts.page), (hundred, parts.hundred)] {
        if let Some(part) = part {
            let (of_part, _) = bench.measure(engine, &program, &of_messages(&[part])?, FEW).await?;
            took.insert(line, of_part);
        }
    }
    if size <= DISPATCHED_WHOLE {
        let body = happen(&system, 1).await?;
        took.insert(all, whole(bench, engine, &program, (body, size)).await?);
        let prefix = format!("{ORG_UNIT}-");
        let rows = crate::rows::by_person(&system.engine, &prefix).await?;
        let told = rows.len();
        if u32::try_from(told) != Ok(size) || rows.contains_key(&seeding::actor(ORG_UNIT)) {
            return Err(Problem(format!("{told} people are told and not the {size} who watch")));
        }
    }
    // Last: who flips watches, too.
    for (function, line) in [("get-issue-watch", status), ("toggle-issue-watch", flip)] {
        let place = ("pathParameters", json!({ "project": "1", "issue": "KD-0042" }));
        let path = ("rawPath", json!("/api/projects/1/issues/KD-0042/watch"));
        let program = bench.program(function, &[])?;
        let asked = event(function, [place, path])?;
        took.insert(line, bench.measure(engine, &program, &asked, MANY).await?.0);
    }
    Ok(took)
}

/// Someone moves the issue: the message about that.
async fn happen(system: &Measurable, number: u32) -> Result<String, Problem> {
    Happening::Moved(&seeding::actor(ORG_UNIT), number).tell(system, ORG_UNIT).await?;
    let mut received = system.queue.receive(1).await;
    let message = received.pop().ok_or_else(|| Problem("no message waits".to_owned()))?;
    system.queue.delete(&[message.id]).await;
    Ok(message.body)
}

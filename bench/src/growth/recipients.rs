//! A decision about more and more people.

use local::problem::Problem;
use serde_json::{Value, json};

use super::curve::{Curve, Line};
use super::ground::Ground;
use super::shape::Shape::{self, FlatFrom, Linear};
use super::trial::{Bench, MANY, event};
use crate::seeding;
use crate::system::Measurable;

/// The org unit of who asks.
const ORG_UNIT: &str = "acme";

/// Of a message each person is one item, of an event that those who watch are told of three: a call for
/// each hundred items.
const SHAPES: [Shape; 5] = [Linear, Linear, FlatFrom(1), Linear, FlatFrom(1)];

/// Measures them at each size.
pub(super) async fn measure(bench: &Bench, sizes: &[u32]) -> Result<Curve, Problem> {
    let ground = Ground::open(&bench.stage, |_| true).await?;
    let system = Measurable::open(ground.endpoint()).await?;
    let most = sizes.iter().copied().max().unwrap_or(1);
    seeding::seed(&system, ORG_UNIT, most).await?;
    let line = |name, shapes| Line { name, shapes, points: Vec::new() };
    let mut one_item = SHAPES;
    one_item[0] = FlatFrom(1);
    let mut lines = [
        line("deciding about a message", one_item),
        line("deciding about a watched issue", SHAPES),
    ];
    let program = bench.program("decide-delivery", &[])?;
    for size in sizes {
        eprintln!("recipients: {size}");
        let people: Vec<String> =
            (0..*size).map(|number| seeding::person(ORG_UNIT, number)).collect();
        for (happening, line) in [message(&people), moved()].into_iter().zip(&mut lines) {
            let body = json!({ "event": happening, "recipients": people }).to_string();
            let event = event("decide-delivery", [("body", json!(body))])?;
            let (took, _) = bench.measure(ground.endpoint(), &program, &event, MANY).await?;
            line.points.push((*size, took));
        }
    }
    Ok(Curve { name: "recipients", axis: "recipients", item: "recipient", lines: lines.into() })
}

fn message(people: &[String]) -> Value {
    happened(
        "message.sent",
        json!({
            "category": "chat.message", "actor": 4, "recipients": people, "title": "Lunch?",
            "body": "At noon, in the kitchen downstairs.",
        }),
    )
}

fn moved() -> Value {
    happened(
        "issue.lane_changed",
        json!({
            "project": { "id": 1, "name": "Kendo" }, "actor": 4,
            "issue": { "id": 42, "key": "KD-0042", "title": "Add pagination" },
            "lane": { "from": "Doing", "to": "Done" },
        }),
    )
}

fn happened(kind: &str, data: Value) -> Value {
    json!({
        "specversion": "1.0", "id": "growth", "source": "/bench", "type": kind,
        "time": "2026-03-13T14:00:00Z", "data": data,
    })
}

//! An inbox of more and more rows.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use local::problem::Problem;
use serde_json::json;

use super::curve::{Curve, Line};
use super::ground::{ASKER, Ground, text};
use super::shape::Shape::{self, FlatFrom};
use super::trial::{Bench, MANY, event};
use crate::seeding::{Item, renamed};

/// What rows are found by.
const ROW: &str = "INBOX#";

/// How far apart rows are: half a minute, in milliseconds. So the oldest of 100,000 came 35 days ago,
/// within the days that an inbox keeps.
const APART: u64 = 30_000;

/// How many ids there are for a millisecond.
const A_MILLISECOND: u64 = 1 << 12;

/// A page has 100 rows unless asked otherwise, and unread ones are counted up to 101: with fewer there is
/// less to read.
const FULL: u32 = 101;

/// From the middle on there has to be a whole page, too.
const PAGE: [Shape; 5] = [FlatFrom(2 * FULL); 5];
const CHANGE: [Shape; 5] = [FlatFrom(1); 5];

/// Measures them at each size.
pub(super) async fn measure(bench: &Bench, sizes: &[u32]) -> Result<Curve, Problem> {
    let stage = &bench.stage;
    let is_row = |item: &Item| text(item, "sk").starts_with(ROW);
    let mut rows = stage.world.items().iter().filter(|item| is_row(item));
    let unread =
        rows.find(|item| text(item, "pk").ends_with(ASKER) && item.contains_key("unread_id"));
    let first = unread.ok_or_else(|| Problem("the world has no unread row".to_owned()))?;
    let digits = text(first, "unread_id");
    let id = digits.parse::<u64>().map_err(|error| Problem::new("an id of a row", error))?;
    let id_of = |number: u32| {
        id.saturating_sub(u64::from(number).saturating_mul(APART).saturating_mul(A_MILLISECOND))
    };
    let line = |name, shapes| Line { name, shapes, points: Vec::new() };
    let mut lines = [
        line("the first page", PAGE),
        line("the page from the middle on", PAGE),
        line("marking two as read", CHANGE),
    ];
    for size in sizes {
        eprintln!("inbox: {size} rows");
        let ground = Ground::open(stage, |item| !is_row(item)).await?;
        let rows =
            (0..*size).map(|number| renamed(first, digits, &format!("{:016}", id_of(number))));
        ground.put(rows).await?;
        let cursor = cursor(id_of(size / 2));
        let two = json!({ "notification_ids": [id_of(0), id_of(1)] }).to_string();
        let asked = [
            ("list-notifications", event("list-notifications", [])?),
            (
                "list-notifications",
                event(
                    "list-notifications",
                    [
                        ("rawQueryString", json!(format!("cursor={cursor}"))),
                        ("queryStringParameters", json!({ "cursor": cursor })),
                    ],
                )?,
            ),
            ("mark-notifications-read", event("mark-notifications-read", [("body", json!(two))])?),
        ];
        for ((function, event), line) in asked.iter().zip(&mut lines) {
            let program = bench.program(function, &[])?;
            let (took, _) = bench.measure(ground.endpoint(), &program, event, MANY).await?;
            line.points.push((*size, took));
        }
    }
    Ok(Curve { name: "inbox", axis: "rows in the inbox", item: "row", lines: lines.into() })
}

/// What a link says of the row that the next page goes on after.
fn cursor(id: u64) -> String {
    let [a, b, c, d, e, f, g, h] = id.to_be_bytes();
    URL_SAFE_NO_PAD.encode([1, a, b, c, d, e, f, g, h])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_as_the_service_writes_it() {
        assert_eq!(cursor(4101), "AQAAAAAAABAF");
    }
}

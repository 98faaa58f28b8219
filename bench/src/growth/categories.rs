//! A deployment of more and more categories, and a person with a row of each.

use aws_sdk_dynamodb::types::AttributeValue;
use local::problem::Problem;
use serde_json::json;

use super::curve::{Curve, Line};
use super::ground::{ASKER, Ground, settings, text};
use super::shape::Shape::{FlatFrom, Linear};
use super::trial::{Bench, MANY, event};
use crate::seeding::Item;

/// The leaves of a row, up to its category.
const LEAVES: [&str; 4] = ["channel.", "channel_id.", "channel_created_at.", "channel_updated_at."];

/// The category whose row the world has.
const KNOWN: &str = "chat.message";

/// Measures them at each size.
///
/// All is in one item, and DynamoDB charges by the item: calls stay what they are, and units do not.
pub(super) async fn measure(bench: &Bench, sizes: &[u32]) -> Result<Curve, Problem> {
    let stage = &bench.stage;
    let (flat, linear) = (FlatFrom(1), Linear);
    let mut lines = [
        Line {
            name: "the list of all rows",
            shapes: [flat, linear, flat, linear, linear],
            points: Vec::new(),
        },
        Line {
            name: "replacing one row",
            shapes: [flat, flat, linear, flat, flat],
            points: Vec::new(),
        },
        Line {
            // It reads the whole item: how many entries of the directory are in it is not known before.
            name: "deciding for one person",
            shapes: [flat, linear, flat, linear, flat],
            points: Vec::new(),
        },
    ];
    for size in sizes {
        eprintln!("categories: {size}");
        let names: Vec<String> = (0..*size).map(name).collect();
        let ground = Ground::open(stage, |item| !text(item, "pk").ends_with(ASKER)).await?;
        ground.put([with_rows(settings(stage)?, &names)?]).await?;
        let more = [("MESSAGING_CATEGORIES".to_owned(), names.join(","))];
        let first = name(0);
        let row = json!({
            "category": first, "in_app_enabled": true, "email_enabled": true,
            "push_enabled": false, "digest": "hourly",
        });
        let message = json!({
            "event": {
                "specversion": "1.0", "id": "growth", "source": "/bench", "type": "message.sent",
                "time": "2026-03-13T14:00:00Z",
                "data": {
                    "category": first, "actor": 4, "recipients": [7], "title": "Lunch?",
                    "body": "At noon, in the kitchen downstairs.",
                },
            },
            "recipients": [7],
        });
        let asked = [
            ("list-channel-preferences", None),
            ("put-channel-preference", Some(row)),
            ("decide-delivery", Some(message)),
        ];
        for ((function, body), line) in asked.into_iter().zip(&mut lines) {
            let body = body.map(|body| ("body", json!(body.to_string())));
            let program = bench.program(function, &more)?;
            let event = event(function, body)?;
            let (took, _) = bench.measure(ground.endpoint(), &program, &event, MANY).await?;
            line.points.push((*size, took));
        }
    }
    Ok(Curve { name: "categories", axis: "categories", item: "category", lines: lines.into() })
}

/// A short name: all of them have to fit into a function's environment, of 4 KB.
fn name(number: u32) -> String {
    format!("c.{number:03}")
}

/// The same item with a row of each category, and no others.
fn with_rows(mut item: Item, categories: &[String]) -> Result<Item, Problem> {
    let missing = || Problem(format!("the world has no row of {KNOWN}"));
    let known: Vec<(&str, AttributeValue)> = LEAVES
        .into_iter()
        .map(|leaf| Some((leaf, item.get(&format!("{leaf}{KNOWN}"))?.clone())))
        .collect::<Option<_>>()
        .ok_or_else(missing)?;
    item.retain(|name, _| !LEAVES.iter().any(|leaf| name.starts_with(leaf)));
    for category in categories {
        let leaves = known.iter().map(|(leaf, value)| (format!("{leaf}{category}"), value.clone()));
        item.extend(leaves);
    }
    Ok(item)
}

//! People who watch an issue, as many as are wanted.
//!
//! What is stored of the first one is what events made of them; everyone else is a copy of it with
//! another id. So it is what the store writes, whatever that is, and there in seconds.

use std::collections::HashMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, PutRequest, WriteRequest};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use local::environment::TABLE;
use local::problem::Problem;

use crate::event::Happening;
use crate::rows::everything;
use crate::system::Measurable;

/// The most items that are put in at once (`BatchWriteItem`).
pub(crate) const BATCH: usize = 25;

/// How many batches are put in side by side.
pub(crate) const AT_A_TIME: usize = 4;

/// What is stored of someone who watches: what is known of them, their membership, their watch.
const ITEMS: usize = 3;

/// What is stored under one key.
pub(crate) type Item = HashMap<String, AttributeValue>;

/// Who does what happens in that org unit. They watch too, and are not told.
pub(crate) fn actor(org_unit: &str) -> String {
    format!("{org_unit}-actor")
}

/// So many people of that org unit watch the issue, and the actor.
pub(crate) async fn seed(
    system: &Measurable,
    org_unit: &str,
    watchers: u32,
) -> Result<(), Problem> {
    let first = person(org_unit, 0);
    let began = [Happening::Known(&first), Happening::Joined(&first), Happening::Commented(&first)];
    for happening in began {
        happening.tell(system, org_unit).await?;
    }
    system.pump.drain().await;
    system.tally.take().check()?;
    let items = items_of(system, &first).await?;
    let others = (1..watchers).map(|number| person(org_unit, number));
    let others = others.chain([actor(org_unit)]);
    let copies = others.flat_map(|other| {
        let copies: Vec<Item> = items.iter().map(|item| renamed(item, &first, &other)).collect();
        copies
    });
    let written = stream::iter(copies).chunks(BATCH).map(|batch| write(system, batch));
    written.buffer_unordered(AT_A_TIME).try_collect().await
}

/// One of those people.
pub(crate) fn person(org_unit: &str, number: u32) -> String {
    format!("{org_unit}-{number:06}")
}

/// The items whose key ends with someone's id. What they did is stored under other keys.
pub(crate) async fn items_of(system: &Measurable, user: &str) -> Result<Vec<Item>, Problem> {
    let ending = format!("#{user}");
    let is_theirs = |item: &Item| {
        let mut key = ["pk", "sk"].into_iter().filter_map(|name| item.get(name)?.as_s().ok());
        key.any(|text| text.ends_with(&ending))
    };
    let mut items = everything(&system.engine, None).await?;
    items.retain(is_theirs);
    if items.len() == ITEMS {
        return Ok(items);
    }
    Err(Problem(format!("someone who watches has {} items and not {ITEMS}", items.len())))
}

/// The same of someone else, their address too.
pub(crate) fn renamed(item: &Item, from: &str, to: &str) -> Item {
    item.iter().map(|(name, value)| (name.clone(), renamed_value(value, from, to))).collect()
}

fn renamed_value(value: &AttributeValue, from: &str, to: &str) -> AttributeValue {
    if let AttributeValue::S(text) = value {
        AttributeValue::S(text.replace(from, to))
    } else if let AttributeValue::M(item) = value {
        AttributeValue::M(renamed(item, from, to))
    } else {
        value.clone()
    }
}

/// Puts items in as they are, up to [`BATCH`] of them.
pub(crate) async fn write(system: &Measurable, items: Vec<Item>) -> Result<(), Problem> {
    put(&system.engine, items).await
}

/// As [`write`], into an engine without a system.
pub(crate) async fn put(engine: &Client, items: Vec<Item>) -> Result<(), Problem> {
    let failed = |error: String| Problem::new("people cannot be put in", error);
    let puts = items.into_iter().map(|item| {
        let put = PutRequest::builder().set_item(Some(item)).build();
        Ok(WriteRequest::builder()
            .put_request(put.map_err(|error| failed(error.to_string()))?)
            .build())
    });
    let puts: Vec<WriteRequest> = puts.collect::<Result<_, Problem>>()?;
    let written = engine.batch_write_item().request_items(TABLE, puts).send().await;
    let written = written.map_err(|error| failed(error.into_service_error().to_string()))?;
    match written.unprocessed_items {
        Some(left) if !left.is_empty() => Err(failed("the engine left some out".to_owned())),
        Some(_) | None => Ok(()),
    }
}

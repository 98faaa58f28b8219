//! People for whom something waits, as many as are wanted.
//!
//! What waits for the first one is what requests and events made of them; everyone else is a copy of it
//! with another id, in the shard that is theirs. Deliveries and rows of inboxes, which nobody reads as
//! a digest leaves, are left out.

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use local::environment::{AUDIENCE, ISSUER};
use local::problem::Problem;
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use shared::app::{Clock as _, SystemClock};

use super::ITEMS;
use crate::event::Happening;
use crate::rows::everything;
use crate::seeding::{AT_A_TIME, BATCH, Item, person, renamed, write};
use crate::system::Measurable;

/// A request as API Gateway hands it over: digests of chats are hourly.
const CHOICE: &str = include_str!("../../../events/put-channel-preference.json");

/// How long the token is good for, in seconds.
const LIFE: i64 = 600;

/// Something waits for each of so many people. Says when it is due.
pub(super) async fn seed(
    system: &Measurable,
    org_unit: &str,
    people: u32,
) -> Result<String, Problem> {
    let first = person(org_unit, 0);
    Happening::Known(&first).tell(system, org_unit).await?;
    system.pump.drain().await;
    choose(system, org_unit, &first).await?;
    for number in 0..ITEMS {
        Happening::Written(&first, number).tell(system, org_unit).await?;
    }
    system.pump.drain().await;
    system.tally.take().check()?;
    let items = items_of(system, &first).await?;
    let at = due_at(&items)?;
    let copies = (1..people).flat_map(|number| {
        let other = person(org_unit, number);
        let copies: Vec<Item> = items.iter().map(|item| copied(item, &first, &other)).collect();
        copies
    });
    let written = stream::iter(copies).chunks(BATCH).map(|batch| write(system, batch));
    written.buffer_unordered(AT_A_TIME).try_collect::<()>().await?;
    Ok(at)
}

/// The person asks for hourly digests.
async fn choose(system: &Measurable, org_unit: &str, user: &str) -> Result<(), Problem> {
    let now = SystemClock.now().as_second();
    let token = system.identity.sign(&json!({
        "iss": ISSUER, "aud": AUDIENCE, "sub": user, "org_unit": org_unit,
        "iat": now, "exp": now.saturating_add(LIFE), "permissions": ["messaging:update"],
    }))?;
    let event = serde_json::from_str(CHOICE);
    let mut event: Value =
        event.map_err(|error| Problem::new("the recorded request is none", error))?;
    if let Some(authorization) = event.pointer_mut("/headers/authorization") {
        *authorization = json!(format!("Bearer {token}"));
    }
    let answer = system.gateway.replay("put-channel-preference", &event.to_string()).await?;
    system.tally.take();
    if answer.status().is_success() {
        return Ok(());
    }
    Err(Problem(format!("nobody can ask for digests: {}", answer.status())))
}

/// What is known of someone, their digest, and what waits for it.
async fn items_of(system: &Measurable, user: &str) -> Result<Vec<Item>, Problem> {
    let ending = format!("#{user}");
    let is_read = |item: &Item| {
        let sort = text(item, "sk");
        text(item, "pk").ends_with(&ending) && (sort == "PREFS" || sort.starts_with("DIGEST#"))
    };
    let mut items = everything(&system.engine, None).await?;
    items.retain(is_read);
    let digests: Vec<&Item> = items.iter().filter(|item| is_digest(item)).collect();
    let [digest] = digests[..] else {
        let count = digests.len();
        return Err(Problem(format!("{count} digests and not 1: if an hour just ended, again")));
    };
    if text(digest, "gsi1pk") != shard_of(text(digest, "pk")) {
        return Err(Problem("digests are in other shards than is known here".to_owned()));
    }
    // The digest, and the person's own item.
    if items.len().checked_sub(2) == usize::try_from(ITEMS).ok() {
        return Ok(items);
    }
    Err(Problem(format!("{} items and not {ITEMS} and two", items.len())))
}

/// Whether it is a digest, by its key: what waits for one has one part more.
pub(super) fn is_digest(item: &Item) -> bool {
    let sort = text(item, "sk");
    sort.starts_with("DIGEST#") && sort.split('#').count() == 3
}

/// When the digest among these ends.
fn due_at(items: &[Item]) -> Result<String, Problem> {
    let digest = items.iter().find(|item| is_digest(item));
    let end = digest.and_then(|digest| text(digest, "sk").rsplit('#').next());
    end.map(str::to_owned).ok_or_else(|| Problem("the digest has no end".to_owned()))
}

/// The same of someone else.
fn copied(item: &Item, from: &str, to: &str) -> Item {
    let mut item = renamed(item, from, to);
    if is_digest(&item) {
        let shard = shard_of(text(&item, "pk"));
        item.insert("gsi1pk".to_owned(), AttributeValue::S(shard));
    }
    item
}

/// Where a digest is among those that are due, by its partition (`store::keys`).
fn shard_of(pk: &str) -> String {
    let digest = digest(&SHA256, pk.as_bytes());
    let shard = digest.as_ref().first().map_or(0, |byte| byte % 16);
    format!("DIGESTS#{shard:02}")
}

fn text<'a>(item: &'a Item, name: &str) -> &'a str {
    item.get(name).and_then(|value| value.as_s().ok()).map_or("", String::as_str)
}

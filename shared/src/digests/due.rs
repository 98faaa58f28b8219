//! Finding which digests are due.
//!
//! All are in 16 shards of the index, each sorted by when it is due: what is read is what is put into the
//! queue. A digest whose message is there is left to it for an hour, so that the next tick does not
//! find again what has only not been sent yet.

use std::time::Duration;

use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};

use super::DigestJob;
use super::job::Task;
use crate::app::App;
use crate::deliver::queue::Message;
use crate::failure::Failure;
use crate::store::{DuePage, NextDue, Store};
use crate::telemetry::{EventLine, EventName};

/// How many pages one message has put into the queue. A batch of ten such messages is then ten thousand
/// digests, which is a fraction of the minute that an invocation has.
const MOST_PAGES: usize = 4;

/// How long a digest whose message is in the queue is not looked for.
const LEFT_TO_THE_QUEUE: SignedDuration = SignedDuration::from_hours(1);

/// How long the message waits that goes on where another one ended: the index knows by then what that one has
/// put into the queue, as a rule, and does not have it found once more.
const PAUSE: Duration = Duration::from_secs(5);

/// How many digests are left to the queue at a time.
const AT_A_TIME: usize = 16;

/// Puts a message into the queue for each digest that is due at that instant: of each shard the first page
/// at once, and for a shard that has more, a message that they be found.
///
/// # Errors
///
/// A [`Failure`]; what was not found by then is found by the next one.
pub async fn find(app: &App, at: Timestamp) -> Result<(), Failure> {
    let shards = Store::digest_shards();
    let pages = shards.map(async |shard| {
        let found = find_page(app, shard, at, None).await?;
        Ok::<_, Failure>(found.next.map(|_more| shard))
    });
    // What is wrong with one shard is no reason to leave the others as they are.
    let (found, failed): (Vec<_>, Vec<_>) =
        join_all(pages).await.into_iter().partition(Result::is_ok);
    let unfinished = found.into_iter().flatten().flatten();
    let goes_on = |shard| DigestJob::new(Task::Find { shard, until: at }).into_message(PAUSE);
    send(app, unfinished.map(goes_on).collect()).await?;
    failed.into_iter().find_map(Result::err).map_or(Ok(()), Err)
}

/// The same of a shard, page by page, and of what is left then, by a message of its own.
pub(super) async fn find_all(app: &App, shard: u8, until: Timestamp) -> Result<(), Failure> {
    let mut found = Found::default();
    let mut pages = 0;
    while pages < MOST_PAGES {
        found = find_page(app, shard, until, found.next).await?;
        if found.next.is_none() {
            return Ok(());
        }
        // What nobody can read stays where it is: who stopped at a page of it would stop there each time. And what
        // another one left to the queue may be found here for a while.
        pages += usize::from(found.any);
    }
    // What is in the queue is not among those that are due any more: it begins with what is left.
    send(app, vec![DigestJob::new(Task::Find { shard, until }).into_message(PAUSE)]).await
}

/// What a page had.
#[derive(Default)]
struct Found {
    /// Whether any of it is in the queue now that was not before.
    any: bool,
    /// Where more follow, if there may be more.
    next: Option<NextDue>,
}

async fn find_page(
    app: &App,
    shard: u8,
    until: Timestamp,
    after: Option<NextDue>,
) -> Result<Found, Failure> {
    let DuePage { digests, unreadable, next } = app.store.due_digests(shard, until, after).await?;
    if unreadable > 0 {
        // Their keys may name people.
        say_unreadable(app, &format!("{unreadable} of shard {shard}"));
    }
    let jobs = digests.iter().map(|(digest, _)| DigestJob::new(Task::Send(digest.clone())));
    send(app, jobs.map(|job| job.into_message(Duration::ZERO)).collect()).await?;
    // After that: whoever dies in between puts them there once more, and each is sent once.
    let from = left_until(until, app.now());
    let any = stream::iter(&digests)
        .map(|(digest, place)| app.store.leave_digest_to_the_queue(digest, place, from))
        .buffer_unordered(AT_A_TIME)
        .try_fold(false, async |any, left| Ok(any || left))
        .await?;
    Ok(Found { any, next })
}

/// From when on a digest is found again whose message is in the queue by now: an hour after the tick, whose
/// instant may be ahead of the clock, and after now, which is later where the message that it be found waited.
fn left_until(tick: Timestamp, now: Timestamp) -> Timestamp {
    let put_there = tick.max(now);
    put_there.saturating_add(LEFT_TO_THE_QUEUE).unwrap_or(put_there)
}

/// Says that nobody can read something of a digest; whose it is stays unsaid.
pub(super) fn say_unreadable(app: &App, what: &str) {
    EventLine { level: "error", name: EventName::DigestsUnreadable, detail: what }
        .write_to(&*app.log);
}

async fn send(app: &App, messages: Vec<Message>) -> Result<(), Failure> {
    if !messages.is_empty() {
        app.digest_queue().send(messages).await?;
    }
    Ok(())
}

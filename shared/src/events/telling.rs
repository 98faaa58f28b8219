//! Whom an event reaches: who is named in it, and who watches. Many are told by many.

use std::collections::HashSet;
use std::time::Duration;

use futures_util::future::join;

use super::dispatch_job::Part;
use super::dispatching::all_done;
use super::{DispatchJob, people};
use crate::app::App;
use crate::deliver::queue::Message;
use crate::domain::decision::named_recipients;
use crate::domain::id::UserId;
use crate::failure::Failure;
use crate::store::{AcceptedEvent, Watched, WatchersPage};

/// How many people are told in one piece of work.
const AT_ONCE: usize = 100;

/// Everyone whom the event is for is told, or a message is in the queue that they are to be.
pub(super) async fn tell(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
) -> Result<(), Failure> {
    let named = named_recipients(&accepted.event);
    let (named, watchers) = join(
        tell_or_queue(app, job, accepted, &named, None),
        tell_watchers(app, job, accepted, None),
    )
    .await;
    all_done([named, watchers])
}

/// A page of those who watch is told, or in the queue, and so is that there are more.
pub(super) async fn tell_watchers(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
    after: Option<&UserId>,
) -> Result<(), Failure> {
    let Some(watched) = Watched::of(&accepted.event) else { return Ok(()) };
    let page = app.store.watchers(job.org_unit(), watched, after).await?;
    let WatchersPage { users, goes_on_after } = page;
    // Who did it is not told, and who is named is told as such.
    let named = named_recipients(&accepted.event);
    let others: HashSet<&UserId> = named.into_iter().chain(accepted.event.actor()).collect();
    let users: Vec<&UserId> = users.iter().filter(|user| !others.contains(user)).collect();
    tell_or_queue(app, job, accepted, &users, goes_on_after).await
}

/// A few are told at once. Of many, each hundred is a message; and where they go on is another.
async fn tell_or_queue(
    app: &App,
    job: &DispatchJob,
    accepted: &AcceptedEvent,
    people: &[&UserId],
    goes_on_after: Option<UserId>,
) -> Result<(), Failure> {
    if people.len() <= AT_ONCE && goes_on_after.is_none() {
        return people::tell_people(app, job, accepted, people.iter().copied()).await;
    }
    let parts = people
        .chunks(AT_ONCE)
        .map(|some| Part::People(some.iter().map(|user| (*user).clone()).collect()));
    let parts = parts.chain(goes_on_after.map(Part::WatchersAfter));
    let messages: Vec<Message> =
        parts.map(|part| job.part_of(part).into_message(Duration::ZERO)).collect();
    app.dispatch_queue().send(messages).await?;
    Ok(())
}

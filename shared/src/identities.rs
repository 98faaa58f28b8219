//! Which members of an org unit are which Slack users.
//!
//! A sync walks the list of Slack's users page by page, and never asks for one member. What a page says
//! of a person ([`page`]) is carried out before the next one is asked for ([`mapping`]), and how far it
//! came is kept: whoever asks next goes on from there.

mod mapping;
mod page;
#[cfg(test)]
mod tests;

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use ulid::Ulid;

use crate::app::App;
use crate::auth::Admin;
use crate::deliver::slack::{SlackError, UsersPage};
use crate::domain::id::{OrgMemberId, OrgUnitId};
use crate::domain::slack::{MOST_UNMATCHED, SyncReport};
use crate::failure::Failure;
use crate::store::SyncPlace;
use mapping::Person;
use page::Page;

/// For how long one call of a sync works: the gateway waits for 30 seconds.
const MOST_TIME: SignedDuration = SignedDuration::from_secs(20);

/// How long a page is waited for: asked for at the last moment, it comes before the function is cut off.
const PAGE_TIME: Duration = Duration::from_secs(7);

/// When to ask again, in seconds, where Slack does not say.
const A_FEW_SECONDS: u32 = 5;

/// A sync of Slack users has not come to its end, and goes on when it is asked for again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the sync goes on when it is asked for again ({why})")]
pub struct SyncUnfinished {
    /// In how many seconds.
    pub retry_after: u32,
    /// Why: `time`, if its time was up; `slack`, if Slack asked to be left alone or is out of reach;
    /// `running`, if someone else's is running.
    pub why: &'static str,
}

impl SyncUnfinished {
    /// What the log calls it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        "slack_sync.unfinished"
    }

    /// What the log adds: why.
    #[must_use]
    pub fn code(&self) -> Option<&str> {
        Some(self.why)
    }

    /// Its time was up: it may go on at once.
    const OUT_OF_TIME: Self = Self { retry_after: 1, why: "time" };

    fn running(until: Timestamp, now: Timestamp) -> Self {
        let left = until.duration_since(now).as_millis();
        let retry_after = u32::try_from(left.saturating_add(999) / 1000).unwrap_or(1).max(1);
        Self { retry_after, why: "running" }
    }
}

/// Maps the confirmed members of the admin's org unit to the Slack users who have their addresses, and
/// takes away what turned out to be wrong, but for what an admin said. Goes on where the call before
/// had to stop.
///
/// # Errors
///
/// [`SyncUnfinished`], if it is to be asked for again; [`SlackError`], if the org unit has no Slack or
/// Slack refuses; or that something cannot be read or written. What it mapped until then stays mapped.
pub async fn sync(app: &App, admin: Admin<'_>) -> Result<SyncReport, Failure> {
    let (org_unit, now) = (admin.org_unit(), app.now());
    let mut start = app.store.slack_sync(org_unit, now).await?;
    if let Some(until) = start.held_until {
        return Err(SyncUnfinished::running(until, now).into());
    }
    let mut sync = Sync {
        app,
        org_unit,
        by: app.unique_id(),
        ends_at: now.saturating_add(MOST_TIME).unwrap_or(now),
        place: start.place.clone(),
        has_begun_anew: false,
    };
    // Asked before anything is written: whoever has no Slack, or is refused there, leaves no trace.
    let first = sync.next_page().await?;
    start.place = sync.place.clone();
    let now = app.now();
    if let Some(until) = app.store.take_slack_sync(org_unit, &start, sync.by, now).await? {
        return Err(SyncUnfinished::running(until, now).into());
    }
    match Box::pin(sync.walk(first)).await {
        Ok(report) => {
            app.store.leave_slack_sync(org_unit, None, sync.by, app.now()).await?;
            Ok(report)
        }
        Err(failure) => {
            // If this cannot be written either, the next one waits until the lease is over.
            let left = app.store.leave_slack_sync(org_unit, Some(&sync.place), sync.by, app.now());
            left.await.ok();
            Err(failure)
        }
    }
}

/// A sync under way.
struct Sync<'a> {
    app: &'a App,
    org_unit: &'a OrgUnitId,
    by: Ulid,
    ends_at: Timestamp,
    place: SyncPlace,
    has_begun_anew: bool,
}

impl Sync<'_> {
    /// From its place to the end of the list, of which the first page is at hand.
    async fn walk(&mut self, first: UsersPage) -> Result<SyncReport, Failure> {
        let may_go_on = || self.may_go_on().map_err(Failure::from);
        let members = self.app.store.confirmed_members(self.org_unit, may_go_on).await?;
        let mut people: Vec<Person> = members.into_iter().map(Person::from).collect();
        let mut users = first;
        loop {
            self.place.is_person_seen |= users.users.iter().any(|user| user.is_active_person);
            self.place.is_address_seen |= users.users.iter().any(|user| user.email.is_some());
            let page = Page::of(&users.users, self.place.is_address_seen);
            self.carry_out(&page, &mut people).await?;
            if users.next.is_none() {
                break;
            }
            self.place.cursor = users.next;
            self.keep_place().await?;
            self.may_go_on()?;
            users = self.next_page().await?;
        }
        if self.place.is_person_seen && !self.place.is_address_seen {
            self.place = SyncPlace::default();
            // Slack tells of users without their addresses, where the token may not see them.
            return Err(SlackError::Refused { code: "missing_scope".to_owned() }.into());
        }
        Ok(report(&people, self.place.newly_mapped))
    }

    /// The page that the place leads to. Where that is no place in the list any more, the first one,
    /// once.
    async fn next_page(&mut self) -> Result<UsersPage, Failure> {
        loop {
            let cursor = self.place.cursor.as_deref();
            let page = self.app.slack().list_users(self.org_unit, cursor, self.app.now());
            let late = SlackError::Unanswered { how: "timeout" };
            let page = tokio::time::timeout(PAGE_TIME, page).await.unwrap_or(Err(late));
            let Err(error) = page else { return page.map_err(Failure::from) };
            if error == SlackError::CursorGone {
                let newly_mapped = self.place.newly_mapped;
                self.place = SyncPlace { newly_mapped, ..SyncPlace::default() };
                if !std::mem::replace(&mut self.has_begun_anew, true) {
                    continue;
                }
            }
            return Err(stopped_by(error));
        }
    }

    async fn keep_place(&self) -> Result<(), Failure> {
        let Self { app, org_unit, by, place, .. } = self;
        let now = app.now();
        if app.store.keep_slack_sync(org_unit, place, *by, now).await? {
            return Ok(());
        }
        // It took longer than anyone may, and someone else went on.
        Err(SyncUnfinished { retry_after: A_FEW_SECONDS, why: "running" }.into())
    }

    /// Whether there is time left.
    fn may_go_on(&self) -> Result<(), SyncUnfinished> {
        let has_time = self.app.now() < self.ends_at;
        if has_time { Ok(()) } else { Err(SyncUnfinished::OUT_OF_TIME) }
    }
}

fn stopped_by(error: SlackError) -> Failure {
    let unfinished = |retry_after| SyncUnfinished { retry_after, why: "slack" }.into();
    match error {
        SlackError::Later { retry_after, .. } => {
            unfinished(retry_after.unwrap_or(A_FEW_SECONDS).max(1))
        }
        SlackError::Unanswered { .. } | SlackError::CursorGone => unfinished(A_FEW_SECONDS),
        SlackError::TokenRefused { .. }
        | SlackError::UserGone { .. }
        | SlackError::Refused { .. }
        | SlackError::NotConfigured
        | SlackError::NoToken
        | SlackError::Secret(_)
        | SlackError::NotNamed => error.into(),
    }
}

/// What came of it, of everyone who was a member when this call began.
fn report(people: &[Person], newly_mapped: u64) -> SyncReport {
    let members = |person: &&Person| person.identity.members().count() as u64;
    let is_mapped = |person: &&Person| person.identity.slack_user().is_some();
    let nobody = |person: &&Person| !is_mapped(person) && !person.identity.is_override();
    let unmatched = people.iter().filter(nobody).flat_map(|person| person.identity.members());
    let mut unmatched: Vec<OrgMemberId> = unmatched.cloned().collect();
    unmatched.sort_by(|a, b| a.as_str().cmp(b.as_str()));
    unmatched.truncate(MOST_UNMATCHED);
    SyncReport {
        total: people.iter().map(|person| members(&person)).sum(),
        mapped: people.iter().filter(is_mapped).map(|person| members(&person)).sum(),
        newly_mapped,
        unmatched,
    }
}

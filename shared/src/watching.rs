//! Watching: whether someone may see what they name, and flipping their watch of it.

use crate::app::App;
use crate::auth::{Permission, Person};
use crate::domain::id::{IssueId, IssueKey, ProjectId, UserId};
use crate::domain::repeat::RepeatableRequest;
use crate::failure::Failure;
use crate::http::Inbound;
use crate::http::surface::watches::{too_many_watchers, wrong_idempotency_key};
use crate::store::{Flipped, SeenWatch, StoreError, WatchError, Watched};

/// How often it is looked anew whether someone is in a project, where that changes meanwhile.
const MOST_LOOKS: usize = 4;

/// What a path may name an issue by.
enum IssueName {
    Key(IssueKey),
    Id(IssueId),
}

impl IssueName {
    /// A key, padded or not, or a number.
    fn read(text: &str) -> Option<Self> {
        let id = || IssueId::parse(text).ok().filter(|id| id.as_integer().is_some());
        text.parse().ok().map(Self::Key).or_else(|| id().map(Self::Id))
    }
}

/// An issue that someone may see, and their watch of it.
struct SeenIssue {
    project: ProjectId,
    key: IssueKey,
    seen: SeenWatch,
}

/// Whether a person watches the issue that the path names.
///
/// # Errors
///
/// A refusal, if they do not see the project; [`Failure::NotFound`], if there is no such project or
/// issue; or that it cannot be read.
pub async fn is_watching(app: &App, person: &Person, request: &Inbound) -> Result<bool, Failure> {
    let SeenIssue { seen, .. } = see_issue(app, person, request, None).await?;
    Ok(seen.is_watching())
}

/// Flips a person's watch of the issue that the path names, once for each request.
///
/// # Errors
///
/// As [`is_watching`]; also if the same request is under way, or was another one.
pub async fn flip_issue(app: &App, person: &Person, request: &Inbound) -> Result<Flipped, Failure> {
    let read = request.repeatable();
    // What is wrong with the request is said to whom it may be said that there is such an issue.
    let repeatable = read.as_ref().ok().and_then(Option::as_ref);
    let by = app.unique_id();
    for _ in 0..MOST_LOOKS {
        let SeenIssue { project, key, seen } = see_issue(app, person, request, repeatable).await?;
        let repeatable = read.as_ref().map_err(Clone::clone)?.as_ref();
        let watched = Watched::Issue(&project, &key);
        let flipped = app.store.flip_watch(person, watched, seen, by, repeatable, app.now()).await;
        if let Some(flipped) = unless_moved(flipped)? {
            return Ok(flipped);
        }
    }
    Err(StoreError::Conflict.into())
}

/// Flips a person's watch of the reports of the project that the path names, once for each request;
/// gives who watches them then.
///
/// # Errors
///
/// As [`flip_issue`]; also if as many watch them as may.
pub async fn flip_reports(
    app: &App,
    person: &Person,
    request: &Inbound,
) -> Result<(Vec<UserId>, bool), Failure> {
    let read = request.repeatable();
    let seen_as = read.as_ref().ok().and_then(Option::as_ref);
    let by = app.unique_id();
    let Ok(project) = ProjectId::parse(request.path_parameter("project")) else {
        return Err(no_project(person));
    };
    let watched = Watched::Reports(&project);
    for _ in 0..MOST_LOOKS {
        let now = app.now();
        let seen = app.store.seen_watch(person, &project, Some(watched), seen_as, now).await?;
        may_see(person, &seen)?;
        let repeatable = read.as_ref().map_err(Clone::clone)?.as_ref();
        let flipped = app.store.flip_watch(person, watched, seen, by, repeatable, now).await;
        let Some(flipped) = unless_moved(flipped)? else { continue };
        let Flipped { is_repeated, watchers, by, is_watching: _ } = flipped;
        if let Some(watchers) = watchers {
            return Ok((watchers, is_repeated));
        }
        let watchers = app.store.report_watchers(person.org_unit(), &project).await?;
        let watchers = match repeatable {
            Some(request) => {
                app.store.remember_watchers(person, request, by, watchers, now).await?
            }
            None => watchers,
        };
        return Ok((watchers, is_repeated));
    }
    Err(StoreError::Conflict.into())
}

async fn see_issue(
    app: &App,
    person: &Person,
    request: &Inbound,
    repeatable: Option<&RepeatableRequest>,
) -> Result<SeenIssue, Failure> {
    let Ok(project) = ProjectId::parse(request.path_parameter("project")) else {
        return Err(no_project(person));
    };
    let key = match IssueName::read(request.path_parameter("issue")) {
        Some(IssueName::Key(key)) => Some(key),
        Some(IssueName::Id(id)) => app.store.issue_key(person.org_unit(), &project, &id).await?,
        None => None,
    };
    let watched = key.as_ref().map(|key| Watched::Issue(&project, key));
    let now = app.now();
    let seen = app.store.seen_watch(person, &project, watched, repeatable, now).await?;
    may_see(person, &seen)?;
    match key.filter(|_| seen.has_issue) {
        Some(key) => Ok(SeenIssue { project, key, seen }),
        None => Err(Failure::NotFound),
    }
}

/// Lets those pass who are in the project; those who see all projects if there is one.
fn may_see(person: &Person, seen: &SeenWatch) -> Result<(), Failure> {
    if seen.is_member {
        return Ok(());
    }
    person.require(Permission::ProjectsAll)?;
    if seen.has_project { Ok(()) } else { Err(Failure::NotFound) }
}

/// What someone is told of a project that cannot be.
fn no_project(person: &Person) -> Failure {
    match person.require(Permission::ProjectsAll) {
        Ok(()) => Failure::NotFound,
        Err(refusal) => refusal.into(),
    }
}

fn unless_moved(flipped: Result<Flipped, WatchError>) -> Result<Option<Flipped>, Failure> {
    match flipped {
        Ok(flipped) => Ok(Some(flipped)),
        Err(WatchError::Moved) => Ok(None),
        Err(WatchError::Store(error)) => Err(error.into()),
        Err(WatchError::InFlight) => Err(Failure::InFlight),
        Err(WatchError::OtherBody) => {
            let rule = "must not be that of a request with another body";
            Err(wrong_idempotency_key(rule).into())
        }
        Err(WatchError::Full) => Err(too_many_watchers().into()),
    }
}

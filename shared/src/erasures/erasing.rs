//! Erasing a person, in as many invocations as it takes.

use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::app::App;
use crate::domain::subject::Subject;
use crate::domain::timestamp::to_rfc3339;
use crate::failure::Failure;
use crate::store::{Erasure, SubjectPlace};

/// How long after someone was marked as erased nothing is written for them any more by who did not see the
/// mark: longer than any function lives, and than the index lags.
pub const SETTLING: SignedDuration = SignedDuration::from_secs(120);

/// How often all of it is gone through in one invocation, where something turns up each time.
const MOST_PASSES: usize = 8;

/// How far an erasure came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ErasureReport {
    /// Whether nothing of the person was left, after all that could still write something had ended.
    done: bool,
    /// What was accepted until then is not followed for them any more.
    erased_at: String,
    /// From when on it is to be asked for again; nothing, if it is done.
    again_at: Option<String>,
    /// How many items were found this time. The index may name one that is gone already.
    found: usize,
}

impl ErasureReport {
    fn done(erased_at: Timestamp, found: usize) -> Self {
        Self { done: true, erased_at: to_rfc3339(erased_at), again_at: None, found }
    }

    fn again(erased_at: Timestamp, found: usize, at: Timestamp) -> Self {
        let again_at = Some(to_rfc3339(at));
        Self { done: false, erased_at: to_rfc3339(erased_at), again_at, found }
    }
}

/// Erases a person: marks them, so that nothing of before brings them back, then takes away what is kept of
/// them. It may be cut off anywhere and asked for again, any number of times; after it is done too, where it
/// begins anew if there is something to erase again.
///
/// It is done by whoever finds nothing, two minutes after the mark at the soonest.
///
/// # Errors
///
/// A [`Failure`]; the person may then be erased in part, and asking again goes on.
pub async fn erase(app: &App, subject: &Subject, time: Duration) -> Result<ErasureReport, Failure> {
    let started = Instant::now();
    let (org_unit, now) = (&subject.org_unit, app.now());
    let marks = app.erasures().marks(subject, now).await?;
    let known = app.store.erasure(org_unit, &marks.newest, now).await?;
    let erased_at = match known {
        Some(Erasure { erased_at, is_done: false }) => erased_at,
        Some(Erasure { erased_at, is_done: true })
            if !app.store.is_anything_kept(subject).await? =>
        {
            return Ok(ErasureReport::done(erased_at, 0));
        }
        Some(Erasure { is_done: true, .. }) | None => {
            app.store.begin_erasure(org_unit, &marks, now).await?;
            now
        }
    };
    let settled_at = erased_at.saturating_add(SETTLING).unwrap_or(erased_at);
    let mut found = 0;
    for _ in 0..MOST_PASSES {
        let begun_at = app.now();
        let Some(found_now) = sweep(app, subject, started, time).await? else {
            // Part of it is done, and all of it is to be gone through again.
            return Ok(ErasureReport::again(erased_at, found, app.now()));
        };
        found += found_now;
        if begun_at < settled_at {
            return Ok(ErasureReport::again(erased_at, found, settled_at));
        }
        if found_now == 0 {
            app.store.finish_erasure(org_unit, &marks.newest, erased_at, app.now()).await?;
            return Ok(ErasureReport::done(erased_at, found));
        }
    }
    Ok(ErasureReport::again(erased_at, found, app.now()))
}

/// Goes through all of it once, and gives how much it found; nothing, if the time was over before.
async fn sweep(
    app: &App,
    subject: &Subject,
    started: Instant,
    time: Duration,
) -> Result<Option<usize>, Failure> {
    let mut found = 0;
    let mut next = Some(SubjectPlace::default());
    while let Some(place) = next {
        let swept = app.store.sweep(subject, &place, app.now()).await?;
        found += swept.found;
        // What has nothing to erase is gone through in any case: so each invocation comes further.
        if swept.found > 0 && swept.next.is_some() && started.elapsed() >= time {
            return Ok(None);
        }
        next = swept.next;
    }
    Ok(Some(found))
}

//! `POST /api/projects/{project}/issues/{issue}/watch`: the caller watches an issue, or no more.

use shared::app::App;
use shared::auth::Permission;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::watches::WatchView;
use shared::http::{Inbound, Replayable};
use shared::watching;

/// Flips whether the caller watches an issue.
///
/// # Errors
///
/// 401 without a good credential, 403 to a machine, without `issues:read`, and of a project that the
/// caller does not see, 404 where there is no such issue, 409 while the same request is carried out,
/// 413 for a body that is too large, 422 for an `Idempotency-Key` that is none or another request's,
/// 503 while the store is busy.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Replayable<WatchView>, InboxAndWatching> {
    let person = app.person(&request).await?;
    person.require(Permission::IssuesRead)?;
    let flipped = watching::flip_issue(app, &person, &request).await?;
    Ok(Replayable { body: flipped.is_watching.into(), is_replayed: flipped.is_repeated })
}

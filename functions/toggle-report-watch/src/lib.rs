//! `POST /api/projects/{project}/reports/watch`: the caller watches a project's reports, or no more.

use shared::app::App;
use shared::auth::Permission;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::watches::ReportWatchersView;
use shared::http::{Inbound, Replayable};
use shared::watching;

/// Flips whether the caller watches a project's reports, and shows who does.
///
/// # Errors
///
/// 401 without a good credential, 403 to a machine, without `reports:read`, and of a project that the
/// caller does not see, 404 where there is no such project, 409 while the same request is carried out,
/// 413 for a body that is too large, 422 for an `Idempotency-Key` that is none or another request's
/// and where 5,000 watch already, 503 while the store is busy.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Replayable<ReportWatchersView>, InboxAndWatching> {
    let person = app.person(&request).await?;
    person.require(Permission::ReportsRead)?;
    let (watchers, is_replayed) = watching::flip_reports(app, &person, &request).await?;
    Ok(Replayable { body: watchers.into(), is_replayed })
}

//! `GET /api/projects/{project}/issues/{issue}/watch`: whether the caller watches an issue.

use shared::app::App;
use shared::auth::Permission;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::watches::WatchView;
use shared::http::{Inbound, Json};
use shared::watching;

/// Shows whether the caller watches an issue.
///
/// # Errors
///
/// 401 without a good credential, 403 to a machine, without `issues:read`, and of a project that the
/// caller does not see, 404 where there is no such issue, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<WatchView>, InboxAndWatching> {
    let person = app.person(&request).await?;
    person.require(Permission::IssuesRead)?;
    let is_watching = watching::is_watching(app, &person, &request).await?;
    Ok(Json(is_watching.into()))
}

//! `GET /api/profile`: who the caller is, and what about issues reaches them.

use shared::app::App;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::profile::ProfileView;
use shared::http::{Inbound, Json};

/// Shows the caller's profile: who they are, and all nine switches.
///
/// # Errors
///
/// 401 without a good credential, 403 to a machine, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<ProfileView>, InboxAndWatching> {
    let person = app.person(&request).await?;
    let profile = app.store.profile(&person).await?;
    Ok(Json(profile.into()))
}

//! `POST /api/profile/notification-preferences`: choosing what about issues reaches the caller.

use shared::app::App;
use shared::domain::activity::ActivityPreferences;
use shared::http::surface::InboxAndWatching;
use shared::http::surface::profile::{ActivityBody, ProfileView};
use shared::http::{Inbound, Json};

/// Sets all nine switches of the caller, and shows the profile as it is then.
///
/// # Errors
///
/// 400, 413 and 415 for a body that cannot be read, 422 with a message for each field that is
/// missing or wrong, 401 without a good credential, 403 to a machine, 503 while the store is busy.
pub async fn handle(app: &App, request: Inbound) -> Result<Json<ProfileView>, InboxAndWatching> {
    let person = app.person(&request).await?;
    let preferences: ActivityPreferences = request.json::<ActivityBody>()?.into();
    let profile = app.store.set_activity_preferences(&person, &preferences).await?;
    Ok(Json(profile.into()))
}

//! `PUT /v1/messaging/preferences`: choosing channels for a category, or for all others.

use shared::app::App;
use shared::auth::Permission;
use shared::domain::channel_preference::ChannelPreferenceId;
use shared::http::surface::ChannelPreferences;
use shared::http::surface::channel_preferences::{ChannelPreferenceView, NewChannelPreference};
use shared::http::{Inbound, Json};
use shared::store::RowToSet;

/// Replaces one of the caller's rows outright, or creates it.
///
/// # Errors
///
/// 400 for a bad body, 401 without a good credential, 403 without `messaging:update`, 413, 415,
/// 503 while the store is busy.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Json<ChannelPreferenceView>, ChannelPreferences> {
    let person = app.person(&request).await?;
    person.require(Permission::MessagingUpdate)?;
    let NewChannelPreference { scope, settings } = request.json_in(&app.categories)?;
    let new_id = ChannelPreferenceId::new(app.unique_id());
    let row = RowToSet { scope: &scope, settings: &settings, new_id: &new_id, now: app.now() };
    let row = app.store.replace_channel_preference(&person, &row).await?;
    Ok(Json(row.into()))
}

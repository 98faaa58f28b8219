//! `GET /v1/messaging/preferences`: which channels the caller chose.

use shared::app::App;
use shared::auth::{Caller, Permission};
use shared::http::surface::ChannelPreferences;
use shared::http::surface::channel_preferences::ChannelPreferenceList;
use shared::http::{Inbound, Json};

/// Lists the rows that the caller set, the global one first. A machine has none.
///
/// # Errors
///
/// 401 without a good credential, 403 without `messaging:read`, 503 while the store is busy.
pub async fn handle(
    app: &App,
    request: Inbound,
) -> Result<Json<ChannelPreferenceList>, ChannelPreferences> {
    let rows = match app.caller(&request).await? {
        Caller::Person(person) => {
            person.require(Permission::MessagingRead)?;
            app.store.channel_preferences(&person).await?
        }
        Caller::Machine(machine) => {
            machine.require(Permission::MessagingRead)?;
            Vec::new()
        }
    };
    Ok(Json(rows.into()))
}
